package io.ktizo.server.http;

import io.ktizo.core.account.AccountId;
import io.ktizo.core.account.ShopRole;
import io.ktizo.payments.PayeeId;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Who works for a Shop that is paid; answered by the room that keeps the Shops. */
public interface ShopStaff {
  /** No Shop is known: nobody works for any. */
  ShopStaff NOBODY =
      new ShopStaff() {
        @Override
        public Collection<ShopRole> roles(PayeeId shop, AccountId account) {
          return List.of();
        }

        @Override
        public Optional<AccountId> owner(PayeeId shop) {
          return Optional.empty();
        }
      };

  /** What somebody is in a Shop; empty for strangers, and for all if there is no such Shop. */
  Collection<ShopRole> roles(PayeeId shop, AccountId account);

  /** Whose data a Shop's money is: one of its owners. Empty if there is no such Shop. */
  Optional<AccountId> owner(PayeeId shop);
}

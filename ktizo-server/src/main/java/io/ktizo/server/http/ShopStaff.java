package io.ktizo.server.http;

import io.ktizo.core.account.AccountId;
import io.ktizo.core.account.ShopRole;
import io.ktizo.payments.PayeeId;
import java.util.Collection;
import java.util.Optional;

/** Who works for a Shop that is paid; answered by the room that keeps the Shops. */
public interface ShopStaff {
  /** What somebody is in a Shop; empty for strangers, and for all if there is no such Shop. */
  Collection<ShopRole> roles(PayeeId shop, AccountId account);

  /** Whose data a Shop's money is: one of its owners. Empty if there is no such Shop. */
  Optional<AccountId> owner(PayeeId shop);
}

package io.ktizo.server;

import io.ktizo.core.account.AccountId;
import io.ktizo.core.account.ShopRole;
import io.ktizo.core.shop.Member;
import io.ktizo.core.shop.ShopId;
import io.ktizo.core.shop.Shops;
import io.ktizo.core.store.JdbcShops;
import io.ktizo.payments.PayeeId;
import io.ktizo.server.http.ShopStaff;
import java.util.Collection;
import java.util.Optional;

/** Who works for a payee: payees are Shops, and carry the names of Shops. */
final class StaffOfShops implements ShopStaff {
  private final Shops shops;

  private StaffOfShops(Shops shops) {
    this.shops = shops;
  }

  /** As the database has it at the moment of each question. */
  static StaffOfShops in(Foundation foundation) {
    return new StaffOfShops(new JdbcShops(foundation.database(), foundation.outbox()));
  }

  @Override
  public Collection<ShopRole> roles(PayeeId payee, AccountId account) {
    return shop(payee).flatMap(shop -> shops.member(shop, account)).map(Member::role).stream()
        .toList();
  }

  @Override
  public Optional<AccountId> owner(PayeeId payee) {
    return shop(payee).stream()
        .flatMap(shop -> shops.members(shop).stream())
        .filter(member -> member.role() == ShopRole.OWNER)
        .map(Member::account)
        .findFirst();
  }

  private static Optional<ShopId> shop(PayeeId payee) {
    try {
      return Optional.of(ShopId.FORM.parse(payee.value()));
    } catch (IllegalArgumentException noShop) {
      return Optional.empty();
    }
  }
}

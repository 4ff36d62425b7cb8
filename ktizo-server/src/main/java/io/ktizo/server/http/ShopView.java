package io.ktizo.server.http;

import io.ktizo.core.shop.Checklist;
import io.ktizo.core.shop.ManagingShop;
import io.ktizo.core.shop.Shop;
import io.ktizo.core.shop.ShopId;
import io.ktizo.core.shop.ShopState;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How a Shop looks to its people and to staff. */
final class ShopView {
  private final ManagingShop managing;

  ShopView(ManagingShop managing) {
    this.managing = managing;
  }

  /**
   * A Shop on the wire.
   *
   * @param reason of its present state; empty where none is needed
   * @param holidayUntil when its holiday ends by itself; {@code null} without one, or if it is open
   * @param open what is left to do
   */
  record Shown(
      ShopId id,
      String slug,
      String currency,
      String name,
      String place,
      String about,
      ShopState state,
      String reason,
      @Nullable Instant holidayUntil,
      Instant appliedAt,
      Instant stateSince,
      List<Checklist.Step> open,
      boolean readyToSell) {}

  Shown of(Shop shop) {
    Checklist checklist = managing.checklist(shop);
    return new Shown(
        shop.id(),
        shop.slug(),
        shop.currency().getCode(),
        shop.profile().name(),
        shop.profile().place(),
        shop.profile().about(),
        shop.state(),
        shop.reason(),
        shop.holidayUntil(),
        shop.appliedAt(),
        shop.stateSince(),
        checklist.open(),
        checklist.readyToSell());
  }

  Answer answer(int status, Shop shop) {
    return Answer.json(status, of(shop)).version(shop.version());
  }
}

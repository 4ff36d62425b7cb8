package io.ktizo.core.shop;

import io.ktizo.core.quote.PriceList;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One version of a Shop's prices. A draft may change; a published version says from when on it is
 * in force, can be taken back before that moment, and never changes after it. A version is in force
 * until the next one is.
 *
 * @param id of the version
 * @param shop whose it is
 * @param version of the row, from 1
 * @param number counts the Shop's versions, from 1; quotes name it
 * @param prices the prices; their head names the Shop's slug and this number
 * @param from first moment at which it is in force; {@code null} for a draft
 * @param createdAt when it was begun
 */
public record PriceListVersion(
    PriceListId id,
    ShopId shop,
    long version,
    int number,
    PriceList prices,
    @Nullable Instant from,
    Instant createdAt) {

  public PriceListVersion {
    if (prices.version() != number) {
      throw new IllegalArgumentException("the prices name another version than " + number);
    }
  }

  /** Whether it may change. */
  public boolean isDraft() {
    return from == null;
  }

  /** Whether its moment has come; it is then fixed for ever. */
  public boolean hasBegun(Instant now) {
    return from != null && !from.isAfter(now);
  }

  /** The same as the store keeps it after saving. */
  public PriceListVersion atVersion(long next) {
    return new PriceListVersion(id, shop, next, number, prices, from, createdAt);
  }

  PriceListVersion with(PriceList other) {
    return new PriceListVersion(id, shop, version, number, other, from, createdAt);
  }

  PriceListVersion from(@Nullable Instant moment) {
    return new PriceListVersion(id, shop, version, number, prices, moment, createdAt);
  }
}

package io.ktizo.server.desk;

import io.ktizo.core.quote.PriceList;
import io.ktizo.core.shop.PriceLists;
import io.ktizo.core.shop.ShopId;
import io.ktizo.core.shop.ShopState;
import io.ktizo.core.shop.Shops;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The Shops that sell at the moment, the oldest first, with the prices that are in force.
 *
 * <p>What was read is used again for a second, as long as all of its prices are in force and nobody
 * of this instance has called {@link #lookAgain}. While nothing changes, the same list is given.
 * Any number of threads may ask.
 */
public final class ShopWindow implements Supplier<List<Shop>> {
  private static final long FRESH_NANOS = 1_000_000_000L;
  private static final int BATCH = 200;

  private final Shops shops;
  private final PriceLists prices;
  private final InstantSource clock;
  private volatile @Nullable View last;

  private record View(List<Shop> shops, long readAt) {}

  /** Over these stores. */
  public ShopWindow(Shops shops, PriceLists prices, InstantSource clock) {
    this.shops = shops;
    this.prices = prices;
    this.clock = clock;
  }

  /** Something has changed: what was read before is used no more. */
  public void lookAgain() {
    last = null;
  }

  @Override
  public List<Shop> get() {
    Instant now = clock.instant();
    View known = last;
    if (known != null
        && System.nanoTime() - known.readAt() < FRESH_NANOS
        && known.shops().stream().allMatch(shop -> shop.priceList().inForceAt(now))) {
      return known.shops();
    }
    long readAt = System.nanoTime();
    List<Shop> read = read(now);
    if (known != null && known.shops().equals(read)) {
      read = known.shops();
    }
    last = new View(read, readAt);
    return read;
  }

  private List<Shop> read(Instant now) {
    List<Shop> selling = new ArrayList<>();
    ShopId after = null;
    List<io.ktizo.core.shop.Shop> page;
    do {
      page = shops.list(ShopState.APPROVED, after, BATCH);
      for (io.ktizo.core.shop.Shop shop : page) {
        prices.inForce(shop.id(), now).ifPresent(list -> selling.add(shown(shop, list)));
        after = shop.id();
      }
    } while (page.size() == BATCH);
    return List.copyOf(selling);
  }

  private static Shop shown(io.ktizo.core.shop.Shop shop, PriceList list) {
    return new Shop(
        shop.slug(), shop.profile().name(), shop.profile().place(), shop.profile().about(), list);
  }
}

package io.ktizo.server.desk;

import io.ktizo.core.quote.PriceList;
import io.ktizo.core.shop.Assortment;
import io.ktizo.core.shop.Material;
import io.ktizo.core.shop.Printer;
import io.ktizo.core.shop.ShopEnvironment;
import io.ktizo.core.shop.ShopId;
import io.ktizo.core.shop.ShopState;
import io.ktizo.core.shop.Stock;
import io.ktizo.core.shop.StockLevel;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The Shops that sell at the moment, the oldest first, with the prices that are in force as far as
 * they can print them, see {@link Assortment}: a printer that is out of service, or a material of
 * which nothing is free, is in no quote.
 *
 * <p>What was read is used again for a second, as long as all of its prices are in force and nobody
 * of this instance has called {@link #lookAgain}. While nothing changes, the same list is given.
 * Any number of threads may ask.
 */
public final class ShopWindow implements Supplier<List<Shop>> {
  private static final long FRESH_NANOS = 1_000_000_000L;
  private static final int BATCH = 200;

  private final ShopEnvironment host;
  private final Stock stock;
  private final Map<ShopId, Equipment> equipment = new ConcurrentHashMap<>();
  private volatile @Nullable View last;

  private record View(List<Shop> shops, long readAt) {}

  /**
   * What a Shop prints with and of. Its profiles are long: they are read again when they change.
   *
   * @param stamps of its printers and of its materials, from before they were read
   */
  private record Equipment(List<String> stamps, List<Printer> printers, List<Material> materials) {}

  /** Over these stores. */
  public ShopWindow(ShopEnvironment host, Stock stock) {
    this.host = host;
    this.stock = stock;
  }

  /** Something has changed: what was read before is used no more. */
  public void lookAgain() {
    last = null;
  }

  @Override
  public List<Shop> get() {
    Instant now = host.clock().instant();
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
    Map<ShopId, String> printers = host.printers().stamps();
    Map<ShopId, String> materials = host.materials().stamps();
    Map<ShopId, List<StockLevel>> levels =
        stock.levels(null).stream().collect(Collectors.groupingBy(StockLevel::shop));
    equipment.keySet().retainAll(printers.keySet());
    ShopId after = null;
    List<io.ktizo.core.shop.Shop> page;
    do {
      page = host.shops().list(ShopState.APPROVED, after, BATCH);
      for (io.ktizo.core.shop.Shop shop : page) {
        ShopId id = shop.id();
        List<String> stamps =
            List.of(printers.getOrDefault(id, ""), materials.getOrDefault(id, ""));
        host.prices()
            .inForce(id, now)
            .flatMap(
                list -> {
                  Equipment known = equipment(id, stamps);
                  return Assortment.of(
                      list,
                      known.printers(),
                      known.materials(),
                      levels.getOrDefault(id, List.of()));
                })
            .ifPresent(list -> selling.add(shown(shop, list)));
        after = id;
      }
    } while (page.size() == BATCH);
    return List.copyOf(selling);
  }

  private Equipment equipment(ShopId shop, List<String> stamps) {
    Equipment known = equipment.get(shop);
    if (known == null || !known.stamps().equals(stamps)) {
      known = new Equipment(stamps, host.printers().of(shop), host.materials().of(shop));
      equipment.put(shop, known);
    }
    return known;
  }

  private static Shop shown(io.ktizo.core.shop.Shop shop, PriceList list) {
    return new Shop(
        shop.slug(), shop.profile().name(), shop.profile().place(), shop.profile().about(), list);
  }
}

package io.ktizo.core.shop;

import io.ktizo.core.event.Event;
import io.ktizo.core.id.IdGenerator;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * What the use cases of Shops need from the host.
 *
 * @param shops where Shops are kept
 * @param printers where printers are kept
 * @param materials where materials are kept
 * @param shipping where shipping methods are kept
 * @param prices where price lists are kept
 * @param payouts whether a Shop can be paid
 * @param ids for new things
 * @param clock what time it is
 * @param random for tokens; a {@link java.security.SecureRandom} in production
 */
public record ShopEnvironment(
    Shops shops,
    ShopItems<PrinterId, Printer> printers,
    ShopItems<MaterialId, Material> materials,
    ShopItems<ShippingMethodId, ShippingMethod> shipping,
    PriceLists prices,
    Payouts payouts,
    IdGenerator ids,
    InstantSource clock,
    RandomGenerator random) {

  /** Knows whether a Shop can be paid; ktizo-payments answers in the server. */
  @FunctionalInterface
  public interface Payouts {
    /** Whether the Shop has a payout account that works. */
    boolean ready(ShopId shop);
  }

  Event event(String type, ShopId shop) {
    return event(type, shop, Map.of());
  }

  Event event(String type, ShopId shop, Map<String, String> facts) {
    return Event.of(ids, clock, type, shop, facts);
  }

  List<Event> told(String type, ShopId shop, Map<String, String> facts) {
    return List.of(event(type, shop, facts));
  }
}

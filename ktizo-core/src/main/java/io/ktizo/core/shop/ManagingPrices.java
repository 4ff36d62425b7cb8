package io.ktizo.core.shop;

import io.ktizo.core.print.PrintEstimator;
import io.ktizo.core.quote.AssessedModel;
import io.ktizo.core.quote.Offer;
import io.ktizo.core.quote.PriceList;
import io.ktizo.core.quote.QuoteRequest;
import io.ktizo.core.quote.Quoting;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A Shop's prices: drafting, trying, comparing, publishing. */
public final class ManagingPrices {
  private static final int ATTEMPTS = 20;

  /** No version is published for later. */
  public static final Duration FARTHEST = Duration.ofDays(3_653);

  private final ShopEnvironment host;
  private final PrintEstimator estimator;

  /** Managing with these parts. */
  public ManagingPrices(ShopEnvironment host, PrintEstimator estimator) {
    this.host = host;
    this.estimator = estimator;
  }

  /** What became of a wish to publish or draft. */
  public sealed interface Outcome {
    /** Done. */
    record Done(PriceListVersion version) implements Outcome {}

    /**
     * It would begin before now, or after {@link #FARTHEST}, or at the moment at which another
     * version begins.
     */
    record WrongMoment() implements Outcome {}

    /** The prices are in another currency than the Shop's. */
    record WrongCurrency() implements Outcome {}

    /** No printer in service prints a material that is offered. */
    record NothingToPrint() implements Outcome {}
  }

  /**
   * Begins a draft with these prices. Their head is replaced: the Shop's slug, the next number, no
   * dates.
   *
   * @throws TooManyException if the Shop has too many drafts
   */
  public Outcome draft(Shop shop, PriceList prices) {
    if (!prices.currency().equals(shop.currency())) {
      return new Outcome.WrongCurrency();
    }
    for (int attempt = 1; ; attempt++) {
      int number = host.prices().nextNumber(shop.id());
      PriceListVersion draft =
          new PriceListVersion(
              PriceListId.FORM.next(host.ids()),
              shop.id(),
              1,
              number,
              headed(prices, shop, number, Instant.EPOCH),
              null,
              host.clock().instant().truncatedTo(ChronoUnit.MICROS));
      if (host.prices().add(draft)) {
        return new Outcome.Done(draft);
      }
      if (attempt == ATTEMPTS) {
        throw new IllegalStateException("somebody else took the number " + ATTEMPTS + " times");
      }
    }
  }

  /**
   * Begins a draft from the printers in service and the materials offered; everything else as in
   * the version that is in force or, failing that, the newest one; or the library's defaults.
   */
  public Outcome draftFromEquipment(Shop shop) {
    List<PriceList.Material> materials = materials(shop.id());
    List<PriceList.Printer> printers = printers(shop.id(), materials);
    if (printers.isEmpty()) {
      return new Outcome.NothingToPrint();
    }
    Optional<PriceList> base =
        host.prices()
            .inForce(shop.id(), host.clock().instant())
            .or(
                () ->
                    host.prices().of(shop.id(), Integer.MAX_VALUE, 1).stream()
                        .map(PriceListVersion::prices)
                        .findFirst());
    PriceList prices =
        base.map(known -> known.equipped(printers, materials))
            .orElseGet(
                () ->
                    PriceList.of(shop.slug(), shop.slug(), shop.currency())
                        .printers(printers.toArray(PriceList.Printer[]::new))
                        .materials(materials.toArray(PriceList.Material[]::new))
                        .build());
    return draft(shop, prices);
  }

  private List<PriceList.Material> materials(ShopId shop) {
    return host.materials().of(shop).stream()
        .filter(Material::offered)
        .map(
            material ->
                new PriceList.Material(
                    material.code(),
                    material.name(),
                    material.pricePerKilogram(),
                    material.density(),
                    material.waste(),
                    material.purgeGrams()))
        .toList();
  }

  private List<PriceList.Printer> printers(ShopId shop, List<PriceList.Material> materials) {
    Set<String> known = new HashSet<>();
    materials.forEach(material -> known.add(material.id()));
    List<PriceList.Printer> printers = new ArrayList<>();
    for (Printer printer : host.printers().of(shop)) {
      List<PriceList.Setting> settings =
          printer.settings().stream()
              .filter(setting -> known.contains(setting.material()))
              .map(
                  setting ->
                      new PriceList.Setting(
                          setting.material(), setting.quality(), setting.profile()))
              .toList();
      if (printer.inService() && !settings.isEmpty()) {
        printers.add(
            new PriceList.Printer(
                printer.code(),
                printer.name(),
                printer.process(),
                printer.volume(),
                printer.hourlyRate(),
                printer.power(),
                printer.hoursPerDay(),
                settings));
      }
    }
    return printers;
  }

  /**
   * Changes a draft.
   *
   * @param draft as it was read; its version guards the change
   * @throws io.ktizo.core.sql.StaleVersionException if somebody else changed it meanwhile
   * @throws PriceListFixedException if it is no draft
   */
  public Outcome change(Shop shop, PriceListVersion draft, PriceList prices) {
    if (!prices.currency().equals(shop.currency())) {
      return new Outcome.WrongCurrency();
    }
    return new Outcome.Done(
        host.prices().save(draft.with(headed(prices, shop, draft.number(), Instant.EPOCH))));
  }

  /**
   * Publishes a draft; see {@link #change}.
   *
   * @param from first moment at which it is in force, not before now nor after {@link #FARTHEST};
   *     {@code null} for now
   */
  public Outcome publish(Shop shop, PriceListVersion draft, @Nullable Instant from) {
    // What a database keeps: a moment that is rounded up later would not have come yet.
    Instant now = host.clock().instant().truncatedTo(ChronoUnit.MICROS);
    Instant begins = from == null ? now : from.truncatedTo(ChronoUnit.MICROS);
    if (begins.isBefore(now) || begins.isAfter(now.plus(FARTHEST))) {
      return new Outcome.WrongMoment();
    }
    PriceListVersion version =
        draft.with(headed(draft.prices(), shop, draft.number(), begins)).from(begins);
    return host.prices()
        .publish(
            version,
            host.told(
                ShopEvents.PRICES_PUBLISHED,
                shop.id(),
                Map.of("priceList", draft.id().toString(), "from", begins.toString())))
        .<Outcome>map(Outcome.Done::new)
        .orElseGet(Outcome.WrongMoment::new);
  }

  /**
   * Takes a version back whose moment has not come; it is a draft again.
   *
   * @throws io.ktizo.core.sql.StaleVersionException if somebody else changed it meanwhile
   * @throws PriceListFixedException if its moment has come
   */
  public PriceListVersion withdraw(PriceListVersion version) {
    return host.prices()
        .withdraw(
            version,
            host.clock().instant(),
            host.told(
                ShopEvents.PRICES_WITHDRAWN,
                version.shop(),
                Map.of("priceList", version.id().toString())));
  }

  /** What a Shop with these prices would say to a request, whether or not they are in force. */
  public List<Offer> preview(PriceList prices, AssessedModel part, QuoteRequest request) {
    Instant now = host.clock().instant();
    return Quoting.with(estimator, InstantSource.fixed(now))
        .quote(part, List.of(alwaysInForce(prices)), request);
  }

  /** What two versions would say, for each part. */
  public PriceComparison compare(
      PriceList before, PriceList after, Map<String, AssessedModel> parts, QuoteRequest request) {
    List<PriceComparison.Row> rows = new ArrayList<>();
    parts.forEach(
        (name, part) ->
            rows.addAll(
                PriceComparison.rows(
                    name,
                    request.quantity(),
                    preview(before, part, request),
                    preview(after, part, request))));
    return new PriceComparison(rows);
  }

  private static PriceList alwaysInForce(PriceList prices) {
    return prices.headed(prices.shop(), prices.id(), prices.version(), Instant.EPOCH, null);
  }

  private static PriceList headed(PriceList prices, Shop shop, int number, Instant from) {
    return prices.headed(shop.slug(), shop.slug(), number, from, null);
  }
}

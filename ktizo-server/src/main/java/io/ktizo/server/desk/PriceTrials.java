package io.ktizo.server.desk;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ktizo.core.quote.AssessedModel;
import io.ktizo.core.quote.Offer;
import io.ktizo.core.quote.PriceList;
import io.ktizo.core.quote.QuoteRequest;
import io.ktizo.core.shop.ManagingPrices;
import io.ktizo.core.shop.PriceComparison;
import io.ktizo.core.shop.SamplePart;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Tries prices on sample parts, whether or not they are in force, and tells it as JSON. Safe for
 * use by many threads; the work is done where that on models is.
 */
public final class PriceTrials {
  /** No trial estimates more layers, all parts and choices together. */
  public static final int MOST_LAYERS = 100_000;

  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private final ManagingPrices prices;
  private final MeshWork work;
  private final Semaphore places;

  /**
   * Over this use case.
   *
   * @param atOnce how many trials are worked on at once, so that quotes have room beside them
   */
  public PriceTrials(ManagingPrices prices, MeshWork work, int atOnce) {
    this.prices = prices;
    this.work = work;
    this.places = new Semaphore(atOnce);
  }

  /** How many layers would be estimated: anybody may write a profile whose layers are thin. */
  public static double layers(PriceList list, Collection<SamplePart> parts, QuoteRequest request) {
    double height = parts.stream().mapToDouble(SamplePart::height).sum();
    return list.printers().stream()
        .flatMap(printer -> printer.settings().stream())
        .filter(setting -> isAskedFor(request.materials(), setting.material()))
        .filter(setting -> isAskedFor(request.qualities(), setting.quality()))
        .mapToDouble(setting -> height / setting.profile().layers().height())
        .sum();
  }

  private static boolean isAskedFor(Set<String> wanted, String id) {
    return wanted.isEmpty() || wanted.contains(id);
  }

  /**
   * What a Shop with these prices would say; its form is schema {@code PricePreview}.
   *
   * @param shop with the prices that are tried
   * @throws BusyException if too much work waits already
   */
  public String preview(Shop shop, SamplePart part, QuoteRequest request) {
    List<Offer> offers = inTurn(() -> prices.preview(shop.priceList(), part.model(), request));
    ObjectNode document = Json.object();
    document.put("part", part.name());
    document.put("quantity", request.quantity());
    ArrayNode list = document.putArray("offers");
    offers.forEach(offer -> list.add(QuoteDocument.offer(offer, shop)));
    return Json.write(document);
  }

  /**
   * What two versions ask for the same parts; its form is schema {@code PriceComparison}.
   *
   * @param parts in the order in which they are told, at least one
   * @throws BusyException if too much work waits already
   */
  public String compare(
      PriceList before, PriceList after, Set<SamplePart> parts, QuoteRequest request) {
    PriceComparison comparison =
        inTurn(
            () -> {
              Map<String, AssessedModel> models = new LinkedHashMap<>();
              parts.forEach(part -> models.put(part.name(), part.model()));
              return prices.compare(before, after, models, request);
            });
    ObjectNode document = Json.object();
    document.put("currency", after.currency().getCode());
    ArrayNode rows = document.putArray("rows");
    comparison.rows().forEach(row -> rows.add(row(row)));
    return Json.write(document);
  }

  private <T> T inTurn(Callable<T> trial) {
    try {
      if (!places.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new BusyException(PATIENCE);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DeskException("a trial was interrupted", e);
    }
    try {
      return work.run(trial);
    } finally {
      places.release();
    }
  }

  private static ObjectNode row(PriceComparison.Row row) {
    ObjectNode node = Json.object();
    node.put("part", row.part());
    node.put("quantity", row.quantity());
    node.put("printer", row.printer());
    node.put("material", row.material());
    node.put("quality", row.quality());
    node.set("before", answer(row.before()));
    node.set("after", answer(row.after()));
    row.difference().ifPresent(more -> node.put("difference", more.getAmount().toPlainString()));
    row.share().ifPresent(share -> node.put("share", share.toPlainString()));
    return node;
  }

  private static ObjectNode answer(PriceComparison.Answer answer) {
    ObjectNode node = Json.object();
    switch (answer) {
      case PriceComparison.Answer.Price price ->
          node.put("outcome", "PRICED").put("net", price.net().getAmount().toPlainString());
      case PriceComparison.Answer.Look look -> {
        node.put("outcome", "WILL_LOOK");
        node.set("reasons", ModelDocument.reasons(look.reasons()));
      }
      case PriceComparison.Answer.Nothing nothing -> node.put("outcome", "NOT_OFFERED");
    }
    return node;
  }
}

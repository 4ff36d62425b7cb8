package io.ktizo.server.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ktizo.core.account.Permissions.Action;
import io.ktizo.core.quote.PriceList;
import io.ktizo.core.quote.QuoteRequest;
import io.ktizo.core.shop.PriceListId;
import io.ktizo.core.shop.PriceListVersion;
import io.ktizo.core.shop.PriceLists;
import io.ktizo.core.shop.SamplePart;
import io.ktizo.core.shop.Shop;
import io.ktizo.core.shop.Shops;
import io.ktizo.server.desk.PriceTrials;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Size;
import java.io.IOException;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What prices would come to, before anybody pays them: on sample parts, and beside each other. */
public final class PriceTrialEndpoints {
  private static final String SHOP = "/api/v1/shops/{shop}";

  private final ShopDoor door;
  private final PriceLists lists;
  private final PriceTrials trials;

  /** Over these use cases. */
  public PriceTrialEndpoints(Shops shops, PriceLists lists, PriceTrials trials) {
    this.door = new ShopDoor(shops);
    this.lists = lists;
    this.trials = trials;
  }

  /** The routes. Nothing is kept, so nothing is kept from being done again. */
  public List<Route> routes() {
    return List.of(
        Route.upload(SHOP + "/price-previews", Access.to(Action.CHANGE_PRICE_LISTS), this::live)
            .neverRepeated(),
        Route.post(
                SHOP + "/price-lists/{priceList}/previews",
                Access.to(Action.SEE_PRICE_LISTS),
                this::preview)
            .neverRepeated(),
        Route.post(SHOP + "/price-comparisons", Access.to(Action.SEE_PRICE_LISTS), this::compare)
            .neverRepeated());
  }

  /** On what prices are tried; what is left out means all, and nothing done after printing. */
  record Trial(
      SamplePart part,
      @Nullable @Min(1) @Max(QuoteRequest.MOST_COPIES) Integer quantity,
      @Nullable @Size(max = 32) List<@Size(max = 64) String> materials,
      @Nullable @Size(max = 32) List<@Size(max = 64) String> qualities,
      @Nullable @Size(max = 32) List<@Size(max = 64) String> postProcessing,
      @Nullable @Size(max = 64) String leadTime) {
    QuoteRequest request() {
      return PriceTrialEndpoints.request(quantity, materials, qualities, postProcessing, leadTime);
    }
  }

  private static QuoteRequest request(
      @Nullable Integer quantity,
      @Nullable List<String> materials,
      @Nullable List<String> qualities,
      @Nullable List<String> postProcessing,
      @Nullable String leadTime) {
    return new QuoteRequest(
        quantity == null ? 1 : quantity,
        materials == null ? Set.of() : new HashSet<>(materials),
        qualities == null ? Set.of() : new HashSet<>(qualities),
        postProcessing == null ? List.of() : List.copyOf(new LinkedHashSet<>(postProcessing)),
        leadTime,
        Map.of());
  }

  /** Prices that are still being written, as they stand on somebody's screen. */
  private Answer live(Call call) throws IOException {
    Shop shop = door.shop(call, Action.CHANGE_PRICE_LISTS);
    ObjectNode body = ShopDoor.document(call);
    JsonNode written = body.remove("prices");
    if (written == null) {
      throw wrong("/prices", "missing", "This must be there.");
    }
    Trial trial = Body.read(body, Trial.class);
    PriceList prices = ShopDoor.prices(written, "/prices");
    if (!prices.currency().equals(shop.currency())) {
      throw wrong("/prices/currency", "unknown-value", "This must be the Shop's currency.");
    }
    return preview(shop, prices, trial);
  }

  private static ProblemException wrong(String pointer, String code, String message) {
    return new ProblemException(
        Problem.invalid(List.of(new Problem.Field(pointer, code, message))));
  }

  private Answer preview(Shop shop, PriceList prices, Trial trial) {
    QuoteRequest request = trial.request();
    requireLittle(PriceTrials.layers(prices, List.of(trial.part()), request));
    PriceList headed =
        prices.headed(shop.slug(), shop.slug(), prices.version(), Instant.EPOCH, null);
    return Answer.json(
        200,
        trials.preview(
            new io.ktizo.server.desk.Shop(
                shop.slug(),
                shop.profile().name(),
                shop.profile().place(),
                shop.profile().about(),
                headed),
            trial.part(),
            request));
  }

  private static void requireLittle(double layers) {
    if (layers > PriceTrials.MOST_LAYERS) {
      throw wrong(
          "/materials",
          "out-of-range",
          "Name fewer parts, materials or qualities: these have more than "
              + PriceTrials.MOST_LAYERS
              + " layers together.");
    }
  }

  private Answer preview(Call call) throws IOException {
    Shop shop = door.shop(call, Action.SEE_PRICE_LISTS);
    PriceListVersion version =
        version(shop, call.path("priceList"))
            .orElseThrow(() -> new ProblemException(Problem.noSuchThing()));
    return preview(shop, version.prices(), call.body(Trial.class));
  }

  private Optional<PriceListVersion> version(Shop shop, String id) {
    try {
      return lists
          .find(PriceListId.FORM.parse(id))
          .filter(version -> version.shop().equals(shop.id()));
    } catch (IllegalArgumentException noId) {
      return Optional.empty();
    }
  }

  /** Two versions of a Shop, and on what they are tried; without parts, on all of them. */
  record Comparison(
      @Size(max = 100) String before,
      @Size(max = 100) String after,
      @Nullable @Size(max = 20) List<SamplePart> parts,
      @Nullable @Min(1) @Max(QuoteRequest.MOST_COPIES) Integer quantity,
      @Nullable @Size(max = 32) List<@Size(max = 64) String> materials,
      @Nullable @Size(max = 32) List<@Size(max = 64) String> qualities,
      @Nullable @Size(max = 32) List<@Size(max = 64) String> postProcessing,
      @Nullable @Size(max = 64) String leadTime) {}

  private Answer compare(Call call) throws IOException {
    Shop shop = door.shop(call, Action.SEE_PRICE_LISTS);
    Comparison wanted = call.body(Comparison.class);
    PriceList before = known(shop, wanted.before(), "/before");
    PriceList after = known(shop, wanted.after(), "/after");
    List<SamplePart> named = wanted.parts();
    Set<SamplePart> parts =
        new LinkedHashSet<>(
            named == null || named.isEmpty() ? List.of(SamplePart.values()) : named);
    QuoteRequest request =
        request(
            wanted.quantity(),
            wanted.materials(),
            wanted.qualities(),
            wanted.postProcessing(),
            wanted.leadTime());
    requireLittle(
        PriceTrials.layers(before, parts, request) + PriceTrials.layers(after, parts, request));
    return Answer.json(200, trials.compare(before, after, parts, request));
  }

  private PriceList known(Shop shop, String id, String pointer) {
    return version(shop, id)
        .map(PriceListVersion::prices)
        .orElseThrow(
            () -> wrong(pointer, "unknown-value", "The Shop has no such version of its prices."));
  }
}

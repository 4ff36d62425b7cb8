package io.ktizo.core.quote;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a customer wants of a model, of whichever Shop.
 *
 * @param quantity copies, 1 to {@link #MOST_COPIES}
 * @param materials ids of the materials asked for; empty for all that a Shop offers
 * @param qualities ids of the qualities asked for; empty for all that a Shop offers
 * @param postProcessing ids of what is to be done after printing; without repetition
 * @param leadTime id of the choice of speed; {@code null} for each Shop's standard
 * @param customerTerms by Shop, the id of the terms that the customer holds there; whoever calls
 *     has checked that he does
 */
public record QuoteRequest(
    int quantity,
    Set<String> materials,
    Set<String> qualities,
    List<String> postProcessing,
    @Nullable String leadTime,
    Map<String, String> customerTerms) {

  /** No order is larger. */
  public static final int MOST_COPIES = 1_000_000;

  public QuoteRequest {
    if (quantity < 1 || quantity > MOST_COPIES) {
      throw new IllegalArgumentException(
          "quantity must be from 1 to " + MOST_COPIES + ": " + quantity);
    }
    materials = Set.copyOf(materials);
    qualities = Set.copyOf(qualities);
    postProcessing = List.copyOf(postProcessing);
    customerTerms = Map.copyOf(customerTerms);
    if (Set.copyOf(postProcessing).size() != postProcessing.size()) {
      throw new IllegalArgumentException("post-processing must not be repeated");
    }
  }

  /** So many copies, in whatever the Shops offer. */
  public static QuoteRequest of(int quantity) {
    return new QuoteRequest(quantity, Set.of(), Set.of(), List.of(), null, Map.of());
  }

  /** The same for another number of copies. */
  public QuoteRequest times(int copies) {
    return new QuoteRequest(copies, materials, qualities, postProcessing, leadTime, customerTerms);
  }

  /** The same in these materials only. */
  public QuoteRequest in(String... materialIds) {
    return new QuoteRequest(
        quantity, Set.of(materialIds), qualities, postProcessing, leadTime, customerTerms);
  }

  /** The same in these qualities only. */
  public QuoteRequest atQuality(String... qualityIds) {
    return new QuoteRequest(
        quantity, materials, Set.of(qualityIds), postProcessing, leadTime, customerTerms);
  }

  /** The same with this done after printing. */
  public QuoteRequest finishedBy(String... postProcessingIds) {
    return new QuoteRequest(
        quantity, materials, qualities, List.of(postProcessingIds), leadTime, customerTerms);
  }

  /** The same at this speed. */
  public QuoteRequest within(String leadTimeId) {
    return new QuoteRequest(
        quantity, materials, qualities, postProcessing, leadTimeId, customerTerms);
  }

  /** The same under these terms, by Shop. */
  public QuoteRequest under(Map<String, String> termsByShop) {
    return new QuoteRequest(quantity, materials, qualities, postProcessing, leadTime, termsByShop);
  }
}

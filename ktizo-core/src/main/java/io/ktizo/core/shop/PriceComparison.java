package io.ktizo.core.shop;

import io.ktizo.core.quote.Offer;
import io.ktizo.core.quote.ReviewReason;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.joda.money.Money;

/**
 * What two versions of a price list ask for the same parts.
 *
 * @param rows one for each part, quantity and choice that either version offers, in the order of
 *     the older version, then those that only the newer one has
 */
public record PriceComparison(List<Row> rows) {
  public PriceComparison {
    rows = List.copyOf(rows);
  }

  /**
   * One part in one choice.
   *
   * @param part name of the part
   * @param quantity copies
   * @param printer as in the lists
   * @param material as in the lists
   * @param quality as in the lists
   * @param before by the older version
   * @param after by the newer version
   */
  public record Row(
      String part,
      int quantity,
      String printer,
      String material,
      String quality,
      Answer before,
      Answer after) {

    /** What the newer version asks more; nothing unless both have a price. */
    public Optional<Money> difference() {
      return before instanceof Answer.Price old && after instanceof Answer.Price young
          ? Optional.of(young.net().minus(old.net()))
          : Optional.empty();
    }

    /** The difference as a share of the older price, to 0.0001; nothing if that is zero. */
    public Optional<BigDecimal> share() {
      return before instanceof Answer.Price old && !old.net().isZero()
          ? difference()
              .map(
                  more -> more.getAmount().divide(old.net().getAmount(), 4, RoundingMode.HALF_EVEN))
          : Optional.empty();
    }
  }

  /** What a version says. */
  public sealed interface Answer {
    /** Net total of the order. */
    record Price(Money net) implements Answer {}

    /** The Shop would look first. */
    record Look(List<ReviewReason> reasons) implements Answer {
      public Look {
        reasons = List.copyOf(reasons);
      }
    }

    /** It does not offer this. */
    record Nothing() implements Answer {}
  }

  static List<Row> rows(String part, int quantity, List<Offer> before, List<Offer> after) {
    Map<List<String>, Answer> old = answers(before);
    Map<List<String>, Answer> young = answers(after);
    Map<List<String>, Answer> all = new LinkedHashMap<>(old);
    young.forEach(all::putIfAbsent);
    List<Row> rows = new ArrayList<>();
    for (List<String> choice : all.keySet()) {
      rows.add(
          new Row(
              part,
              quantity,
              choice.get(0),
              choice.get(1),
              choice.get(2),
              old.getOrDefault(choice, new Answer.Nothing()),
              young.getOrDefault(choice, new Answer.Nothing())));
    }
    return rows;
  }

  private static Map<List<String>, Answer> answers(List<Offer> offers) {
    Map<List<String>, Answer> answers = new LinkedHashMap<>();
    for (Offer offer : offers) {
      Offer.Choice choice = offer.choice();
      answers.put(
          List.of(choice.printer(), choice.material(), choice.quality()),
          switch (offer) {
            case Offer.Priced priced -> new Answer.Price(priced.quote().net());
            case Offer.WillLook look -> new Answer.Look(look.reasons());
          });
    }
    return answers;
  }
}

package io.ktizo.core.quote;

import java.util.List;

/** What one Shop says to a request, for one printer, material and quality: a price, or a look. */
public sealed interface Offer {

  /** Who would print it on what, of what and how. */
  Choice choice();

  /** An instant price. */
  record Priced(Quote quote) implements Offer {
    @Override
    public Choice choice() {
      return quote.choice();
    }
  }

  /**
   * The Shop will look.
   *
   * @param reasons at least one
   */
  record WillLook(Choice choice, List<ReviewReason> reasons) implements Offer {
    public WillLook {
      reasons = List.copyOf(reasons);
      if (reasons.isEmpty()) {
        throw new IllegalArgumentException("a look must have a reason");
      }
    }
  }

  /**
   * One thing that a Shop offers; all four as in its price list.
   *
   * @param shop the Shop
   * @param printer id of the printer
   * @param material id of the material
   * @param quality id of the quality
   */
  record Choice(String shop, String printer, String material, String quality) {}
}

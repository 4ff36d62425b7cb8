package io.ktizo.core.shop;

import java.math.BigDecimal;

/**
 * How much of a material there is in one colour, on all spools together. In milligrams, since a
 * whole store may hold more than {@link Grams} can.
 *
 * @param shop whose it is
 * @param material which material
 * @param colour code of the colour; empty for a material without colours
 * @param spools how many are in use; 0 if all were put away
 * @param remaining what is on spools in use, what is held included
 * @param held what is held for orders, also on spools that were put away since
 * @param free what can be taken, from spools in use
 */
public record StockLevel(
    ShopId shop,
    MaterialId material,
    String colour,
    int spools,
    long remaining,
    long held,
    long free) {

  public StockLevel {
    if (spools < 0 || held < 0 || free < 0 || free > remaining) {
      throw new IllegalArgumentException("nothing is negative, and no more is free than is there");
    }
  }

  /** Milligrams as grams. */
  public static BigDecimal grams(long milligrams) {
    BigDecimal grams = BigDecimal.valueOf(milligrams, 3).stripTrailingZeros();
    return grams.scale() < 0 ? grams.setScale(0) : grams;
  }
}

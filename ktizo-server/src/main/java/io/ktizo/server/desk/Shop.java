package io.ktizo.server.desk;

import io.ktizo.core.quote.PriceList;

/**
 * A Shop that can be asked for a price.
 *
 * @param id as in its price list
 * @param name for people
 * @param place where it prints
 * @param about one or two sentences
 * @param priceList what it charges
 */
public record Shop(String id, String name, String place, String about, PriceList priceList) {
  public Shop {
    if (!id.equals(priceList.shop())) {
      throw new IllegalArgumentException(
          "the price list is of another Shop: " + id + ", " + priceList.shop());
    }
  }
}

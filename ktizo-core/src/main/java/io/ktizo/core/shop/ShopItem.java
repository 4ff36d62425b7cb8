package io.ktizo.core.shop;

import io.ktizo.core.id.Id;

/**
 * Something that a Shop owns and its people change: a {@link Printer}, a {@link Material}, a {@link
 * ShippingMethod}.
 *
 * @param <I> type of its id
 */
public sealed interface ShopItem<I extends Id> permits Printer, Material, ShippingMethod {
  /** Its id. */
  I id();

  /** Whose it is; never changes. */
  ShopId shop();

  /** Version of the row, from 1. */
  long version();

  /** By which it is named in price lists; unique among those of its kind in the Shop. */
  String code();

  /** The same as the store keeps it after saving. */
  ShopItem<I> atVersion(long next);
}

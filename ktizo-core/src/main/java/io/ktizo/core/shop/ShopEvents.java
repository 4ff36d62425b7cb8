package io.ktizo.core.shop;

import java.util.List;

/** What happens to Shops, as events. They are about a Shop, and name people by id alone. */
public final class ShopEvents {
  /** A Shop asks to be let in. */
  public static final String APPLIED = "shop-applied";

  /** It may sell. */
  public static final String APPROVED = "shop-approved";

  /** It was not let in. */
  public static final String REFUSED = "shop-refused";

  /** Staff stopped it. */
  public static final String SUSPENDED = "shop-suspended";

  /** It may sell again. */
  public static final String REINSTATED = "shop-reinstated";

  /** It sells nothing for a while. */
  public static final String HOLIDAY_STARTED = "shop-holiday-started";

  /** It stays on holiday, until another moment. */
  public static final String HOLIDAY_CHANGED = "shop-holiday-changed";

  /** It sells again. */
  public static final String HOLIDAY_ENDED = "shop-holiday-ended";

  /** Its owner gave it up. */
  public static final String CLOSED = "shop-closed";

  /** Profile, business details or terms are others. */
  public static final String CHANGED = "shop-changed";

  /** Somebody was invited; fact {@code invitation}. */
  public static final String MEMBER_INVITED = "shop-member-invited";

  /** Somebody belongs to it now, or as another; facts {@code account} and {@code role}. */
  public static final String MEMBER_CHANGED = "shop-member-changed";

  /** Somebody belongs to it no more; fact {@code account}. */
  public static final String MEMBER_REMOVED = "shop-member-removed";

  /** A printer, material or shipping method was added, changed or removed; fact {@code item}. */
  public static final String ITEM_CHANGED = "shop-item-changed";

  /** A version of a price list will be in force; facts {@code priceList}, {@code from}. */
  public static final String PRICES_PUBLISHED = "shop-prices-published";

  /** It will not, after all; fact {@code priceList}. */
  public static final String PRICES_WITHDRAWN = "shop-prices-withdrawn";

  /** Material was taken, given back or counted; facts {@code reservation} or {@code spool}. */
  public static final String STOCK_CHANGED = "shop-stock-changed";

  /** All of them, in the order in which they stand here. */
  public static final List<String> ALL =
      List.of(
          APPLIED,
          APPROVED,
          REFUSED,
          SUSPENDED,
          REINSTATED,
          HOLIDAY_STARTED,
          HOLIDAY_CHANGED,
          HOLIDAY_ENDED,
          CLOSED,
          CHANGED,
          MEMBER_INVITED,
          MEMBER_CHANGED,
          MEMBER_REMOVED,
          ITEM_CHANGED,
          PRICES_PUBLISHED,
          PRICES_WITHDRAWN,
          STOCK_CHANGED);

  private ShopEvents() {}
}

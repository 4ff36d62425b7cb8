package io.ktizo.core.account;

import java.util.Locale;

/** What an API key may be used for; the key's owner must be allowed it as well. */
public enum ApiScope {
  /** Upload and delete models and ask for quotes. */
  QUOTES_WRITE,
  /** Read quotes. */
  QUOTES_READ,
  /** Place and change orders. */
  ORDERS_WRITE,
  /** Read orders. */
  ORDERS_READ,
  /** List own files; download them and files of orders. */
  FILES_READ,
  /** Change a Shop's printers, materials, stock and prices. */
  SHOP_WRITE,
  /** Read a Shop's printers, materials, stock and prices. */
  SHOP_READ,
  /** Read invoices, balances and payouts. */
  FINANCE_READ;

  /** For instance {@code orders:read}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', ':');
  }

  /**
   * Reads what {@link #text} wrote.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static ApiScope parse(String text) {
    for (ApiScope scope : values()) {
      if (scope.text().equals(text)) {
        return scope;
      }
    }
    throw new IllegalArgumentException("no scope of that name");
  }
}

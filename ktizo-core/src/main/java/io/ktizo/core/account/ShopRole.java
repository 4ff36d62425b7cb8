package io.ktizo.core.account;

/** What a person is to one Shop. */
public enum ShopRole {
  /** Everything, also who else belongs to it and where the money goes. */
  OWNER,
  /** Printers, stock and orders. */
  OPERATOR,
  /** Prices, invoices and payouts, without changing where they go. */
  FINANCE
}

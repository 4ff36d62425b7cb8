package io.ktizo.server.http;

import io.ktizo.core.account.ApiScope;
import io.ktizo.core.account.Permissions;
import io.ktizo.core.account.Permissions.Action;
import java.util.Optional;

/** Who may take a route. */
public sealed interface Access {
  /** Everybody, without being asked who he is: pages, and the doors themselves. */
  static Access everybody() {
    return new Everybody();
  }

  /** Whoever {@link Permissions} lets do this. */
  static Access to(Action action) {
    return new Allowed(action);
  }

  /** See {@link #everybody}. */
  record Everybody() implements Access {}

  /**
   * See {@link #to}.
   *
   * @param action that the endpoint asks for
   */
  record Allowed(Action action) implements Access {}

  /** As it stands in the OpenAPI document. */
  default String text() {
    return switch (this) {
      case Everybody everybody -> "EVERYBODY";
      case Allowed allowed -> allowed.action().name();
    };
  }

  /**
   * The scope that an API key needs for an action; nothing if no key may do it, whatever its
   * scopes: then it takes a person.
   */
  static Optional<ApiScope> scopeFor(Action action) {
    return switch (action) {
      case ASK_QUOTE, SEND_FILE, QUOTE_FILE, DELETE_FILE -> Optional.of(ApiScope.QUOTES_WRITE);
      case SEE_QUOTE -> Optional.of(ApiScope.QUOTES_READ);
      case PLACE_ORDER, CANCEL_ORDER, CHANGE_ORDER_STATE, WRITE_MESSAGE ->
          Optional.of(ApiScope.ORDERS_WRITE);
      case SEE_ORDER, SEE_MESSAGES -> Optional.of(ApiScope.ORDERS_READ);
      case SEE_FILE, DOWNLOAD_ORDER_FILE -> Optional.of(ApiScope.FILES_READ);
      case CHANGE_PRINTERS,
          CHANGE_SHIPPING,
          CHANGE_STOCK,
          CHANGE_PRICE_LISTS,
          CHANGE_SHOP_PROFILE,
          CHANGE_SHOP_STATE,
          CHANGE_WEBHOOKS ->
          Optional.of(ApiScope.SHOP_WRITE);
      case SEE_SHOP_PROFILE, SEE_SHOP, SEE_STOCK, SEE_PRICE_LISTS, SEE_WEBHOOKS ->
          Optional.of(ApiScope.SHOP_READ);
      case SEE_INVOICES, SEE_PAYOUTS -> Optional.of(ApiScope.FINANCE_READ);
      default -> Optional.empty();
    };
  }
}

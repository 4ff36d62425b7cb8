package io.ktizo.payments;

import io.ktizo.server.desk.Models;

/** What HouseBoundaryTest must catch: payments looking into another module that is not core. */
public final class PaymentThatStoresFiles {
  private PaymentThatStoresFiles() {}

  public static Object receipts(Models models) {
    return models;
  }
}

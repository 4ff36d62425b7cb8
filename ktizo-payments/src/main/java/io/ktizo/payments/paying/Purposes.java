package io.ktizo.payments.paying;

import io.ktizo.payments.PayeeId;

/** The purposes of operations: what makes asking twice the same as asking once. */
final class Purposes {
  static final String START = "start";
  static final String AUTHORISE = "authorise";
  static final String CAPTURE = "capture";
  static final String VOID = "void";
  static final String ONBOARD = "onboard";

  private Purposes() {}

  static String refund(String refundId) {
    return "refund:" + refundId;
  }

  static String transfer(PayeeId payee) {
    return "transfer" + of(payee);
  }

  /** What a refund takes back from a payee. */
  static String reverse(String cause, PayeeId payee) {
    return "reverse:" + cause + of(payee);
  }

  static String payout(int number, String currency) {
    return "payout:" + currency + ":" + number;
  }

  static String of(PayeeId payee) {
    return ":" + payee;
  }
}

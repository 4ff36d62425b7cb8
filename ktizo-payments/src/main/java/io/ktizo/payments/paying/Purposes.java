package io.ktizo.payments.paying;

import io.ktizo.payments.PayeeId;

/** The purposes of operations: what makes asking twice the same as asking once. */
final class Purposes {
  static final String START = "start";
  static final String AUTHORISE = "authorise";
  static final String CAPTURE = "capture";
  static final String VOID = "void";
  static final String ONBOARD = "onboard";
  static final String CLOSE = "close";
  static final String TAX = "tax";

  /** What was held and not taken: never sold, though it was calculated. */
  static final String RELEASED = "released";

  private Purposes() {}

  static String refund(String refundId) {
    return "refund:" + refundId;
  }

  /** The host's name of a refund: the inverse of {@code refund}. */
  static String refundId(String purpose) {
    return purpose.substring("refund:".length());
  }

  static String transfer(PayeeId payee) {
    return "transfer" + of(payee);
  }

  /** What a refund takes back from a payee. */
  static String reverse(String cause, PayeeId payee) {
    return "reverse:" + cause + of(payee);
  }

  /** The same where it must be taken from several transfers. */
  static String reverse(String cause, int part, PayeeId payee) {
    return part == 1 ? reverse(cause, payee) : reverse(cause + "#" + part, payee);
  }

  /** Why something was taken back: the inverse of {@code reverse}. */
  static String causeOf(String reverse, PayeeId payee) {
    String cause = reverse.substring("reverse:".length(), reverse.length() - of(payee).length());
    int part = cause.indexOf('#');
    return part < 0 ? cause : cause.substring(0, part);
  }

  static String payout(int number, String currency) {
    return "payout:" + currency + ":" + number;
  }

  /** What was given back, written down for the tax return. */
  static String taxReversal(String cause) {
    return TAX + ":" + cause;
  }

  static String of(PayeeId payee) {
    return ":" + payee;
  }
}

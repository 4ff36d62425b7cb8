package io.ktizo.payments.sandbox;

import java.util.Arrays;
import java.util.Optional;

/** Cards whose outcomes are known beforehand. Tokens, not card numbers: there is none to leak. */
public enum SandboxCard {
  /** Is held and captured as asked. */
  APPROVED("card_approved"),
  /** Is declined by the bank. */
  DECLINED("card_declined"),
  /** Is declined for lack of money. */
  INSUFFICIENT_FUNDS("card_insufficient_funds"),
  /** The customer must confirm first: the next try with {@link #APPROVED} stands for that. */
  NEEDS_CONFIRMATION("card_needs_confirmation"),
  /**
   * The bank takes some time: authorised only when the payment is looked up for the second time.
   */
  SLOW("card_slow"),
  /** Is done, and the answer is lost: the same key again gives it. */
  ANSWER_LOST("card_answer_lost"),
  /** Is disputed by the customer as soon as it is captured. */
  DISPUTED("card_disputed"),
  /** Refunds come back from the bank after they had been sent. */
  REFUND_FAILS("card_refund_fails");

  private final String token;

  SandboxCard(String token) {
    this.token = token;
  }

  /** What is given to {@link SandboxGateway#authorise}. */
  public String token() {
    return token;
  }

  static Optional<SandboxCard> of(String token) {
    return Arrays.stream(values()).filter(card -> card.token.equals(token)).findFirst();
  }
}

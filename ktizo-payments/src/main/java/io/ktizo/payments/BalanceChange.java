package io.ktizo.payments;

import java.time.Instant;
import org.joda.money.Money;
import org.jspecify.annotations.Nullable;

/**
 * One line of the provider's own books of a balance. What the platform's journal is compared with.
 *
 * @param reference the provider's name for the line
 * @param account whose balance: a payee's account, or {@code null} for the platform's
 * @param kind why it changed
 * @param source the object that it follows from, by the provider's name; {@code null} if there is
 *     none
 * @param amount what came (positive) or went (negative), before the fee
 * @param fee what the provider took for it, not negative unless a fee is given back
 * @param at when it was created
 */
public record BalanceChange(
    String reference,
    @Nullable String account,
    Kind kind,
    @Nullable String source,
    Money amount,
    Money fee,
    Instant at) {

  /** Why a balance changed. */
  public enum Kind {
    /** A customer paid. */
    CHARGE,
    /** A customer was given back. */
    REFUND,
    /** A refund came back. */
    REFUND_FAILURE,
    /** Money went to a payee. */
    TRANSFER,
    /** Money came back from a payee. */
    TRANSFER_REVERSAL,
    /** A bank took money for a dispute, or gave it back. */
    DISPUTE,
    /** Money went to a bank. */
    PAYOUT,
    /** A payout came back. */
    PAYOUT_FAILURE,
    /** Fees that stand on their own. */
    FEE,
    /** A kind that this version does not know; somebody must look. */
    OTHER
  }
}

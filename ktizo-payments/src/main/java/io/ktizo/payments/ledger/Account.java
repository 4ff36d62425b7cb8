package io.ktizo.payments.ledger;

import io.ktizo.payments.PayeeId;
import java.util.Optional;
import org.joda.money.CurrencyUnit;
import org.jspecify.annotations.Nullable;

/**
 * One account of the books: a kind, a payee where the kind has one account a payee, and a currency.
 * Amounts of different currencies never meet in an account.
 *
 * @param kind what it counts
 * @param payee whose it is; {@code null} exactly for kinds that are the platform's alone
 * @param currency of every amount in it
 */
public record Account(Kind kind, @Nullable PayeeId payee, CurrencyUnit currency) {

  public Account {
    if (kind.perPayee != (payee != null)) {
      throw new IllegalArgumentException(
          kind + (kind.perPayee ? " needs a payee" : " has no payee"));
    }
  }

  /** Which side makes an account grow. */
  public enum Side {
    /** Assets and expenses. */
    DEBIT,
    /** Liabilities and revenue. */
    CREDIT
  }

  /** The chart of accounts. */
  public enum Kind {
    /** The platform's balance at the payment provider (asset). */
    CUSTOMER_CASH(Side.DEBIT, false),
    /** A payee's balance at the provider: transferred to him and not yet paid out (asset). */
    PAYEE_CASH(Side.DEBIT, true),
    /** What a payee has earned and not been paid out (liability); below zero he owes it. */
    PAYEE_PAYABLE(Side.CREDIT, true),
    /** Commissions earned (revenue). */
    PLATFORM_FEE(Side.CREDIT, false),
    /** Value-added tax on commissions (liability). */
    FEE_TAX(Side.CREDIT, false),
    /** Taxes of lines that the platform hands on (liability). */
    TAX_PAYABLE(Side.CREDIT, false),
    /** What the provider charges (expense). */
    PROVIDER_FEE(Side.DEBIT, false),
    /** Amounts that a bank holds back while a dispute is open (asset). */
    DISPUTE_RESERVE(Side.DEBIT, false),
    /** Refunds on their way to customers (liability). */
    REFUNDS(Side.CREDIT, false);

    private final Side grows;
    private final boolean perPayee;

    Kind(Side grows, boolean perPayee) {
      this.grows = grows;
      this.perPayee = perPayee;
    }

    /** The side that makes accounts of this kind grow. */
    public Side grows() {
      return grows;
    }

    /** Whether every payee has an account of this kind. */
    public boolean perPayee() {
      return perPayee;
    }
  }

  /** An account of the platform. */
  public static Account of(Kind kind, CurrencyUnit currency) {
    return new Account(kind, null, currency);
  }

  /** An account of a payee. */
  public static Account of(Kind kind, PayeeId payee, CurrencyUnit currency) {
    return new Account(kind, payee, currency);
  }

  /** Whose it is, if it is a payee's. */
  public Optional<PayeeId> owner() {
    return Optional.ofNullable(payee);
  }
}

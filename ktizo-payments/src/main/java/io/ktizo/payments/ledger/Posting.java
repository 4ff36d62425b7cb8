package io.ktizo.payments.ledger;

import org.joda.money.Money;

/**
 * One line of a journal entry.
 *
 * @param account which account
 * @param amount positive for a debit, negative for a credit, never zero, in the account's currency
 */
public record Posting(Account account, Money amount) {
  public Posting {
    if (amount.isZero() || !amount.getCurrencyUnit().equals(account.currency())) {
      throw new IllegalArgumentException(
          "a posting to " + account + " is not zero and has its currency: " + amount);
    }
  }
}

package io.ktizo.payments.tax;

import io.ktizo.payments.Answer;
import io.ktizo.payments.IdempotencyKey;
import io.ktizo.payments.PayableId;
import io.ktizo.payments.ProviderObject.TaxRecord;
import java.util.List;
import org.joda.money.Money;

/**
 * Where sales and what was given back of them are written down for tax returns, by the service that
 * calculated the tax.
 *
 * <p>Contract: the same key with the same arguments happens once and is answered alike; with others
 * it is refused. Whatever leaves open whether something was written is {@link Answer.InDoubt}. No
 * verb throws for what the service or the network does, and each ends within bounded time. Safe for
 * use by many threads.
 */
public interface TaxRecords {

  /**
   * Writes down a sale that was paid for.
   *
   * @param calculation as {@link TaxAnswer.Taxed} named it
   * @param payable what was paid; names the record for people
   */
  Answer<TaxRecord> record(IdempotencyKey key, String calculation, PayableId payable);

  /**
   * Writes down what was given back of a sale.
   *
   * @param sale the record of the sale
   * @param name of this reversal, unique, up to 255 characters, no personal data
   * @param parts what went back, at most one a line
   */
  Answer<TaxRecord> reverse(IdempotencyKey key, String sale, String name, List<Part> parts);

  /**
   * What went back of a line.
   *
   * @param line the id of the item that was asked about
   * @param amount what the customer got back, tax included; more than zero
   * @param tax the part of it that is tax; not negative
   */
  record Part(String line, Money amount, Money tax) {
    public Part {
      if (!amount.isPositive() || tax.isNegative() || tax.isGreaterThan(amount)) {
        throw new IllegalArgumentException("not a part of a sale: " + amount + ", tax " + tax);
      }
    }
  }
}

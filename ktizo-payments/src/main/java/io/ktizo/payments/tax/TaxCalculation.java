package io.ktizo.payments.tax;

/**
 * Answers how much tax a sale bears.
 *
 * <p>Contract: the same question gives the same answer as long as the rates of its day are the
 * same; items are answered in the question's order, and {@code net + tax = gross} for each. Where
 * prices are inclusive the gross amounts are those of the question, where they are exclusive the
 * net amounts are. A port that asks somebody outside ends within bounded time and answers {@link
 * TaxAnswer.Unavailable}, never an untaxed sale. Safe for use by many threads.
 */
@FunctionalInterface
public interface TaxCalculation {
  /** Calculates. */
  TaxAnswer calculate(TaxQuestion question);
}

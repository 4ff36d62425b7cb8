package io.ktizo.payments.tax;

import java.math.BigDecimal;
import java.util.List;
import org.joda.money.Money;
import org.jspecify.annotations.Nullable;

/** What came of a question. */
public sealed interface TaxAnswer {

  /**
   * Taxed.
   *
   * @param items in the question's order
   * @param calculation under which name the service keeps it, for {@link TaxRecords}; {@code null}
   *     if it keeps nothing
   */
  record Taxed(List<TaxedItem> items, @Nullable String calculation) implements TaxAnswer {
    public Taxed {
      items = List.copyOf(items);
    }

    /** An answer that nobody keeps. */
    public Taxed(List<TaxedItem> items) {
      this(items, null);
    }

    /** The tax of all items. */
    public Money tax() {
      return Money.total(items.stream().map(TaxedItem::tax).toList());
    }

    /** What the buyer pays. */
    public Money gross() {
      return Money.total(items.stream().map(TaxedItem::gross).toList());
    }
  }

  /**
   * Nobody knows the rates of a country.
   *
   * @param country ISO 3166-1 alpha-2
   */
  record UnknownCountry(String country) implements TaxAnswer {}

  /**
   * The country is known, and which part of it decides; more must be told of the buyer's place.
   *
   * @param country ISO 3166-1 alpha-2
   */
  record UnknownPlace(String country) implements TaxAnswer {}

  /**
   * The amounts are of a currency that the service does not take, or too long or too fine for it.
   *
   * @param currency ISO 4217
   */
  record UnknownCurrency(String currency) implements TaxAnswer {}

  /**
   * The service says no for another reason, which a person must mend: its settings, mostly.
   *
   * @param code the service's own, stable; never what it says in words
   */
  record Refused(String code) implements TaxAnswer {}

  /** The service that knows could not be asked; try again later. */
  record Unavailable() implements TaxAnswer {}

  /**
   * One item with its tax; {@code net + tax = gross}.
   *
   * @param id the question's
   * @param net without tax
   * @param tax rounded half up to the currency's smallest unit
   * @param gross with tax
   * @param rate as a fraction, 0.19 for 19 %
   * @param reason why this rate
   * @param country whose tax it is
   */
  record TaxedItem(
      String id,
      Money net,
      Money tax,
      Money gross,
      BigDecimal rate,
      Reason reason,
      String country) {
    public TaxedItem {
      if (!net.plus(tax).equals(gross)) {
        throw new IllegalArgumentException("net and tax do not add up to gross");
      }
    }
  }

  /** Why a rate applies; articles of Directive 2006/112/EC. */
  enum Reason {
    /** The rate of the country where it is taxed. */
    STANDARD,
    /** The buyer owes the tax: services between businesses (Art. 44, 196). */
    REVERSE_CHARGE,
    /** Goods between businesses of two Member States (Art. 138). */
    INTRA_COMMUNITY,
    /** Goods leave, or the service is received outside (Art. 44, 146). */
    EXPORT,
    /** The seller charges no tax (Art. 284). */
    SMALL_ENTERPRISE,
    /** Another service said so, without a reason of this list. */
    OTHER
  }
}

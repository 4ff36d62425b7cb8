package io.ktizo.payments.tax;

import java.time.LocalDate;
import java.util.List;
import java.util.regex.Pattern;
import org.joda.money.CurrencyUnit;
import org.joda.money.Money;
import org.jspecify.annotations.Nullable;

/**
 * A sale to be taxed.
 *
 * @param seller who sells
 * @param buyer who buys, where the goods go or the service is received
 * @param prices whether the items' amounts contain the tax
 * @param day of the supply, which decides about the rates
 * @param items at least one, of one currency, none negative
 */
public record TaxQuestion(
    Seller seller, Buyer buyer, Prices prices, LocalDate day, List<Item> items) {
  private static final Pattern COUNTRY = Pattern.compile("[A-Z]{2}");

  public TaxQuestion {
    items = List.copyOf(items);
    if (items.isEmpty()) {
      throw new IllegalArgumentException("a sale has items");
    }
    CurrencyUnit currency = items.get(0).amount().getCurrencyUnit();
    for (Item item : items) {
      if (!item.amount().getCurrencyUnit().equals(currency) || item.amount().isNegative()) {
        throw new IllegalArgumentException("amounts are of one currency and not negative");
      }
    }
  }

  private static void requireCountry(String country) {
    if (!COUNTRY.matcher(country).matches()) {
      throw new IllegalArgumentException("a country is two capital letters, ISO 3166-1");
    }
  }

  /**
   * Who sells.
   *
   * @param country where he is established, ISO 3166-1 alpha-2
   * @param taxable whether he charges value-added tax at all; small enterprises may be exempt
   *     (Directive 2006/112/EC, Art. 284)
   * @param destination whether he taxes sales to consumers in other Member States there: he must
   *     above EUR 10,000 a year, and may below (Art. 33, 59c)
   */
  public record Seller(String country, boolean taxable, boolean destination) {
    public Seller {
      requireCountry(country);
    }
  }

  /**
   * Who buys.
   *
   * @param country where to, ISO 3166-1 alpha-2
   * @param business whether he is a business whose VAT number the host has verified; a number that
   *     nobody verified makes no business
   * @param postalCode needed where parts of a country tax differently (United States, Canada), 1 to
   *     16 characters; {@code null} elsewhere
   */
  public record Buyer(String country, boolean business, @Nullable String postalCode) {
    public Buyer {
      requireCountry(country);
      if (postalCode != null && !postalCode.matches("[A-Za-z0-9][A-Za-z0-9 -]{0,15}")) {
        throw new IllegalArgumentException("a postal code has letters and digits, 16 at most");
      }
    }

    /** A buyer whose country alone decides. */
    public Buyer(String country, boolean business) {
      this(country, business, null);
    }
  }

  /** What amounts mean. */
  public enum Prices {
    /** The tax is in them. */
    INCLUSIVE,
    /** The tax comes on top. */
    EXCLUSIVE
  }

  /** What is supplied. */
  public enum Supply {
    /** Things that are sent. */
    GOODS,
    /** Work, and the platform's own commission. */
    SERVICE
  }

  /**
   * One thing that is sold.
   *
   * @param id unique in the sale
   * @param supply what sort
   * @param amount with or without tax, as {@code prices} says; after discounts
   */
  public record Item(String id, Supply supply, Money amount) {}
}

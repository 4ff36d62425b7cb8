package io.ktizo.payments.tax;

import io.ktizo.payments.tax.TaxAnswer.Reason;
import io.ktizo.payments.tax.TaxAnswer.TaxedItem;
import io.ktizo.payments.tax.TaxQuestion.Item;
import io.ktizo.payments.tax.TaxQuestion.Prices;
import io.ktizo.payments.tax.TaxQuestion.Supply;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.joda.money.Money;

/**
 * Tax by a table of standard rates and the place-of-supply rules of Directive 2006/112/EC for
 * sellers in the European Union, and of the seller's own country elsewhere. Reduced rates, excise
 * goods and territories with rules of their own (Canary Islands, Åland, Northern Ireland) are not
 * in it: whoever needs them hands in another {@link TaxCalculation}.
 *
 * <p>Immutable.
 */
public final class TaxTable implements TaxCalculation {
  /** One rate from a day on. */
  private record Rate(BigDecimal fraction, boolean memberState) {}

  private final Map<String, NavigableMap<LocalDate, Rate>> rates;

  private TaxTable(Map<String, NavigableMap<LocalDate, Rate>> rates) {
    this.rates = rates;
  }

  /**
   * The standard rates of the Member States, the United Kingdom, Switzerland and Norway from 2024
   * on, as their authorities publish them; collected in {@code rates.csv} of this package.
   */
  public static TaxTable european() {
    try (InputStream in = TaxTable.class.getResourceAsStream("rates.csv");
        BufferedReader lines =
            new BufferedReader(
                new InputStreamReader(
                    Objects.requireNonNull(in, "rates.csv"), StandardCharsets.UTF_8))) {
      return parse(lines.lines().toList());
    } catch (IOException e) {
      throw new UncheckedIOException("rates.csv cannot be read", e);
    }
  }

  /**
   * A table of one's own.
   *
   * @param lines {@code country,EU or -,from,per cent}, for instance {@code DE,EU,2024-01-01,19};
   *     empty lines and those with {@code #} are left out
   * @throws IllegalArgumentException if a line is none of these; the number of the line is named
   */
  public static TaxTable parse(List<String> lines) {
    Map<String, NavigableMap<LocalDate, Rate>> rates = new HashMap<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      String[] cells = line.split(",", -1);
      if (cells.length != 4 || !cells[0].matches("[A-Z]{2}") || !cells[1].matches("EU|-")) {
        throw new IllegalArgumentException("line " + (i + 1) + " is no rate");
      }
      try {
        BigDecimal fraction = new BigDecimal(cells[3]).movePointLeft(2);
        if (fraction.signum() < 0 || fraction.compareTo(BigDecimal.ONE) > 0) {
          throw new IllegalArgumentException("line " + (i + 1) + ": from 0 to 100 per cent");
        }
        rates
            .computeIfAbsent(cells[0], country -> new TreeMap<>())
            .put(LocalDate.parse(cells[2]), new Rate(fraction, cells[1].equals("EU")));
      } catch (java.time.DateTimeException | NumberFormatException e) {
        throw new IllegalArgumentException("line " + (i + 1) + " is no rate", e);
      }
    }
    return new TaxTable(rates);
  }

  /** Whether a country is a Member State of the European Union on a day, as far as it is known. */
  public boolean isMemberState(String country, LocalDate day) {
    return rate(country, day).map(Rate::memberState).orElse(false);
  }

  private Optional<Rate> rate(String country, LocalDate day) {
    return Optional.ofNullable(rates.get(country))
        .map(byDay -> byDay.floorEntry(day))
        .map(Map.Entry::getValue);
  }

  @Override
  public TaxAnswer calculate(TaxQuestion question) {
    String seller = question.seller().country();
    String buyer = question.buyer().country();
    Optional<Rate> sellers = rate(seller, question.day());
    if (sellers.isEmpty()) {
      return new TaxAnswer.UnknownCountry(seller);
    }
    Optional<Rate> buyers = rate(buyer, question.day());
    boolean within =
        seller.equals(buyer)
            || (sellers.get().memberState() && buyers.map(Rate::memberState).orElse(false));
    List<TaxedItem> items = new ArrayList<>();
    for (Item item : question.items()) {
      items.add(taxed(question, item, sellers.get(), buyers, within));
    }
    return new TaxAnswer.Taxed(items);
  }

  private static TaxedItem taxed(
      TaxQuestion question, Item item, Rate sellers, Optional<Rate> buyers, boolean within) {
    String seller = question.seller().country();
    String buyer = question.buyer().country();
    if (!question.seller().taxable()) {
      return free(item, Reason.SMALL_ENTERPRISE, seller);
    }
    if (seller.equals(buyer)) {
      return at(sellers, question.prices(), item, seller);
    }
    boolean goods = item.supply() == Supply.GOODS;
    if (!within) {
      // Services to consumers elsewhere are taxed where the seller is (Art. 45).
      return goods || question.buyer().business()
          ? free(item, Reason.EXPORT, seller)
          : at(sellers, question.prices(), item, seller);
    }
    if (question.buyer().business()) {
      return free(item, goods ? Reason.INTRA_COMMUNITY : Reason.REVERSE_CHARGE, buyer);
    }
    return goods && question.seller().destination()
        ? at(buyers.orElseThrow(), question.prices(), item, buyer)
        : at(sellers, question.prices(), item, seller);
  }

  /**
   * Without tax. An inclusive price stays what the buyer pays: whether he should pay less is the
   * seller's to decide.
   */
  private static TaxedItem free(Item item, Reason reason, String country) {
    return new TaxedItem(
        item.id(),
        item.amount(),
        Money.zero(item.amount().getCurrencyUnit()),
        item.amount(),
        BigDecimal.ZERO,
        reason,
        country);
  }

  private static TaxedItem at(Rate rate, Prices prices, Item item, String country) {
    Money amount = item.amount();
    Money tax =
        switch (prices) {
          case EXCLUSIVE -> amount.multipliedBy(rate.fraction(), RoundingMode.HALF_UP);
          case INCLUSIVE -> contained(amount, rate.fraction());
        };
    Money net = prices == Prices.EXCLUSIVE ? amount : amount.minus(tax);
    return new TaxedItem(
        item.id(), net, tax, net.plus(tax), rate.fraction(), Reason.STANDARD, country);
  }

  /** The tax inside a gross amount: gross · rate / (1 + rate). */
  private static Money contained(Money gross, BigDecimal rate) {
    BigDecimal tax =
        gross
            .getAmount()
            .multiply(rate)
            .divide(
                BigDecimal.ONE.add(rate),
                gross.getCurrencyUnit().getDecimalPlaces(),
                RoundingMode.HALF_UP);
    return Money.of(gross.getCurrencyUnit(), tax);
  }
}

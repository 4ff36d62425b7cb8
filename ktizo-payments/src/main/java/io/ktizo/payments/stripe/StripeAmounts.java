package io.ktizo.payments.stripe;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.Set;
import org.joda.money.CurrencyUnit;
import org.joda.money.Money;

/**
 * Amounts as Stripe writes them: whole numbers of a unit that is not everywhere the currency's
 * smallest. Hundredths, but for the currencies below; also where nobody uses them, as for the
 * Icelandic króna and the Ugandan shilling. Source: Stripe's page "Supported currencies", sections
 * "Zero-decimal currencies", "Special cases" and "Three-decimal currencies".
 */
final class StripeAmounts {
  /** Written without decimals, whatever ISO 4217 says of them. */
  private static final Set<String> ZERO_DECIMAL =
      Set.of(
          "BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF",
          "XOF", "XPF");

  /** Have three decimals, of which the last must be zero. */
  private static final Set<String> THREE_DECIMAL = Set.of("BHD", "JOD", "KWD", "OMR", "TND");

  private StripeAmounts() {}

  /** Stripe cannot take this amount. */
  static final class NotChargeableException extends Exception {
    private static final long serialVersionUID = 1L;

    NotChargeableException(String message) {
      super(message);
    }
  }

  static String currency(Money amount) {
    return amount.getCurrencyUnit().getCode().toLowerCase(Locale.ROOT);
  }

  static long minor(Money amount) throws NotChargeableException {
    String code = amount.getCurrencyUnit().getCode();
    try {
      if (THREE_DECIMAL.contains(code)) {
        long thousandths = amount.getAmount().movePointRight(3).longValueExact();
        if (thousandths % 10 != 0) {
          throw new NotChargeableException("the last of three decimals must be zero: " + amount);
        }
        return thousandths;
      }
      return amount.getAmount().movePointRight(decimals(code)).longValueExact();
    } catch (ArithmeticException e) {
      throw new NotChargeableException("not a whole number of what Stripe counts: " + amount);
    }
  }

  static Money money(long minor, String currency) {
    CurrencyUnit unit = CurrencyUnit.of(currency.toUpperCase(Locale.ROOT));
    int decimals = THREE_DECIMAL.contains(unit.getCode()) ? 3 : decimals(unit.getCode());
    return Money.of(unit, BigDecimal.valueOf(minor, decimals));
  }

  private static int decimals(String code) {
    return ZERO_DECIMAL.contains(code) ? 0 : 2;
  }
}

package io.ktizo.core.shop;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A VAT identification number as the country writes it, without blanks, dots and dashes. Its form
 * is right; whether it was given to anybody is for the tax office to say.
 *
 * @param country two capital letters of ISO 3166-1
 * @param text for instance {@code DE123456789}
 */
public record VatId(String country, String text) {

  public VatId {
    Pattern form = Country.vatForm(country);
    if (text.length() > 20 || form == null || !form.matcher(text).matches()) {
      throw new IllegalArgumentException("not the form of a VAT id of " + shown(country));
    }
  }

  /**
   * Reads one as people write it.
   *
   * @throws IllegalArgumentException if it has not the country's form, or the country's is unknown
   */
  public static VatId parse(String country, String written) {
    if (written.length() > 40) {
      throw new IllegalArgumentException("not the form of a VAT id of " + shown(country));
    }
    return new VatId(country, written.replaceAll("[ .\\-]", "").toUpperCase(Locale.ROOT));
  }

  private static String shown(String country) {
    return Country.isKnown(country) ? country : "that country";
  }

  @Override
  public String toString() {
    return "VatId[" + country + "]";
  }
}

package io.ktizo.core.shop;

import java.util.Set;
import java.util.TreeSet;

/**
 * Where a business is. Which parts must not be empty depends on the country ({@link
 * Country#required}); none is checked any harder.
 *
 * @param street with the number, at most 200 characters
 * @param postCode at most 20 characters
 * @param city at most 100 characters
 * @param region state, province or prefecture, at most 100 characters
 * @param country two capital letters of ISO 3166-1
 */
public record PostalAddress(
    String street, String postCode, String city, String region, String country) {

  public PostalAddress {
    if (!Country.isKnown(country)) {
      throw new IllegalArgumentException("country is two capital letters of ISO 3166-1");
    }
    street = part("street", street, 200);
    postCode = part("postCode", postCode, 20);
    city = part("city", city, 100);
    region = part("region", region, 100);
    Set<Country.Part> missing = new TreeSet<>();
    for (Country.Part required : Country.required(country)) {
      String text =
          switch (required) {
            case STREET -> street;
            case POST_CODE -> postCode;
            case CITY -> city;
            case REGION -> region;
          };
      if (text.isEmpty()) {
        missing.add(required);
      }
    }
    if (!missing.isEmpty()) {
      throw new IllegalArgumentException("an address in " + country + " needs " + missing);
    }
  }

  private static String part(String what, String text, int most) {
    String stripped = text.strip();
    return stripped.isEmpty() ? "" : Check.line(what, stripped, most);
  }

  /** The country alone. */
  @Override
  public String toString() {
    return "PostalAddress[" + country + "]";
  }
}

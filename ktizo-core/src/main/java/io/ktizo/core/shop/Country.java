package io.ktizo.core.shop;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What is asked for in a country: which parts an address must have, and what a VAT id looks like.
 *
 * <p>Required parts follow the fields {@code require} of the Unicode/Google address metadata
 * (chromium-i18n, 2024). Post codes are not checked against a form: people know their own, and
 * tables of them age. VAT ids follow the European Commission's VIES, "What is the format of a VAT
 * number?", and the tax offices of the United Kingdom, Switzerland and Norway.
 */
public final class Country {
  private static final Set<String> KNOWN = Set.of(Locale.getISOCountries());

  /** Countries where letters go without a post code, or where none is required. */
  private static final Set<String> WITHOUT_POST_CODE =
      Set.of(
          "AE", "AG", "AO", "AW", "BF", "BI", "BJ", "BO", "BQ", "BS", "BW", "BZ", "CD", "CF", "CG",
          "CI", "CK", "CM", "CW", "DJ", "DM", "ER", "FJ", "GA", "GD", "GH", "GM", "GQ", "GY", "HK",
          "IE", "JM", "KI", "KM", "KN", "KP", "LC", "LY", "ML", "MO", "MR", "MW", "NR", "NU", "PA",
          "QA", "RW", "SB", "SC", "SL", "SO", "SR", "SS", "ST", "SX", "SY", "TD", "TF", "TG", "TK",
          "TL", "TO", "TT", "TV", "UG", "VU", "WS", "YE", "ZW");

  /** Countries where the state, province or prefecture belongs to the address. */
  private static final Set<String> WITH_REGION =
      Set.of("AU", "BR", "CA", "CN", "ES", "HK", "IN", "IT", "JP", "KR", "MX", "MY", "TW", "US");

  /** City states: the city need not be written. */
  private static final Set<String> WITHOUT_CITY = Set.of("AE", "HK", "JP", "MO", "SG", "VA");

  private static final Map<String, Pattern> VAT = vat();

  private Country() {}

  /** A part of an address. */
  public enum Part {
    STREET,
    POST_CODE,
    CITY,
    REGION
  }

  /** Whether ISO 3166-1 knows these two capital letters. */
  public static boolean isKnown(String code) {
    return KNOWN.contains(code);
  }

  /** All codes, in order. */
  public static Set<String> codes() {
    return new TreeSet<>(KNOWN);
  }

  /** What an address in this country must have. */
  public static Set<Part> required(String code) {
    return Arrays.stream(Part.values())
        .filter(
            part ->
                switch (part) {
                  case STREET -> true;
                  case POST_CODE -> !WITHOUT_POST_CODE.contains(code);
                  case CITY -> !WITHOUT_CITY.contains(code);
                  case REGION -> WITH_REGION.contains(code) || code.equals("AE");
                })
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Whether the form of VAT ids is known there. */
  public static boolean hasVatForm(String code) {
    return VAT.containsKey(code);
  }

  /** The form of VAT ids with their country's prefix; nothing where none is known. */
  static @Nullable Pattern vatForm(String code) {
    return VAT.get(code);
  }

  private static Map<String, Pattern> vat() {
    return Map.ofEntries(
        form("AT", "ATU\\d{8}"),
        form("BE", "BE[01]\\d{9}"),
        form("BG", "BG\\d{9,10}"),
        form("CY", "CY\\d{8}[A-Z]"),
        form("CZ", "CZ\\d{8,10}"),
        form("DE", "DE\\d{9}"),
        form("DK", "DK\\d{8}"),
        form("EE", "EE\\d{9}"),
        form("GR", "EL\\d{9}"),
        form("ES", "ES(?:[A-Z]\\d{7}[A-Z0-9]|\\d{8}[A-Z])"),
        form("FI", "FI\\d{8}"),
        form("FR", "FR[A-HJ-NP-Z0-9]{2}\\d{9}"),
        form("HR", "HR\\d{11}"),
        form("HU", "HU\\d{8}"),
        form("IE", "IE(?:\\d[A-Z0-9+*]\\d{5}[A-Z]|\\d{7}[A-Z]{1,2})"),
        form("IT", "IT\\d{11}"),
        form("LT", "LT(?:\\d{9}|\\d{12})"),
        form("LU", "LU\\d{8}"),
        form("LV", "LV\\d{11}"),
        form("MT", "MT\\d{8}"),
        form("NL", "NL[A-Z0-9+*]{10}\\d{2}"),
        form("PL", "PL\\d{10}"),
        form("PT", "PT\\d{9}"),
        form("RO", "RO\\d{2,10}"),
        form("SE", "SE\\d{10}01"),
        form("SI", "SI\\d{8}"),
        form("SK", "SK\\d{10}"),
        // Northern Ireland trades goods with the prefix XI.
        form("GB", "(?:GB|XI)(?:\\d{9}|\\d{12}|GD[0-4]\\d{2}|HA[5-9]\\d{2})"),
        form("CH", "CHE\\d{9}(?:MWST|TVA|IVA)"),
        form("LI", "(?:LI\\d{5}|CHE\\d{9}(?:MWST|TVA|IVA))"),
        form("NO", "(?:NO)?\\d{9}MVA"));
  }

  private static Map.Entry<String, Pattern> form(String code, String regex) {
    return Map.entry(code, Pattern.compile(regex));
  }
}

package io.ktizo.privacy.export;

import io.ktizo.privacy.datamap.Category;
import io.ktizo.privacy.datamap.Field;
import io.ktizo.privacy.datamap.LegalBasis;
import io.ktizo.privacy.datamap.Recipient;
import io.ktizo.privacy.datamap.Retention;
import java.time.Period;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The terms of law and of data maps in words for the person whose data it is. */
final class Words {
  private Words() {}

  static String basis(LegalBasis basis) {
    return switch (basis) {
      case CONSENT -> "you agreed to it, and may withdraw that at any time (Art. 6(1)(a) GDPR)";
      case CONTRACT -> "it is needed for a contract with you (Art. 6(1)(b) GDPR)";
      case LEGAL_OBLIGATION -> "a law demands it (Art. 6(1)(c) GDPR)";
      case VITAL_INTERESTS -> "it protects somebody's life (Art. 6(1)(d) GDPR)";
      case PUBLIC_TASK -> "it serves a task in the public interest (Art. 6(1)(e) GDPR)";
      case LEGITIMATE_INTERESTS ->
          "there is a legitimate interest in it, to which you may object (Art. 6(1)(f) GDPR)";
    };
  }

  static String category(Category category) {
    String last = category.id().substring(category.id().lastIndexOf('.') + 1);
    return switch (category) {
      case UNIQUE_ID -> "a number or code that stands for you";
      case PSEUDONYM -> "a code that stands for you";
      case USERNAME -> "user name";
      case GOVERNMENT_ID -> "official identity number";
      case TAX_ID -> "tax number";
      case EMAIL -> "e-mail address";
      case PHONE -> "telephone number";
      case PASSWORD, CREDENTIAL -> "proof of who you are";
      case URL -> "web page";
      case BANK_ACCOUNT -> "bank account";
      case PAYMENT_CARD -> "payment card";
      case TRANSACTION -> "payment or invoice";
      case PURCHASE -> "what you bought";
      case USAGE -> "what you did, and when";
      case CONSENT -> "your choices about privacy";
      case IP_ADDRESS -> "internet address of your device";
      case DEVICE -> "your device or browser";
      case PRECISE_LOCATION -> "exact location";
      case LOCATION -> "rough location";
      case COMMUNICATION -> "message";
      case FREE_TEXT -> "text that somebody typed";
      case TIMESTAMP -> "time";
      case REFERENCE -> "link between records";
      case NOT_PERSONAL -> "not about you";
      default -> last.replace('-', ' ');
    };
  }

  static String source(Field field) {
    return source(field.source());
  }

  static String source(String source) {
    return switch (source) {
      case Field.FROM_SUBJECT -> "you";
      case Field.OBSERVED -> "recorded while you used the service";
      default -> source;
    };
  }

  static String role(Recipient.Role role) {
    return switch (role) {
      case CONTROLLER -> "decides itself what it does with the data";
      case PROCESSOR -> "works on our orders";
      case THIRD_PARTY -> "third party";
    };
  }

  static String retention(Retention rule) {
    String from =
        switch (rule.from()) {
          case ROW -> " after it was recorded";
          case END_OF_YEAR -> " after the end of the year in which it was recorded";
          case END_OF_RELATION -> " after you leave";
        };
    return period(rule.keep()) + from + " (" + rule.ground() + ")";
  }

  static String period(Period period) {
    List<String> parts = new ArrayList<>();
    part(parts, period.getYears(), "year");
    part(parts, period.getMonths(), "month");
    part(parts, period.getDays(), "day");
    return parts.isEmpty() ? "no time" : String.join(", ", parts);
  }

  private static void part(List<String> parts, int count, String unit) {
    if (count != 0) {
      parts.add(count + " " + unit + (count == 1 ? "" : "s"));
    }
  }

  /** {@code order_items} as {@code Order items}. */
  static String title(String name) {
    String spaced =
        name.replaceAll("([a-z0-9])([A-Z])", "$1 $2").replaceAll("[_\\-.]+", " ").strip();
    if (spaced.isEmpty()) {
      return name;
    }
    String lower = spaced.toLowerCase(Locale.ROOT);
    int first = lower.offsetByCodePoints(0, 1);
    return lower.substring(0, first).toUpperCase(Locale.ROOT) + lower.substring(first);
  }
}

package io.ktizo.privacy.datamap;

import io.ktizo.privacy.datamap.LiveSchema.Column;
import io.ktizo.privacy.datamap.LiveSchema.Table;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** What a name and a type suggest about a column. Rules are tried in order; the first one wins. */
final class Guess {
  private record Rule(Pattern words, Category category) {
    static Rule of(String words, Category category) {
      return new Rule(Pattern.compile("(?:^|_)(?:" + words + ")(?:_|$)"), category);
    }
  }

  /** Over the column's name in lower case, camel case split by underscores. */
  private static final List<Rule> RULES =
      List.of(
          Rule.of("password|passwd|pwd|passwort|password_hash|pass_hash", Category.PASSWORD),
          Rule.of(
              "token|secret|api_key|private_key|otp|totp|recovery_code|salt|credential|session_key",
              Category.CREDENTIAL),
          Rule.of("e_?mail|mail_address|email_address", Category.EMAIL),
          Rule.of("phone|telephone|tel|mobile|fax|telefon|handy|phone_number|cell", Category.PHONE),
          Rule.of("ip|ip_addr(?:ess)?|remote_addr|client_ip|last_ip", Category.IP_ADDRESS),
          Rule.of("user_agent|device_id|device|fingerprint|imei|mac_address", Category.DEVICE),
          Rule.of("cookie|cookie_id", Category.COOKIE),
          Rule.of("birth_?(?:date|day)?|date_of_birth|dob|geburtsdatum", Category.BIRTH_DATE),
          Rule.of("age", Category.AGE),
          Rule.of("gender|sex|salutation|anrede", Category.GENDER),
          Rule.of("nationality|citizenship", Category.NATIONALITY),
          Rule.of("marital_status|spouse|family", Category.FAMILY),
          Rule.of("language|locale|lang", Category.LANGUAGE),
          Rule.of(
              "ssn|social_security(?:_number)?|passport(?:_number)?|national_id|driver_?s?_licen[cs]e",
              Category.GOVERNMENT_ID),
          Rule.of("vat|vat_id|tax_id|tax_number|ust_id|steuernummer", Category.TAX_ID),
          Rule.of(
              "iban|bic|bank_account|account_number|routing_number|sort_code",
              Category.BANK_ACCOUNT),
          Rule.of(
              "card_number|ccn|credit_card|cvv|cvc|pan|card_holder|cardholder|expiry",
              Category.PAYMENT_CARD),
          Rule.of("salary|income|wage", Category.INCOME),
          Rule.of("zip|zip_?code|post_?code|postal_?code|plz", Category.POSTAL_CODE),
          Rule.of(
              "street|address|addr|address_?line_?\\d?|house|house_number|strasse",
              Category.STREET),
          Rule.of("city|town|locality|ort|ville", Category.CITY),
          Rule.of("state|province|region|county", Category.REGION),
          Rule.of("country|land|pays", Category.COUNTRY),
          Rule.of("latitude|longitude|lat|lng|lon|geo|coordinates", Category.PRECISE_LOCATION),
          Rule.of("location", Category.LOCATION),
          Rule.of("diagnosis|health|medical|allerg(?:y|ies)|prescription|symptom", Category.HEALTH),
          Rule.of("religion|belief|confession", Category.RELIGION),
          Rule.of("ethnicity|race", Category.ETHNICITY),
          Rule.of("political|party_affiliation", Category.POLITICS),
          Rule.of("user_?name|login|nick_?name|handle|screen_name|alias", Category.USERNAME),
          Rule.of(
              "name|first_?name|last_?name|full_?name|surname|given_?name|family_?name|display_?name|vorname|nachname",
              Category.NAME),
          Rule.of("company|organi[sz]ation|employer|firma", Category.ORGANISATION),
          Rule.of("job|job_title|occupation|position", Category.JOB),
          Rule.of("avatar|photo|picture|portrait|image", Category.PICTURE),
          Rule.of("file_?name|file|attachment|document", Category.FILE),
          Rule.of(
              "message|body|comment|note|notes|remark|description|text|content|reason|subject|answer",
              Category.FREE_TEXT),
          Rule.of("rating|review|score|feedback", Category.OPINION),
          Rule.of("consent|opt_?in|opt_?out|newsletter|gdpr", Category.CONSENT),
          Rule.of("preference|settings|theme", Category.PREFERENCE),
          Rule.of("amount|total|price|balance|paid|refund", Category.TRANSACTION),
          Rule.of(
              "created|updated|modified|deleted|at|on|date|time|timestamp|last_login|since|until",
              Category.TIMESTAMP),
          Rule.of(
              "status|active|enabled|count|quantity|version|flag|type|kind|level", Category.STATUS),
          Rule.of("id|uuid|key|ref|no|number|code", Category.REFERENCE));

  /** Words that make a name the name of a thing: a product's, a file's, a country's. */
  private static final Pattern THINGS =
      Pattern.compile(
          "(?:^|_)(?:product|item|article|category|role|permission|tag|plan|country|currency|printer"
              + "|material|setting|event|job|queue|migration|schema|table|report_type)s?(?:_|$)");

  private Guess() {}

  static Category category(Table table, Column column) {
    String name = words(column.name());
    for (Rule rule : RULES) {
      if (rule.words().matcher(name).find()) {
        boolean nameOfThing =
            rule.category() == Category.NAME
                && (THINGS.matcher(words(table.name())).find() || THINGS.matcher(name).find());
        return nameOfThing ? Category.STATUS : rule.category();
      }
    }
    if (column.json()) {
      return Category.FREE_TEXT;
    }
    return column.textual() && column.size() > 100 ? Category.FREE_TEXT : Category.STATUS;
  }

  /** What a column becomes when its row outlives the person; nothing if no strategy fits. */
  static Optional<Strategy> strategy(Category category, Table table, Column column) {
    if (!category.personal() || category.id().startsWith("record.")) {
      return Optional.empty();
    }
    List<Strategy> wanted =
        switch (category) {
          case EMAIL -> List.of(new Strategy.Replace(Strategy.Shape.EMAIL));
          case NAME, USERNAME -> List.of(new Strategy.Replace(Strategy.Shape.NAME));
          case PHONE -> List.of(new Strategy.Replace(Strategy.Shape.PHONE));
          case BIRTH_DATE -> List.of(new Strategy.Replace(Strategy.Shape.DATE));
          default -> List.of();
        };
    List<Strategy> any =
        List.of(
            new Strategy.SetNull(),
            new Strategy.Replace(Strategy.Shape.TEXT),
            new Strategy.Replace(Strategy.Shape.NUMBER),
            new Strategy.Replace(Strategy.Shape.DATE));
    if (column.nullable()) {
      return first(any, table, column);
    }
    return first(wanted, table, column).or(() -> first(any, table, column));
  }

  private static Optional<Strategy> first(List<Strategy> candidates, Table table, Column column) {
    return candidates.stream()
        .filter(strategy -> Feasible.objection(strategy, table, column).isEmpty())
        .findFirst();
  }

  /** The table of people, or of theirs, that a column such as {@code customer_id} speaks of. */
  static Optional<Table> referred(Column column, Collection<Table> reached) {
    String name = words(column.name());
    for (Table table : reached) {
      if (table.primaryKey().size() == 1) {
        String whole = words(table.name());
        String one = singular(whole);
        String key = words(table.primaryKey().getFirst());
        boolean named = name.equals(one + "_" + key) || name.equals(whole + "_" + key);
        boolean same =
            table.column(table.primaryKey().getFirst()).map(Column::type).orElse(null)
                == column.type();
        if (named && same) {
          return Optional.of(table);
        }
      }
    }
    return Optional.empty();
  }

  /** What one of the people in a table is called: {@code customer} for {@code Shop Customers}. */
  static String kind(String table) {
    return singular(words(table)).replace('_', '-');
  }

  static String singular(String plural) {
    if (plural.endsWith("people")) {
      return plural.substring(0, plural.length() - 6) + "person";
    }
    if (plural.endsWith("ies") && plural.length() > 4) {
      return plural.substring(0, plural.length() - 3) + "y";
    }
    if (plural.endsWith("sses") || plural.endsWith("xes")) {
      return plural.substring(0, plural.length() - 2);
    }
    boolean plain = plural.endsWith("s") && !plural.endsWith("ss") && !plural.endsWith("us");
    return plain && plural.length() > 3 ? plural.substring(0, plural.length() - 1) : plural;
  }

  /** {@code customerID} and {@code CustomerId} as {@code customer_id}. */
  private static String words(String name) {
    return name.replaceAll("([a-z0-9])([A-Z])", "$1_$2")
        .replaceAll("[^A-Za-z0-9]+", "_")
        .toLowerCase(Locale.ROOT);
  }
}

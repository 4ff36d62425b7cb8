package io.ktizo.payments.testkit;

import com.google.gson.JsonArray;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Stripe Tax of an account whose head office is in Germany and that is registered in Germany,
 * France, Austria and California. Rates are the standard ones of 2026. For one thread at a time.
 */
final class SimulatedTax {
  private static final long QUARTER_SECONDS = 90L * 24 * 3600;
  private static final long TAX_DATE_SECONDS = 48L * 3600;

  /** As many lines stand in a calculation's answer itself. */
  private static final int FIRST_PAGE = 10;

  private static final Map<String, String> REGISTERED =
      Map.of("DE", "19.0", "FR", "20.0", "AT", "20.0", "US", "9.875");

  private static final Set<String> COUNTRIES = Set.of(Locale.getISOCountries());

  /** Currencies that Stripe does not take. */
  private static final Set<String> REFUSED = Set.of("kpw", "irr", "cup", "syp", "sdg");

  private final SimulatedStripe stripe;
  private final InstantSource clock;
  private final Map<String, List<JsonObject>> lines = new HashMap<>();

  SimulatedTax(SimulatedStripe stripe, InstantSource clock) {
    this.stripe = stripe;
    this.clock = clock;
  }

  JsonObject calculate(Form form) {
    String currency = form.required("currency");
    if (REFUSED.contains(currency)) {
      throw StripeProblem.invalid(null, "currency", "Invalid currency: " + currency);
    }
    String country = form.required("customer_details[address][country]");
    String postalCode = form.text("customer_details[address][postal_code]").orElse("");
    if (!COUNTRIES.contains(country) || (country.equals("US") && postalCode.isEmpty())) {
      throw StripeProblem.invalid(
          "customer_tax_location_invalid",
          "customer_details[address]",
          "We could not determine the customer's tax location based on the provided address.");
    }
    long now = clock.instant().getEpochSecond();
    long date = form.text("tax_date").map(Long::parseLong).orElse(now);
    if (Math.abs(date - now) > TAX_DATE_SECONDS) {
      throw StripeProblem.invalid(
          "tax_date_invalid", "tax_date", "The tax date must be within 48 hours.");
    }
    List<Form> items = form.elements("line_items");
    if (items.isEmpty()) {
      throw StripeProblem.invalid("parameter_missing", "line_items", "Missing line_items.");
    }
    String override = form.text("customer_details[taxability_override]").orElse("none");
    JsonObject calculation = object("tax.calculation", "taxcalc");
    List<JsonObject> made = new ArrayList<>();
    long exclusive = 0;
    long inclusive = 0;
    long amounts = 0;
    for (Form item : items) {
      JsonObject line = line(item, country, override);
      made.add(line);
      long tax = SimulatedStripe.number(line, "amount_tax");
      amounts += SimulatedStripe.number(line, "amount");
      if (SimulatedStripe.text(line, "tax_behavior").equals("inclusive")) {
        inclusive += tax;
      } else {
        exclusive += tax;
      }
    }
    lines.put(SimulatedStripe.id(calculation), made);
    calculation.addProperty("amount_total", amounts + exclusive);
    calculation.addProperty("currency", currency);
    calculation.add("customer", JsonNull.INSTANCE);
    calculation.add("customer_details", customer(country, postalCode, override));
    calculation.addProperty("expires_at", now + QUARTER_SECONDS);
    calculation.add("shipping_cost", JsonNull.INSTANCE);
    calculation.addProperty("tax_amount_exclusive", exclusive);
    calculation.addProperty("tax_amount_inclusive", inclusive);
    calculation.addProperty("tax_date", date);
    JsonObject answer = calculation.deepCopy();
    if (form.list("expand").stream().anyMatch(path -> path.startsWith("line_items"))) {
      answer.add(
          "line_items",
          page(
              made,
              0,
              FIRST_PAGE,
              form.list("expand").contains("line_items.data.tax_breakdown"),
              "/v1/tax/calculations/" + SimulatedStripe.id(calculation) + "/line_items"));
    }
    return answer;
  }

  private static JsonObject customer(String country, String postalCode, String override) {
    JsonObject address = new JsonObject();
    address.add("city", JsonNull.INSTANCE);
    address.addProperty("country", country);
    address.add("line1", JsonNull.INSTANCE);
    address.add("line2", JsonNull.INSTANCE);
    SimulatedStripe.nullable(address, "postal_code", postalCode.isEmpty() ? null : postalCode);
    address.add("state", JsonNull.INSTANCE);
    JsonObject customer = new JsonObject();
    customer.add("address", address);
    customer.addProperty("address_source", "shipping");
    customer.add("ip_address", JsonNull.INSTANCE);
    customer.add("tax_ids", new JsonArray());
    customer.addProperty("taxability_override", override);
    return customer;
  }

  private JsonObject line(Form item, String country, String override) {
    long amount = Long.parseLong(item.required("amount"));
    String behavior = item.text("tax_behavior").orElse("exclusive");
    boolean registered = REGISTERED.containsKey(country);
    boolean taxed = registered && override.equals("none");
    BigDecimal percent = new BigDecimal(taxed ? REGISTERED.getOrDefault(country, "0.0") : "0.0");
    BigDecimal whole = BigDecimal.valueOf(amount);
    BigDecimal divisor =
        behavior.equals("inclusive")
            ? percent.add(BigDecimal.valueOf(100))
            : BigDecimal.valueOf(100);
    long tax = whole.multiply(percent).divide(divisor, 0, RoundingMode.HALF_UP).longValueExact();
    JsonObject line = object("tax.calculation_line_item", "tax_li");
    line.addProperty("amount", amount);
    line.addProperty("amount_tax", tax);
    line.add("metadata", JsonNull.INSTANCE);
    line.add("product", JsonNull.INSTANCE);
    line.addProperty("quantity", 1);
    line.addProperty("reference", item.required("reference"));
    line.addProperty("tax_behavior", behavior);
    line.addProperty("tax_code", item.text("tax_code").orElse("txcd_10000000"));
    line.add("tax_breakdown", breakdown(country, percent, tax, amount, reason(taxed, override)));
    return line;
  }

  private static String reason(boolean taxed, String override) {
    if (override.equals("none")) {
      return taxed ? "standard_rated" : "not_collecting";
    }
    return override;
  }

  private static JsonArray breakdown(
      String country, BigDecimal percent, long tax, long taxable, String reason) {
    JsonObject jurisdiction = new JsonObject();
    jurisdiction.addProperty("country", country);
    jurisdiction.addProperty("display_name", country);
    jurisdiction.addProperty("level", "country");
    jurisdiction.add("state", JsonNull.INSTANCE);
    JsonObject part = new JsonObject();
    part.addProperty("amount", tax);
    part.add("jurisdiction", jurisdiction);
    part.addProperty("sourcing", "destination");
    if (percent.signum() == 0) {
      part.add("tax_rate_details", JsonNull.INSTANCE);
    } else {
      JsonObject rate = new JsonObject();
      rate.addProperty("display_name", country.equals("US") ? "Sales tax" : "VAT");
      rate.addProperty("percentage_decimal", percent.toPlainString());
      rate.addProperty("tax_type", country.equals("US") ? "sales_tax" : "vat");
      part.add("tax_rate_details", rate);
    }
    part.addProperty("taxability_reason", reason);
    part.addProperty("taxable_amount", percent.signum() == 0 ? 0 : taxable);
    JsonArray breakdown = new JsonArray();
    breakdown.add(part);
    return breakdown;
  }

  JsonObject recordSale(Form form) {
    JsonObject calculation = stripe.get("tax.calculation", form.required("calculation"));
    if (SimulatedStripe.number(calculation, "expires_at") < clock.instant().getEpochSecond()) {
      throw StripeProblem.invalid("resource_missing", "calculation", "The calculation expired.");
    }
    JsonObject sale = transaction(form.required("reference"), "transaction", calculation);
    List<JsonObject> made = new ArrayList<>();
    for (JsonObject line : lines.getOrDefault(SimulatedStripe.id(calculation), List.of())) {
      made.add(
          transactionLine(
              line,
              SimulatedStripe.text(line, "reference"),
              SimulatedStripe.number(line, "amount"),
              SimulatedStripe.number(line, "amount_tax"),
              null));
    }
    lines.put(SimulatedStripe.id(sale), made);
    sale.add("metadata", SimulatedStripe.metadata(form));
    sale.add("reversal", JsonNull.INSTANCE);
    return sale;
  }

  JsonObject reverse(Form form) {
    JsonObject original = stripe.get("tax.transaction", form.required("original_transaction"));
    if (!form.required("mode").equals("partial") || !original.get("reversal").isJsonNull()) {
      throw StripeProblem.invalid(
          "parameter_invalid", "mode", "Only parts of a sale are reversed.");
    }
    List<Form> items = form.elements("line_items");
    if (items.isEmpty()) {
      throw StripeProblem.invalid("parameter_missing", "line_items", "Missing line_items.");
    }
    for (Form item : items) {
      JsonObject line =
          stripe.get("tax.transaction_line_item", item.required("original_line_item"));
      for (String amount : List.of("amount", "amount_tax")) {
        long wanted = Long.parseLong(item.required(amount));
        if (wanted > 0 || SimulatedStripe.number(line, amount) + reversed(line, amount) < -wanted) {
          throw StripeProblem.invalid(
              null, "line_items", "The reversal exceeds what is left of the line.");
        }
      }
    }
    JsonObject reversal = transaction(form.required("reference"), "reversal", original);
    JsonObject of = new JsonObject();
    of.addProperty("original_transaction", SimulatedStripe.id(original));
    reversal.add("reversal", of);
    reversal.add("metadata", SimulatedStripe.metadata(form));
    List<JsonObject> made = new ArrayList<>();
    for (Form item : items) {
      String id = item.required("original_line_item");
      made.add(
          transactionLine(
              stripe.get("tax.transaction_line_item", id),
              item.required("reference"),
              Long.parseLong(item.required("amount")),
              Long.parseLong(item.required("amount_tax")),
              id));
    }
    lines.put(SimulatedStripe.id(reversal), made);
    return reversal;
  }

  /** What was reversed of a line before: a sum that is not positive. */
  private long reversed(JsonObject line, String amount) {
    return stripe.all("tax.transaction_line_item").stream()
        .filter(one -> !one.get("reversal").isJsonNull())
        .filter(
            one ->
                SimulatedStripe.text(one.getAsJsonObject("reversal"), "original_line_item")
                    .equals(SimulatedStripe.id(line)))
        .mapToLong(one -> SimulatedStripe.number(one, amount))
        .sum();
  }

  private JsonObject transaction(String reference, String type, JsonObject about) {
    boolean taken =
        stripe.all("tax.transaction").stream()
            .anyMatch(one -> SimulatedStripe.text(one, "reference").equals(reference));
    if (taken) {
      throw StripeProblem.invalid(
          "resource_already_exists", "reference", "A transaction has this reference.");
    }
    JsonObject made = stripe.object("tax.transaction", "tax");
    made.add("currency", about.get("currency"));
    made.add("customer", JsonNull.INSTANCE);
    made.add("customer_details", about.get("customer_details"));
    made.addProperty("posted_at", clock.instant().getEpochSecond());
    made.addProperty("reference", reference);
    made.add("shipping_cost", JsonNull.INSTANCE);
    made.add("tax_date", about.get("tax_date"));
    made.addProperty("type", type);
    return made;
  }

  private JsonObject transactionLine(
      JsonObject like, String reference, long amount, long tax, @Nullable String original) {
    JsonObject line = object("tax.transaction_line_item", "tax_li");
    line.addProperty("amount", amount);
    line.addProperty("amount_tax", tax);
    line.add("metadata", JsonNull.INSTANCE);
    line.add("product", JsonNull.INSTANCE);
    line.addProperty("quantity", 1);
    line.addProperty("reference", reference);
    if (original == null) {
      line.add("reversal", JsonNull.INSTANCE);
      line.addProperty("type", "transaction");
    } else {
      JsonObject reversal = new JsonObject();
      reversal.addProperty("original_line_item", original);
      line.add("reversal", reversal);
      line.addProperty("type", "reversal");
    }
    line.add("tax_behavior", like.get("tax_behavior"));
    line.add("tax_code", like.get("tax_code"));
    return line;
  }

  /** A page of the lines of a calculation or transaction. */
  JsonObject linesOf(String kind, String id, Form form) {
    JsonObject of = stripe.get(kind, id);
    List<JsonObject> all = lines.getOrDefault(SimulatedStripe.id(of), List.of());
    String after = form.text("starting_after").orElse(null);
    int from = 0;
    if (after != null) {
      while (from < all.size() && !SimulatedStripe.id(all.get(from)).equals(after)) {
        from++;
      }
      from++;
    }
    return page(
        all,
        from,
        form.text("limit").map(Integer::parseInt).orElse(FIRST_PAGE),
        form.list("expand").contains("data.tax_breakdown"),
        "/v1/" + kind.replace('.', '/') + "s/" + id + "/line_items");
  }

  private static JsonObject page(
      List<JsonObject> all, int from, int limit, boolean breakdowns, String url) {
    JsonArray data = new JsonArray();
    for (int i = from; i < Math.min(all.size(), from + limit); i++) {
      JsonObject line = all.get(i).deepCopy();
      if (!breakdowns) {
        line.remove("tax_breakdown");
      }
      data.add(line);
    }
    JsonObject page = new JsonObject();
    page.addProperty("object", "list");
    page.add("data", data);
    page.addProperty("has_more", from + limit < all.size());
    page.addProperty("url", url);
    return page;
  }

  /** These have no date of their own. */
  private JsonObject object(String name, String prefix) {
    JsonObject object = stripe.object(name, prefix);
    object.remove("created");
    return object;
  }
}

package io.ktizo.payments.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.stripe.model.Account;
import com.stripe.model.BalanceTransaction;
import com.stripe.model.Charge;
import com.stripe.model.Dispute;
import com.stripe.model.PaymentIntent;
import com.stripe.model.Payout;
import com.stripe.model.Refund;
import com.stripe.model.StripeObject;
import com.stripe.model.Transfer;
import com.stripe.model.TransferReversal;
import com.stripe.model.tax.Calculation;
import com.stripe.model.tax.CalculationLineItem;
import com.stripe.model.tax.Transaction;
import com.stripe.model.tax.TransactionLineItem;
import com.stripe.net.ApiResource;
import io.ktizo.payments.Answer;
import io.ktizo.payments.Gateway.Capture;
import io.ktizo.payments.Gateway.Evidence;
import io.ktizo.payments.Gateway.NewPayee;
import io.ktizo.payments.Gateway.NewPayment;
import io.ktizo.payments.Gateway.NewTransfer;
import io.ktizo.payments.Gateway.ObjectKind;
import io.ktizo.payments.IdempotencyKey;
import io.ktizo.payments.PayableId;
import io.ktizo.payments.PayeeId;
import io.ktizo.payments.ProviderObject;
import io.ktizo.payments.ProviderObject.TaxRecord;
import io.ktizo.payments.stripe.StripeGateway;
import io.ktizo.payments.stripe.StripeSettings;
import io.ktizo.payments.stripe.StripeTax;
import io.ktizo.payments.tax.TaxAnswer;
import io.ktizo.payments.tax.TaxQuestion;
import io.ktizo.payments.tax.TaxRecords;
import io.ktizo.payments.testkit.StripeSimulator.Call;
import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.joda.money.CurrencyUnit;
import org.joda.money.Money;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Every verb once, its requests held against Stripe's OpenAPI document and its replies against
 * Stripe's example resources and the SDK's classes.
 */
class StripeShapeTest {
  private static final InstantSource NOON =
      InstantSource.fixed(Instant.parse("2026-11-25T12:00:00Z"));
  private static final PayableId ORDER = new PayableId("order_1");
  private static final Path STRIPE =
      Path.of(System.getProperty("ktizo.root", "../.."), "..", "shared", "corpus", "stripe");

  private final StripeSimulator simulator = StripeSimulator.start(NOON, "whsec_simulator");
  private final StripeGateway gateway =
      new StripeGateway(
          new StripeSettings(
              StripeSimulator.API_KEY,
              List.of("whsec_simulator"),
              simulator.base(),
              URI.create("https://market.example/paid"),
              Duration.ofSeconds(5),
              Duration.ofSeconds(5),
              0),
          NOON);

  private final StripeTax tax =
      new StripeTax(
          new StripeSettings(
              StripeSimulator.API_KEY,
              List.of("whsec_simulator"),
              simulator.base(),
              URI.create("https://market.example/paid"),
              Duration.ofSeconds(5),
              Duration.ofSeconds(5),
              0),
          "DE",
          new Random(1));

  @AfterEach
  void close() {
    simulator.close();
  }

  @BeforeEach
  void every_verb_once() {
    ProviderObject.Payment payment = pay("order_1", Capture.LATER, "pm_card_visa");
    done(gateway.capture(key("capture"), payment.reference(), Money.parse("EUR 90.00")));
    ProviderObject.Payment seen =
        (ProviderObject.Payment)
            done(gateway.lookUp(ObjectKind.PAYMENT, payment.reference(), null));
    ProviderObject.Refund refund =
        done(gateway.refund(key("refund"), payment.reference(), Money.parse("EUR 1.00")));
    done(gateway.lookUp(ObjectKind.REFUND, refund.reference(), null));
    ProviderObject.Payment given =
        done(
            gateway.start(
                key("start-2"),
                new NewPayment(new PayableId("order_2"), Money.parse("EUR 3.00"), Capture.LATER)));
    done(gateway.voidPayment(key("void"), given.reference()));
    String shop =
        done(gateway.onboard(key("onboard"), new NewPayee(new PayeeId("shop_1"), "DE")))
            .reference();
    URI here = URI.create("https://market.example/payouts");
    done(gateway.onboardingPage(shop, here, here));
    simulator.completeOnboarding(shop);
    done(gateway.lookUp(ObjectKind.PAYEE, shop, null));
    ProviderObject.Transfer transfer =
        done(
            gateway.transfer(
                key("transfer"),
                new NewTransfer(ORDER, shop, Money.parse("EUR 50.00"), seen.charge())));
    done(gateway.reverse(key("reverse"), transfer.reference(), Money.parse("EUR 5.00")));
    done(gateway.lookUp(ObjectKind.TRANSFER, transfer.reference(), null));
    ProviderObject.Payout payout =
        done(gateway.payout(key("payout"), shop, Money.parse("EUR 45.00")));
    done(gateway.lookUp(ObjectKind.PAYOUT, payout.reference(), shop));
    pay("order_3", Capture.AT_ONCE, "pm_card_createDispute");
    String dispute =
        JsonParser.parseString(simulator.objects("dispute").getFirst())
            .getAsJsonObject()
            .get("id")
            .getAsString();
    done(gateway.lookUp(ObjectKind.DISPUTE, dispute, null));
    List<Evidence> evidence = new ArrayList<>();
    for (Evidence.Field field : Evidence.Field.values()) {
      evidence.add(new Evidence(field, "winning_evidence"));
    }
    done(gateway.contest(key("contest"), dispute, evidence));
    done(gateway.paymentsOf(ORDER));
    done(gateway.available(CurrencyUnit.EUR, null));
    done(gateway.balanceChanges(null, Instant.EPOCH, null));
    done(gateway.balanceChanges(shop, Instant.EPOCH, "txn_none"));
    String leaving =
        done(gateway.onboard(key("onboard-2"), new NewPayee(new PayeeId("shop_2"), "FR")))
            .reference();
    done(gateway.close(key("close"), leaving));
    taxes();
  }

  /** Twelve lines: more than stand in a calculation's answer. */
  private void taxes() {
    List<TaxQuestion.Item> items = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      items.add(
          new TaxQuestion.Item(
              "line_" + i,
              i == 0 ? TaxQuestion.Supply.SERVICE : TaxQuestion.Supply.GOODS,
              Money.parse("EUR 11.90")));
    }
    String calculation = "";
    for (TaxQuestion.Buyer buyer :
        List.of(
            new TaxQuestion.Buyer("DE", false),
            new TaxQuestion.Buyer("FR", true),
            new TaxQuestion.Buyer("US", false, "94080"))) {
      TaxAnswer answer =
          tax.calculate(
              new TaxQuestion(
                  new TaxQuestion.Seller("DE", true, true),
                  buyer,
                  TaxQuestion.Prices.INCLUSIVE,
                  LocalDate.of(2026, 11, 25),
                  items));
      assertThat(answer).isInstanceOf(TaxAnswer.Taxed.class);
      calculation = String.valueOf(((TaxAnswer.Taxed) answer).calculation());
    }
    TaxRecord sale = done(tax.record(key("tax"), calculation, ORDER));
    done(
        tax.reverse(
            key("tax:refund"),
            sale.reference(),
            "order_1/tax:refund",
            List.of(
                new TaxRecords.Part("line_3", Money.parse("EUR 1.19"), Money.parse("EUR 0.11")))));
  }

  private ProviderObject.Payment pay(String order, Capture capture, String method) {
    ProviderObject.Payment started =
        done(
            gateway.start(
                IdempotencyKey.of(order, "start", 1),
                new NewPayment(new PayableId(order), Money.parse("EUR 100.00"), capture)));
    return done(
        gateway.authorise(IdempotencyKey.of(order, "authorise", 1), started.reference(), method));
  }

  @Test
  void every_request_is_valid_against_the_openapi_document() throws IOException {
    assumeThat(STRIPE.resolve("stripe.com.json")).exists();
    JsonObject paths = json("stripe.com.json").getAsJsonObject("paths");

    List<String> faults = new ArrayList<>();
    for (Call call : simulator.calls()) {
      Optional<JsonObject> operation = operation(paths, call);
      if (operation.isEmpty()) {
        faults.add("no operation " + call.method() + " " + call.path());
        continue;
      }
      check(call, operation.get(), faults);
    }

    assertThat(simulator.calls()).hasSize(24 + 2 + 3 + 3 + 1 + 1 + 1);
    assertThat(faults).isEmpty();
  }

  /**
   * Everything that Stripe is ever told, by name: ids of the host's, amounts, switches, references
   * of Stripe's own. None of them is about a person but the texts of a dispute's evidence, which
   * the host writes for the bank, and the postal code that decides about a tax in the United States
   * and Canada. No object for customers is made, and no address for receipts is given.
   */
  private static final Set<String> TOLD =
      Set.of(
          "amount",
          "amount_to_capture",
          "automatic_payment_methods[enabled]",
          "calculation",
          "capabilities[card_payments][requested]",
          "capabilities[transfers][requested]",
          "capture_method",
          "country",
          "created[gte]",
          "currency",
          "customer_details[address][country]",
          "customer_details[address][postal_code]",
          "customer_details[address_source]",
          "customer_details[taxability_override]",
          "destination",
          "expand[#]",
          "line_items[#][amount]",
          "line_items[#][amount_tax]",
          "line_items[#][original_line_item]",
          "line_items[#][reference]",
          "line_items[#][tax_behavior]",
          "line_items[#][tax_code]",
          "limit",
          "metadata[payable]",
          "metadata[payee]",
          "mode",
          "original_transaction",
          "payment_intent",
          "payment_method",
          "query",
          "reference",
          "return_url",
          "settings[payouts][schedule][interval]",
          "source_transaction",
          "starting_after",
          "submit",
          "tax_date",
          "transfer_group",
          "account",
          "type",
          "refresh_url",
          "evidence[product_description]",
          "evidence[shipping_carrier]",
          "evidence[shipping_tracking_number]",
          "evidence[shipping_date]",
          "evidence[refund_policy_disclosure]",
          "evidence[uncategorized_text]");

  @Test
  void stripe_is_told_nothing_that_names_a_person() {
    TreeSet<String> told = new TreeSet<>();
    for (Call call : simulator.calls()) {
      assertThat(call.path()).doesNotContain("customers");
      call.parameters().forEach(name -> told.add(name.replaceAll("\\[[0-9]+\\]", "[#]")));
      if (call.encoded().contains("postal_code")) {
        assertThat(decode(call.encoded())).contains("[country]=US");
      }
    }

    assertThat(told).containsExactlyInAnyOrderElementsOf(TOLD);
  }

  @Test
  void a_parameter_that_stripe_does_not_know_would_be_found() throws IOException {
    assumeThat(STRIPE.resolve("stripe.com.json")).exists();
    JsonObject paths = json("stripe.com.json").getAsJsonObject("paths");
    Call call =
        new Call(
            "POST",
            "/v1/refunds",
            List.of("payment_intent", "amount", "amuont"),
            "key",
            null,
            "payment_intent=pi_1&amount=x&amuont=1");

    List<String> faults = new ArrayList<>();
    check(call, operation(paths, call).orElseThrow(), faults);

    assertThat(faults).hasSize(2);
  }

  @Test
  void every_reply_has_the_shape_of_stripe_s_examples() throws IOException {
    assumeThat(STRIPE.resolve("fixtures3.json")).exists();
    JsonObject examples = json("fixtures3.json").getAsJsonObject("resources");
    Map<String, String> faults = new LinkedHashMap<>();
    for (String kind : kinds().keySet()) {
      JsonObject example = examples.getAsJsonObject(kind);
      for (String text : simulator.objects(kind)) {
        JsonObject object = JsonParser.parseString(text).getAsJsonObject();
        for (String name : object.keySet()) {
          JsonElement ours = object.get(name);
          JsonElement theirs = example.get(name);
          boolean elsewhere = theirs == null && !ELSEWHERE.contains(kind + "." + name);
          boolean otherType =
              theirs != null
                  && !theirs.isJsonNull()
                  && !ours.isJsonNull()
                  && !type(theirs).equals(type(ours));
          if (elsewhere || otherType) {
            faults.put(kind + "." + name, text);
          }
        }
      }
    }
    assertThat(faults).isEmpty();
  }

  /** Fields of the reference that the examples happen to lack, for the state they are in. */
  private static final List<String> ELSEWHERE =
      List.of(
          "account.type",
          "refund.failure_reason",
          "refund.failure_balance_transaction",
          "refund.livemode",
          "transfer_reversal.livemode",
          "account.livemode",
          "balance_transaction.livemode",
          "tax.calculation_line_item.tax_breakdown");

  @Test
  void every_reply_is_read_by_the_sdk_without_an_unexpected_null() {
    kinds()
        .forEach(
            (kind, type) -> {
              assertThat(simulator.objects(kind)).as(kind).isNotEmpty();
              for (String text : simulator.objects(kind)) {
                StripeObject object = ApiResource.GSON.fromJson(text, type);
                JsonObject again = JsonParser.parseString(object.toJson()).getAsJsonObject();
                JsonObject sent = JsonParser.parseString(text).getAsJsonObject();
                TreeSet<String> lost = new TreeSet<>();
                for (String name : sent.keySet()) {
                  JsonElement value = sent.get(name);
                  JsonElement read = again.get(name);
                  if (!value.isJsonNull()
                      && (read == null || read.isJsonNull())
                      && !NOT_IN_THE_SDK.contains(kind + "." + name)) {
                    lost.add(name);
                  }
                }
                assertThat(lost).as(kind).isEmpty();
              }
            });
  }

  /** The simulator dates and marks every object; the SDK's classes of these have no such field. */
  private static final List<String> NOT_IN_THE_SDK =
      List.of(
          "refund.livemode",
          "transfer_reversal.livemode",
          "account.livemode",
          "balance_transaction.livemode");

  private static Map<String, Class<? extends StripeObject>> kinds() {
    Map<String, Class<? extends StripeObject>> kinds = new LinkedHashMap<>();
    kinds.put("payment_intent", PaymentIntent.class);
    kinds.put("charge", Charge.class);
    kinds.put("refund", Refund.class);
    kinds.put("transfer", Transfer.class);
    kinds.put("transfer_reversal", TransferReversal.class);
    kinds.put("payout", Payout.class);
    kinds.put("dispute", Dispute.class);
    kinds.put("account", Account.class);
    kinds.put("balance_transaction", BalanceTransaction.class);
    kinds.put("tax.calculation", Calculation.class);
    kinds.put("tax.calculation_line_item", CalculationLineItem.class);
    kinds.put("tax.transaction", Transaction.class);
    kinds.put("tax.transaction_line_item", TransactionLineItem.class);
    return kinds;
  }

  private static String type(JsonElement element) {
    if (element.isJsonPrimitive()) {
      return element.getAsJsonPrimitive().isNumber()
          ? "number"
          : element.getAsJsonPrimitive().isBoolean() ? "boolean" : "string";
    }
    return element.isJsonArray() ? "array" : "object";
  }

  // ---- the OpenAPI document, as far as Stripe's uses it

  private static Optional<JsonObject> operation(JsonObject paths, Call call) {
    JsonObject found = null;
    for (String template : paths.keySet()) {
      String pattern = template.replaceAll("\\{[^}]+\\}", "\\\\E[^/]+\\\\Q");
      boolean literal = template.equals(call.path());
      if ((literal || (found == null && Pattern.matches("\\Q" + pattern + "\\E", call.path())))
          && paths.getAsJsonObject(template).has(call.method().toLowerCase(Locale.ROOT))) {
        found =
            paths.getAsJsonObject(template).getAsJsonObject(call.method().toLowerCase(Locale.ROOT));
        if (literal) {
          break;
        }
      }
    }
    return Optional.ofNullable(found);
  }

  private static void check(Call call, JsonObject operation, List<String> faults) {
    String[] pairs = call.encoded().isEmpty() ? new String[0] : call.encoded().split("&", -1);
    for (String pair : pairs) {
      String name = decode(pair.substring(0, pair.indexOf('=')));
      String value = decode(pair.substring(pair.indexOf('=') + 1));
      List<String> steps = List.of(name.replace("]", "").split("\\[", -1));
      JsonElement schema =
          call.method().equals("GET")
              ? queryParameter(operation, steps.getFirst())
              : body(operation, steps.getFirst());
      for (String step : steps.subList(1, steps.size())) {
        schema = schema == null ? null : inside(schema.getAsJsonObject(), step);
      }
      if (schema == null) {
        faults.add("unknown parameter " + name + " of " + call.path());
      } else if (!fits(schema.getAsJsonObject(), value)) {
        faults.add("value of " + name + " of " + call.path() + " does not fit " + schema);
      }
    }
  }

  private static @Nullable JsonElement queryParameter(JsonObject operation, String name) {
    for (JsonElement parameter : operation.getAsJsonArray("parameters")) {
      if (parameter.getAsJsonObject().get("name").getAsString().equals(name)) {
        return parameter.getAsJsonObject().get("schema");
      }
    }
    return null;
  }

  private static @Nullable JsonElement body(JsonObject operation, String name) {
    return operation
        .getAsJsonObject("requestBody")
        .getAsJsonObject("content")
        .getAsJsonObject("application/x-www-form-urlencoded")
        .getAsJsonObject("schema")
        .getAsJsonObject("properties")
        .get(name);
  }

  private static @Nullable JsonElement inside(JsonObject schema, String step) {
    if (schema.has("anyOf")) {
      for (JsonElement choice : schema.getAsJsonArray("anyOf")) {
        JsonElement found = inside(choice.getAsJsonObject(), step);
        if (found != null) {
          return found;
        }
      }
      return null;
    }
    if (schema.has("properties") && schema.getAsJsonObject("properties").has(step)) {
      return schema.getAsJsonObject("properties").get(step);
    }
    if (schema.has("items")) {
      return schema.get("items");
    }
    return schema.has("additionalProperties") && schema.get("additionalProperties").isJsonObject()
        ? schema.get("additionalProperties")
        : null;
  }

  private static boolean fits(JsonObject schema, String value) {
    if (schema.has("anyOf")) {
      for (JsonElement choice : schema.getAsJsonArray("anyOf")) {
        if (fits(choice.getAsJsonObject(), value)) {
          return true;
        }
      }
      return false;
    }
    boolean allowed =
        !schema.has("enum")
            || schema.getAsJsonArray("enum").asList().stream()
                .anyMatch(one -> one.getAsString().equals(value));
    String type = schema.has("type") ? schema.get("type").getAsString() : "string";
    return allowed
        && switch (type) {
          case "integer" -> value.matches("-?[0-9]+");
          case "boolean" -> value.matches("true|false");
          case "string" ->
              !schema.has("maxLength") || value.length() <= schema.get("maxLength").getAsInt();
          default -> false;
        };
  }

  private static JsonObject json(String file) throws IOException {
    return JsonParser.parseString(Files.readString(STRIPE.resolve(file))).getAsJsonObject();
  }

  private static String decode(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  private static IdempotencyKey key(String purpose) {
    return IdempotencyKey.of("order_1", purpose, 1);
  }

  private static <T> T done(Answer<T> answer) {
    assertThat(answer).isInstanceOf(Answer.Done.class);
    return ((Answer.Done<T>) answer).object();
  }
}

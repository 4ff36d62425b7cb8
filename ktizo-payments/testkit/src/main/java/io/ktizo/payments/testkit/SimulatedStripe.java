package io.ktizo.payments.testkit;

import com.google.gson.JsonArray;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Stripe's objects and rules, as far as Connect with separate charges and transfers needs them.
 * Objects have the shapes of the API's reference. Funds are available at once. For one thread at a
 * time.
 */
final class SimulatedStripe {
  static final String API_VERSION = "2026-07-29.dahlia";

  /** Price of a European card: 1.5 % and 25 minor units. */
  private static final long FEE_PER_MILLE = 15;

  private static final long FEE_FIXED = 25;
  private static final long EVIDENCE_SECONDS = 7 * 24 * 3600;
  private static final long DISPUTE_FEE = 2000;

  private final InstantSource clock;
  private final Map<String, JsonObject> objects = new LinkedHashMap<>();
  private final Map<String, List<JsonObject>> balances = new HashMap<>();
  private final Map<String, Long> pending = new HashMap<>();
  private final List<JsonObject> events = new ArrayList<>();
  private long counter;

  SimulatedStripe(InstantSource clock) {
    this.clock = clock;
  }

  /** Messages since this was last asked. */
  List<JsonObject> drainEvents() {
    List<JsonObject> drained = List.copyOf(events);
    events.clear();
    return drained;
  }

  List<JsonObject> all(String object) {
    return objects.values().stream()
        .filter(one -> one.get("object").getAsString().equals(object))
        .toList();
  }

  JsonObject get(String object, String id) {
    JsonObject found = objects.get(id);
    if (found == null || !found.get("object").getAsString().equals(object)) {
      throw StripeProblem.missing(object, id);
    }
    return found;
  }

  // ---- payments

  JsonObject createIntent(Form form) {
    long amount = form.amount("amount").orElseThrow(() -> missingParameter("amount"));
    if (amount > 99_999_999) {
      throw StripeProblem.invalid(
          "amount_too_large", "amount", "Amount must be no more than 99999999");
    }
    String capture = form.text("capture_method").orElse("automatic");
    if (!List.of("automatic", "automatic_async", "manual").contains(capture)) {
      throw StripeProblem.invalid("parameter_unknown", "capture_method", "Invalid capture_method");
    }
    JsonObject intent = object("payment_intent", "pi");
    intent.addProperty("amount", amount);
    intent.addProperty("amount_capturable", 0);
    intent.addProperty("amount_received", 0);
    intent.add("canceled_at", JsonNull.INSTANCE);
    intent.add("cancellation_reason", JsonNull.INSTANCE);
    intent.addProperty("capture_method", capture);
    intent.addProperty("client_secret", id(intent) + "_secret_" + counter);
    intent.addProperty("confirmation_method", "automatic");
    intent.addProperty("currency", form.required("currency"));
    intent.add("customer", JsonNull.INSTANCE);
    intent.add("last_payment_error", JsonNull.INSTANCE);
    intent.add("latest_charge", JsonNull.INSTANCE);
    intent.add("metadata", metadata(form));
    intent.add("next_action", JsonNull.INSTANCE);
    intent.add("payment_method", JsonNull.INSTANCE);
    intent.add("payment_method_types", array("card"));
    intent.addProperty("status", "requires_payment_method");
    nullable(intent, "transfer_group", form.text("transfer_group").orElse(null));
    event("payment_intent.created", intent, null);
    return intent;
  }

  JsonObject confirmIntent(String id, Form form) {
    JsonObject intent = get("payment_intent", id);
    expectStatus(intent, "requires_payment_method", "requires_confirmation", "requires_action");
    String method = form.required("payment_method");
    switch (method) {
      case "pm_card_visa", "pm_card_createDispute", "pm_card_refundFail" -> {
        intent.addProperty("payment_method", method);
        authorise(intent);
      }
      case "pm_card_authenticationRequired" -> {
        intent.addProperty("payment_method", method);
        intent.addProperty("status", "requires_action");
        JsonObject action = new JsonObject();
        action.addProperty("type", "use_stripe_sdk");
        intent.add("next_action", action);
        event("payment_intent.requires_action", intent, null);
      }
      case "pm_card_chargeDeclined" -> decline(intent, "generic_decline");
      case "pm_card_visa_chargeDeclinedInsufficientFunds" -> decline(intent, "insufficient_funds");
      default -> throw StripeProblem.missing("PaymentMethod", method);
    }
    return intent;
  }

  /** Does what the customer does at his bank. */
  void completeAction(String id) {
    JsonObject intent = get("payment_intent", id);
    expectStatus(intent, "requires_action");
    intent.add("next_action", JsonNull.INSTANCE);
    authorise(intent);
  }

  private void authorise(JsonObject intent) {
    JsonObject charge = object("charge", "ch");
    long amount = amount(intent);
    charge.addProperty("amount", amount);
    charge.addProperty("amount_captured", 0);
    charge.addProperty("amount_refunded", 0);
    charge.add("balance_transaction", JsonNull.INSTANCE);
    charge.addProperty("captured", false);
    charge.add("currency", intent.get("currency"));
    charge.addProperty("disputed", false);
    charge.add("failure_code", JsonNull.INSTANCE);
    charge.add("metadata", intent.get("metadata"));
    charge.addProperty("paid", true);
    charge.addProperty("payment_intent", id(intent));
    charge.add("payment_method", intent.get("payment_method"));
    charge.addProperty("refunded", false);
    charge.addProperty("status", "succeeded");
    charge.add("transfer_group", intent.get("transfer_group"));
    intent.addProperty("latest_charge", id(charge));
    intent.add("last_payment_error", JsonNull.INSTANCE);
    if (text(intent, "capture_method").equals("manual")) {
      intent.addProperty("status", "requires_capture");
      intent.addProperty("amount_capturable", amount);
      event("payment_intent.amount_capturable_updated", intent, null);
    } else {
      take(intent, amount);
    }
  }

  private void decline(JsonObject intent, String declineCode) {
    JsonObject error = new JsonObject();
    error.addProperty("type", "card_error");
    error.addProperty("code", "card_declined");
    error.addProperty("decline_code", declineCode);
    error.addProperty("message", "Your card was declined.");
    intent.add("last_payment_error", error);
    intent.addProperty("status", "requires_payment_method");
    event("payment_intent.payment_failed", intent, null);
    throw StripeProblem.declined("card_declined", declineCode);
  }

  JsonObject captureIntent(String id, Form form) {
    JsonObject intent = get("payment_intent", id);
    expectStatus(intent, "requires_capture");
    long amount = form.amount("amount_to_capture").orElse(amount(intent));
    if (amount > amount(intent)) {
      throw StripeProblem.invalid(
          "amount_too_large",
          "amount_to_capture",
          "The amount is greater than what was authorized.");
    }
    take(intent, amount);
    return intent;
  }

  private void take(JsonObject intent, long amount) {
    JsonObject charge = get("charge", text(intent, "latest_charge"));
    intent.addProperty("status", "succeeded");
    intent.addProperty("amount_capturable", 0);
    intent.addProperty("amount_received", amount);
    charge.addProperty("captured", true);
    charge.addProperty("amount_captured", amount);
    long fee = (amount * FEE_PER_MILLE + 500) / 1000 + FEE_FIXED;
    JsonObject line =
        balanceLine(null, "charge", "charge", id(charge), amount, fee, text(charge, "currency"));
    charge.addProperty("balance_transaction", id(line));
    event("charge.succeeded", charge, null);
    event("payment_intent.succeeded", intent, null);
    if ("pm_card_createDispute".equals(text(intent, "payment_method"))) {
      dispute(charge);
    }
  }

  JsonObject cancelIntent(String id) {
    JsonObject intent = get("payment_intent", id);
    expectStatus(
        intent,
        "requires_payment_method",
        "requires_capture",
        "requires_confirmation",
        "requires_action",
        "processing");
    intent.addProperty("status", "canceled");
    intent.addProperty("amount_capturable", 0);
    intent.addProperty("canceled_at", now());
    event("payment_intent.canceled", intent, null);
    return intent;
  }

  private static void expectStatus(JsonObject intent, String... allowed) {
    if (!List.of(allowed).contains(text(intent, "status"))) {
      throw StripeProblem.invalid(
          "payment_intent_unexpected_state",
          null,
          "This PaymentIntent has a status of " + text(intent, "status") + ".");
    }
  }

  /** The intent as it is answered, its charge inside where that was asked for. */
  JsonObject expanded(JsonObject intent, List<String> expand) {
    if (expand.stream().noneMatch(path -> path.endsWith("latest_charge"))
        || intent.get("latest_charge").isJsonNull()) {
      return intent;
    }
    JsonObject copy = intent.deepCopy();
    copy.add("latest_charge", get("charge", text(intent, "latest_charge")).deepCopy());
    return copy;
  }

  /** Stripe's search language, as far as equality of one metadata value. */
  List<JsonObject> searchIntents(String query) {
    Matcher metadata = Pattern.compile("metadata\\['([^']+)'\\]:'([^']*)'").matcher(query);
    if (!metadata.matches()) {
      throw StripeProblem.invalid(
          "parameter_unknown", "query", "We were unable to parse your query");
    }
    return all("payment_intent").stream()
        .filter(
            intent -> {
              JsonObject values = intent.getAsJsonObject("metadata");
              return values.has(metadata.group(1))
                  && values.get(metadata.group(1)).getAsString().equals(metadata.group(2));
            })
        .toList()
        .reversed();
  }

  // ---- refunds and disputes

  JsonObject createRefund(Form form) {
    JsonObject intent = get("payment_intent", form.required("payment_intent"));
    if (!text(intent, "status").equals("succeeded")) {
      throw StripeProblem.invalid(
          "payment_intent_unexpected_state", null, "This PaymentIntent was not captured.");
    }
    JsonObject charge = get("charge", text(intent, "latest_charge"));
    long left = number(charge, "amount_captured") - number(charge, "amount_refunded");
    if (left == 0) {
      throw StripeProblem.invalid(
          "charge_already_refunded", null, "Charge " + id(charge) + " has already been refunded.");
    }
    long amount = form.amount("amount").orElse(left);
    if (amount > left) {
      // Without a code, as Stripe does it.
      throw StripeProblem.invalid(
          null, "amount", "Refund amount is greater than unrefunded amount on charge.");
    }
    String currency = text(charge, "currency");
    expectAvailable(null, currency, amount);
    JsonObject refund = object("refund", "re");
    refund.addProperty("amount", amount);
    refund.addProperty("charge", id(charge));
    refund.addProperty("currency", currency);
    refund.add("metadata", metadata(form));
    refund.addProperty("payment_intent", id(intent));
    refund.add("reason", JsonNull.INSTANCE);
    refund.addProperty("status", "succeeded");
    JsonObject line = balanceLine(null, "refund", "refund", id(refund), -amount, 0, currency);
    refund.addProperty("balance_transaction", id(line));
    long refunded = number(charge, "amount_refunded") + amount;
    charge.addProperty("amount_refunded", refunded);
    charge.addProperty("refunded", refunded == number(charge, "amount_captured"));
    event("charge.refunded", charge, null);
    event("refund.created", refund, null);
    if ("pm_card_refundFail".equals(text(intent, "payment_method"))) {
      JsonObject answered = refund.deepCopy();
      failRefund(refund, charge, amount);
      return answered;
    }
    return refund;
  }

  private void failRefund(JsonObject refund, JsonObject charge, long amount) {
    refund.addProperty("status", "failed");
    refund.addProperty("failure_reason", "expired_or_canceled_card");
    JsonObject line =
        balanceLine(
            null,
            "refund_failure",
            "refund_failure",
            id(refund),
            amount,
            0,
            text(charge, "currency"));
    refund.addProperty("failure_balance_transaction", id(line));
    charge.addProperty("amount_refunded", number(charge, "amount_refunded") - amount);
    charge.addProperty("refunded", false);
    event("refund.failed", refund, null);
  }

  private void dispute(JsonObject charge) {
    long amount = number(charge, "amount_captured");
    JsonObject dispute = object("dispute", "dp");
    JsonObject line =
        balanceLine(
            null,
            "adjustment",
            "dispute",
            id(dispute),
            -amount,
            DISPUTE_FEE,
            text(charge, "currency"));
    dispute.addProperty("amount", amount);
    JsonArray lines = new JsonArray();
    lines.add(line.deepCopy());
    dispute.add("balance_transactions", lines);
    dispute.addProperty("charge", id(charge));
    dispute.add("currency", charge.get("currency"));
    dispute.add("evidence", new JsonObject());
    JsonObject details = new JsonObject();
    details.addProperty("due_by", now() + EVIDENCE_SECONDS);
    details.addProperty("has_evidence", false);
    details.addProperty("past_due", false);
    details.addProperty("submission_count", 0);
    dispute.add("evidence_details", details);
    dispute.addProperty("is_charge_refundable", false);
    dispute.add("metadata", new JsonObject());
    dispute.add("payment_intent", charge.get("payment_intent"));
    dispute.addProperty("reason", "fraudulent");
    dispute.addProperty("status", "needs_response");
    charge.addProperty("disputed", true);
    event("charge.dispute.created", dispute, null);
    event("charge.dispute.funds_withdrawn", dispute, null);
  }

  /** As in Stripe's test mode: what is said about everything else decides. */
  JsonObject updateDispute(String id, Form form) {
    JsonObject dispute = get("dispute", id);
    if (!text(dispute, "status").equals("needs_response")) {
      throw StripeProblem.invalid(null, null, "This dispute is already closed.");
    }
    Map<String, String> evidence = form.nested("evidence");
    evidence.forEach((name, value) -> dispute.getAsJsonObject("evidence").addProperty(name, value));
    if (!form.text("submit").map(Boolean::parseBoolean).orElse(true)) {
      return dispute;
    }
    JsonObject details = dispute.getAsJsonObject("evidence_details");
    details.addProperty("has_evidence", true);
    details.addProperty("submission_count", 1);
    switch (evidence.getOrDefault("uncategorized_text", "")) {
      case "winning_evidence" -> {
        dispute.addProperty("status", "won");
        balanceLine(
            null,
            "adjustment",
            "dispute_reversal",
            id,
            number(dispute, "amount"),
            -DISPUTE_FEE,
            text(dispute, "currency"));
        event("charge.dispute.funds_reinstated", dispute, null);
        event("charge.dispute.closed", dispute, null);
      }
      case "losing_evidence" -> {
        dispute.addProperty("status", "lost");
        event("charge.dispute.closed", dispute, null);
      }
      default -> {
        dispute.addProperty("status", "under_review");
        event("charge.dispute.updated", dispute, null);
      }
    }
    return dispute;
  }

  // ---- payees

  JsonObject createAccount(Form form) {
    JsonObject account = object("account", "acct");
    account.addProperty("type", form.text("type").orElse("express"));
    account.addProperty("country", form.text("country").orElse("US"));
    JsonObject capabilities = new JsonObject();
    for (String capability : List.of("card_payments", "transfers")) {
      if (form.text("capabilities[" + capability + "][requested]").isPresent()) {
        capabilities.addProperty(capability, "inactive");
      }
    }
    if (capabilities.has("transfers") && !capabilities.has("card_payments")) {
      // Recipients only: another agreement, and refused for payees of other regions.
      throw StripeProblem.invalid(
          null, "capabilities", "Requesting transfers alone needs the recipient agreement.");
    }
    account.add("capabilities", capabilities);
    account.addProperty("charges_enabled", false);
    account.addProperty("default_currency", "eur");
    account.addProperty("details_submitted", false);
    account.add("metadata", metadata(form));
    account.addProperty("payouts_enabled", false);
    JsonObject requirements = new JsonObject();
    requirements.add("currently_due", array("external_account", "tos_acceptance.date"));
    requirements.add("eventually_due", array("external_account", "tos_acceptance.date"));
    requirements.add("past_due", new JsonArray());
    requirements.add("pending_verification", new JsonArray());
    requirements.addProperty("disabled_reason", "requirements.past_due");
    account.add("requirements", requirements);
    JsonObject schedule = new JsonObject();
    schedule.addProperty(
        "interval", form.text("settings[payouts][schedule][interval]").orElse("daily"));
    JsonObject payouts = new JsonObject();
    payouts.add("schedule", schedule);
    JsonObject settings = new JsonObject();
    settings.add("payouts", payouts);
    account.add("settings", settings);
    event("account.updated", account, id(account));
    return account;
  }

  /** Does what a payee does on Stripe's page. */
  void completeOnboarding(String id) {
    JsonObject account = get("account", id);
    account.addProperty("details_submitted", true);
    account.addProperty("charges_enabled", true);
    account.addProperty("payouts_enabled", true);
    JsonObject capabilities = account.getAsJsonObject("capabilities");
    List.copyOf(capabilities.keySet())
        .forEach(capability -> capabilities.addProperty(capability, "active"));
    JsonObject requirements = account.getAsJsonObject("requirements");
    requirements.add("currently_due", new JsonArray());
    requirements.add("eventually_due", new JsonArray());
    requirements.add("disabled_reason", JsonNull.INSTANCE);
    event("account.updated", account, id);
  }

  /** Only once all its balances are zero, as in live mode. */
  JsonObject deleteAccount(String id) {
    JsonObject account = get("account", id);
    Map<String, Long> sums = new HashMap<>();
    lines(id).forEach(line -> sums.merge(text(line, "currency"), number(line, "net"), Long::sum));
    if (sums.values().stream().anyMatch(sum -> sum != 0)) {
      throw StripeProblem.invalid(
          null, null, "This account can only be deleted once all its balances are zero.");
    }
    objects.remove(id(account));
    JsonObject deleted = new JsonObject();
    deleted.addProperty("id", id);
    deleted.addProperty("object", "account");
    deleted.addProperty("deleted", true);
    return deleted;
  }

  JsonObject createAccountLink(Form form) {
    String account = id(get("account", form.required("account")));
    form.required("refresh_url");
    form.required("return_url");
    JsonObject link = new JsonObject();
    link.addProperty("object", "account_link");
    link.addProperty("created", now());
    link.addProperty("expires_at", now() + 300);
    link.addProperty("url", "https://connect.stripe.example/setup/e/" + account);
    return link;
  }

  // ---- moving money

  JsonObject createTransfer(Form form) {
    long amount = form.amount("amount").orElseThrow(() -> missingParameter("amount"));
    String currency = form.required("currency");
    String destination = id(get("account", form.required("destination")));
    JsonObject capabilities = get("account", destination).getAsJsonObject("capabilities");
    if (!capabilities.has("transfers")
        || !capabilities.get("transfers").getAsString().equals("active")) {
      throw StripeProblem.invalid(
          "insufficient_capabilities_for_transfer",
          "destination",
          "Your destination account needs the transfers capability.");
    }
    String source = form.text("source_transaction").orElse(null);
    if (source != null) {
      expectSource(source, amount, currency);
    }
    expectAvailable(null, currency, amount);
    JsonObject transfer = object("transfer", "tr");
    transfer.addProperty("amount", amount);
    transfer.addProperty("amount_reversed", 0);
    transfer.addProperty("currency", currency);
    transfer.addProperty("destination", destination);
    transfer.add("metadata", metadata(form));
    transfer.addProperty("reversed", false);
    nullable(transfer, "source_transaction", source);
    transfer.addProperty("source_type", "card");
    nullable(transfer, "transfer_group", form.text("transfer_group").orElse(null));
    JsonObject line = balanceLine(null, "transfer", "transfer", id(transfer), -amount, 0, currency);
    transfer.addProperty("balance_transaction", id(line));
    balanceLine(destination, "payment", "charge", "py_" + id(transfer), amount, 0, currency);
    event("transfer.created", transfer, null);
    return transfer;
  }

  private void expectSource(String source, long amount, String currency) {
    if (!source.startsWith("ch_")) {
      throw StripeProblem.invalid(
          "resource_missing", "source_transaction", "No such charge: '" + source + "'");
    }
    JsonObject charge = get("charge", source);
    long used =
        all("transfer").stream()
            .filter(transfer -> source.equals(textOrNull(transfer, "source_transaction")))
            .mapToLong(transfer -> number(transfer, "amount"))
            .sum();
    if (!charge.get("captured").getAsBoolean()
        || !text(charge, "currency").equals(currency)
        || used + amount > number(charge, "amount_captured")) {
      throw StripeProblem.invalid(
          null, "amount", "Transfers using this transaction as a source must not exceed it.");
    }
  }

  JsonObject reverseTransfer(String id, Form form) {
    JsonObject transfer = get("transfer", id);
    long left = number(transfer, "amount") - number(transfer, "amount_reversed");
    long amount = form.amount("amount").orElse(left);
    if (amount > left) {
      throw StripeProblem.invalid(
          null, "amount", "Transfer reversal amount is greater than what is left.");
    }
    String currency = text(transfer, "currency");
    expectAvailable(text(transfer, "destination"), currency, amount);
    JsonObject reversal = object("transfer_reversal", "trr");
    reversal.addProperty("amount", amount);
    reversal.addProperty("currency", currency);
    reversal.add("metadata", metadata(form));
    reversal.addProperty("transfer", id);
    JsonObject line =
        balanceLine(
            null, "transfer_refund", "transfer_reversal", id(reversal), amount, 0, currency);
    reversal.addProperty("balance_transaction", id(line));
    balanceLine(
        text(transfer, "destination"),
        "payment_refund",
        "refund",
        "pyr_" + id(reversal),
        -amount,
        0,
        currency);
    long reversed = number(transfer, "amount_reversed") + amount;
    transfer.addProperty("amount_reversed", reversed);
    transfer.addProperty("reversed", reversed == number(transfer, "amount"));
    event("transfer.reversed", transfer, null);
    return reversal;
  }

  JsonObject createPayout(@Nullable String account, Form form) {
    long amount = form.amount("amount").orElseThrow(() -> missingParameter("amount"));
    String currency = form.required("currency");
    if (account != null && !get("account", account).get("payouts_enabled").getAsBoolean()) {
      throw StripeProblem.invalid("payouts_not_allowed", null, "Payouts are not enabled.");
    }
    expectAvailable(account, currency, amount);
    JsonObject payout = object("payout", "po");
    payout.addProperty("amount", amount);
    payout.addProperty("arrival_date", now());
    payout.addProperty("automatic", false);
    payout.addProperty("currency", currency);
    payout.add("failure_code", JsonNull.INSTANCE);
    payout.add("metadata", metadata(form));
    payout.addProperty("method", "standard");
    payout.addProperty("status", "paid");
    payout.addProperty("type", "bank_account");
    JsonObject line = balanceLine(account, "payout", "payout", id(payout), -amount, 0, currency);
    payout.addProperty("balance_transaction", id(line));
    event("payout.paid", payout, account);
    return payout;
  }

  /** A bank sends a payout back that had been paid. */
  void failPayout(String id, @Nullable String account) {
    JsonObject payout = get("payout", id);
    payout.addProperty("status", "failed");
    payout.addProperty("failure_code", "account_closed");
    JsonObject line =
        balanceLine(
            account,
            "payout_failure",
            "payout_reversal",
            id,
            number(payout, "amount"),
            0,
            text(payout, "currency"));
    payout.addProperty("failure_balance_transaction", id(line));
    event("payout.failed", payout, account);
  }

  // ---- balances

  /** So much of an account's balance is on its way and cannot be sent yet. */
  void holdBack(String account, String currency, long amount) {
    pending.put(get("account", account).get("id").getAsString() + " " + currency, amount);
  }

  private long heldBack(@Nullable String account, String currency) {
    return pending.getOrDefault(account + " " + currency, 0L);
  }

  JsonObject balance(@Nullable String account) {
    Map<String, Long> sums = new LinkedHashMap<>();
    sums.put("eur", 0L);
    lines(account)
        .forEach(line -> sums.merge(text(line, "currency"), number(line, "net"), Long::sum));
    JsonArray available = new JsonArray();
    JsonArray underWay = new JsonArray();
    sums.forEach(
        (currency, sum) -> {
          JsonObject amount = new JsonObject();
          amount.addProperty("amount", sum - heldBack(account, currency));
          amount.addProperty("currency", currency);
          available.add(amount);
          JsonObject later = new JsonObject();
          later.addProperty("amount", heldBack(account, currency));
          later.addProperty("currency", currency);
          underWay.add(later);
        });
    JsonObject balance = new JsonObject();
    balance.addProperty("object", "balance");
    balance.add("available", available);
    balance.addProperty("livemode", false);
    balance.add("pending", underWay);
    return balance;
  }

  /** Newest first. */
  List<JsonObject> lines(@Nullable String account) {
    return balances.getOrDefault(account == null ? "" : account, List.of()).reversed();
  }

  private void expectAvailable(@Nullable String account, String currency, long amount) {
    long available =
        lines(account).stream()
                .filter(line -> text(line, "currency").equals(currency))
                .mapToLong(line -> number(line, "net"))
                .sum()
            - heldBack(account, currency);
    if (available < amount) {
      throw StripeProblem.invalid(
          "balance_insufficient", "amount", "You have insufficient funds in your account.");
    }
  }

  private JsonObject balanceLine(
      @Nullable String account,
      String type,
      String reportingCategory,
      String source,
      long amount,
      long fee,
      String currency) {
    JsonObject line = object("balance_transaction", "txn");
    line.addProperty("amount", amount);
    line.addProperty("available_on", now());
    line.addProperty("currency", currency);
    line.add("description", JsonNull.INSTANCE);
    line.add("exchange_rate", JsonNull.INSTANCE);
    line.addProperty("fee", fee);
    line.add("fee_details", new JsonArray());
    line.addProperty("net", amount - fee);
    line.addProperty("reporting_category", reportingCategory);
    line.addProperty("source", source);
    line.addProperty("status", "available");
    line.addProperty("type", type);
    balances.computeIfAbsent(account == null ? "" : account, a -> new ArrayList<>()).add(line);
    return line;
  }

  // ---- small things

  JsonObject object(String name, String prefix) {
    counter++;
    JsonObject object = new JsonObject();
    object.addProperty("id", prefix + "_sim" + counter);
    object.addProperty("object", name);
    object.addProperty("created", now());
    object.addProperty("livemode", false);
    objects.put(id(object), object);
    return object;
  }

  private void event(String type, JsonObject about, @Nullable String account) {
    counter++;
    JsonObject data = new JsonObject();
    data.add("object", about.deepCopy());
    JsonObject event = new JsonObject();
    event.addProperty("id", "evt_sim" + counter);
    event.addProperty("object", "event");
    nullable(event, "account", account);
    event.addProperty("api_version", API_VERSION);
    event.addProperty("created", now());
    event.add("data", data);
    event.addProperty("livemode", false);
    event.addProperty("pending_webhooks", 1);
    event.add("request", new JsonObject());
    event.addProperty("type", type);
    events.add(event);
  }

  private long now() {
    return clock.instant().getEpochSecond();
  }

  private static StripeProblem missingParameter(String name) {
    return StripeProblem.invalid(
        "parameter_missing", name, "Missing required param: " + name + ".");
  }

  static JsonObject metadata(Form form) {
    JsonObject metadata = new JsonObject();
    form.nested("metadata").forEach(metadata::addProperty);
    return metadata;
  }

  private static JsonArray array(String... texts) {
    JsonArray array = new JsonArray();
    for (String text : texts) {
      array.add(text);
    }
    return array;
  }

  static void nullable(JsonObject object, String name, @Nullable String value) {
    if (value == null) {
      object.add(name, JsonNull.INSTANCE);
    } else {
      object.addProperty(name, value);
    }
  }

  static String id(JsonObject object) {
    return text(object, "id");
  }

  private static long amount(JsonObject object) {
    return number(object, "amount");
  }

  static long number(JsonObject object, String name) {
    return object.get(name).getAsLong();
  }

  static String text(JsonObject object, String name) {
    return Objects.requireNonNullElse(textOrNull(object, name), "");
  }

  private static @Nullable String textOrNull(JsonObject object, String name) {
    return object.get(name) == null || object.get(name).isJsonNull()
        ? null
        : object.get(name).getAsString();
  }
}

package io.ktizo.server;

import io.ktizo.core.job.Jobs;
import io.ktizo.core.shop.ShopId;
import io.ktizo.payments.Answer;
import io.ktizo.payments.CircuitBreaker;
import io.ktizo.payments.Gateway;
import io.ktizo.payments.PayeeId;
import io.ktizo.payments.PayoutSchedule;
import io.ktizo.payments.PayoutTerms;
import io.ktizo.payments.ProviderObject.PayeeStanding;
import io.ktizo.payments.ledger.Account;
import io.ktizo.payments.paying.Inbox;
import io.ktizo.payments.paying.OtherProviderException;
import io.ktizo.payments.paying.PassingOn;
import io.ktizo.payments.paying.Paying;
import io.ktizo.payments.paying.Reconciliation;
import io.ktizo.payments.paying.Reconciling;
import io.ktizo.payments.paying.RefundApproval;
import io.ktizo.payments.paying.RefundLimits;
import io.ktizo.payments.sandbox.SandboxGateway;
import io.ktizo.payments.statement.Statements;
import io.ktizo.payments.store.JdbcPayments;
import io.ktizo.payments.store.JdbcSandboxMemory;
import io.ktizo.payments.store.PaymentsStore;
import io.ktizo.payments.stripe.StripeGateway;
import io.ktizo.payments.stripe.StripeSettings;
import io.ktizo.payments.stripe.StripeTax;
import io.ktizo.payments.tax.TaxCalculation;
import io.ktizo.payments.tax.TaxTable;
import io.ktizo.server.config.Configuration;
import io.ktizo.server.config.Secret;
import io.ktizo.server.http.PaymentEndpoints;
import io.ktizo.server.http.Route;
import io.ktizo.server.http.ShopStaff;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.joda.money.CurrencyUnit;
import org.joda.money.Money;
import org.jspecify.annotations.Nullable;

/** Money: taking it from customers, paying Shops, and keeping the books. */
final class PaymentRoom {
  private static final Logger LOG = System.getLogger(PaymentRoom.class.getName());

  /** The longest that a call to the provider may take, retries included, and some more. */
  private static final Duration UNTOUCHED = Duration.ofMinutes(3);

  private static final int BATCH = 200;
  private static final Duration MESSAGES_KEPT = Duration.ofDays(90);

  private final PaymentsStore store;
  private final Gateway gateway;
  private final boolean live;
  private final TaxCalculation tax;
  private final Paying paying;
  private final PassingOn passingOn;
  private final Inbox inbox;
  private final Reconciling reconciling;
  private final InstantSource clock;
  private final List<Route> routes;

  private PaymentRoom(
      Foundation foundation,
      Gateway gateway,
      boolean live,
      AtomicReference<Inbox> listener,
      KtizoServer.Money rules,
      ShopStaff staff) {
    this.clock = foundation.clock();
    this.gateway = gateway;
    this.live = live;
    this.store = new JdbcPayments(foundation.database());
    StripeTax stripeTax = stripeTax(foundation, rules);
    this.tax = stripeTax == null ? TaxTable.european() : stripeTax;
    this.paying = new Paying(store, gateway, clock, live, stripeTax);
    try {
      paying.requireBooksOfThisProvider();
    } catch (OtherProviderException e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
    this.passingOn = new PassingOn(store, paying, clock, ZoneOffset.UTC, PaymentRoom::usualTerms);
    this.inbox = new Inbox(store, gateway, paying, clock);
    this.reconciling = new Reconciling(store, gateway, paying, clock);
    listener.set(inbox);
    RefundApproval approval =
        new RefundApproval(store, paying, clock, RefundLimits.of(rules.payments().refundLimits()));
    this.routes =
        new PaymentEndpoints(
                new PaymentEndpoints.Uses(
                    store,
                    paying,
                    passingOn,
                    approval,
                    inbox,
                    new Statements(store, clock),
                    gateway.name().equals("stripe") ? "Stripe-Signature" : "Sandbox-Signature"),
                staff,
                rules.publicUrl())
            .routes();
  }

  /** Fourteen days for complaints, then every Friday, from 20 units on. */
  private static PayoutTerms usualTerms(CurrencyUnit currency) {
    return new PayoutTerms(
        new PayoutSchedule.Weekly(DayOfWeek.FRIDAY),
        Duration.ofDays(14),
        Money.ofMajor(currency, 20));
  }

  /**
   * Opens the room with the configured provider.
   *
   * @throws IllegalStateException if it is the sandbox in production, Stripe without keys, or
   *     another provider than the books were begun with
   */
  static PaymentRoom open(
      Foundation foundation, Secrets secrets, KtizoServer.Money rules, ShopStaff staff) {
    AtomicReference<Inbox> listener = new AtomicReference<>();
    return switch (rules.payments().gateway()) {
      case SANDBOX ->
          new PaymentRoom(
              foundation,
              sandbox(foundation, secrets, rules, listener),
              false,
              listener,
              rules,
              staff);
      case STRIPE -> {
        Secret key =
            Optional.ofNullable(rules.payments().stripeKey())
                .orElseThrow(() -> new IllegalStateException("payments.stripe.key is missing"));
        boolean live = key.value().contains("_live_");
        yield new PaymentRoom(
            foundation, stripe(foundation, key, rules), live, listener, rules, staff);
      }
    };
  }

  private static Gateway sandbox(
      Foundation foundation,
      Secrets secrets,
      KtizoServer.Money rules,
      AtomicReference<Inbox> listener) {
    return new SandboxGateway(
        rules.production() ? SandboxGateway.Mode.PRODUCTION : SandboxGateway.Mode.TRIAL,
        foundation.clock(),
        secrets.key("messages of the sandbox"),
        // In the process: kept like any other message, worked by the job.
        (body, signature) -> listener.get().receive(body, signature),
        new JdbcSandboxMemory(foundation.database()));
  }

  private static Gateway stripe(Foundation foundation, Secret key, KtizoServer.Money rules) {
    Secret signing =
        Optional.ofNullable(rules.payments().stripeWebhookSecrets())
            .orElseThrow(
                () -> new IllegalStateException("payments.stripe.webhook-secrets is missing"));
    return new CircuitBreaker(
        new StripeGateway(settings(key, signing, rules), foundation.clock()),
        foundation.clock(),
        foundation.random(),
        CircuitBreaker.Settings.USUAL);
  }

  private static StripeSettings settings(Secret key, Secret signing, KtizoServer.Money rules) {
    StripeSettings usual =
        StripeSettings.of(key.value(), List.of(signing.value().split("\\s+")), rules.publicUrl());
    return new StripeSettings(
        usual.apiKey(),
        usual.webhookSecrets(),
        rules.stripeApi(),
        usual.returnTo(),
        usual.connectTimeout(),
        usual.readTimeout(),
        usual.retries());
  }

  /** Stripe Tax, if that is configured. */
  private static @Nullable StripeTax stripeTax(Foundation foundation, KtizoServer.Money rules) {
    Configuration.Payments payments = rules.payments();
    if (payments.tax() != Configuration.TaxKind.STRIPE) {
      return null;
    }
    Secret key = payments.stripeKey();
    Secret signing = payments.stripeWebhookSecrets();
    String home = payments.taxCountry();
    if (payments.gateway() != Configuration.GatewayKind.STRIPE
        || key == null
        || signing == null
        || home == null) {
      throw new IllegalStateException(
          "payments.tax: stripe needs payments.gateway: stripe and payments.tax-country");
    }
    return new StripeTax(settings(key, signing, rules), home, foundation.random());
  }

  /** Who takes the money, for people: for instance {@code stripe, live}. */
  String provider() {
    return gateway.name() + (live ? ", live" : ", no real money");
  }

  /** Whether a Shop has an account with the provider that money can be sent to. */
  boolean canBePaid(ShopId shop) {
    return paying
        .payee(new PayeeId(shop.toString()))
        .filter(payee -> payee.standing() == PayeeStanding.ACTIVE)
        .isPresent();
  }

  /** For rooms that price something; what was answered is frozen in the payable. */
  TaxCalculation tax() {
    return tax;
  }

  /** For rooms that sell something. */
  Paying paying() {
    return paying;
  }

  /** For rooms that know of deliveries. */
  PassingOn passingOn() {
    return passingOn;
  }

  List<Route> routes() {
    return routes;
  }

  /** Works what came, finds out what is in doubt, pays Shops, and compares the books. */
  void schedule(Jobs.Builder jobs) {
    jobs.every("payments-inbox", Duration.ofSeconds(5), this::workInbox)
        .every("payments-in-doubt", Duration.ofMinutes(1), () -> paying.resolve(UNTOUCHED, BATCH))
        .every(
            "payments-look-again",
            Duration.ofHours(1),
            () -> paying.lookAgain(Duration.ofDays(7), 1_000))
        .every("payments-pass-on", Duration.ofMinutes(10), () -> passingOn.passOn(BATCH))
        .every("payments-pay-out", Duration.ofHours(1), passingOn::payOut)
        .daily("payments-reconcile", LocalTime.of(3, 30), ZoneOffset.UTC, this::reconcile)
        .daily(
            "payments-forget",
            LocalTime.of(4, 0),
            ZoneOffset.UTC,
            () -> inbox.forget(MESSAGES_KEPT));
  }

  /** Until nothing is due: a burst is not worked in steps of the schedule. */
  void workInbox() {
    int worked;
    do {
      worked = inbox.work(BATCH);
    } while (worked == BATCH);
  }

  /** Compares the last days with the provider's books and tells what differs. */
  void reconcile() {
    Instant now = clock.instant();
    List<PayeeId> payees =
        store.inTransaction(tables -> tables.journal().accounts()).stream()
            .filter(account -> account.kind() == Account.Kind.PAYEE_CASH)
            .map(Account::owner)
            .flatMap(Optional::stream)
            .distinct()
            .toList();
    Answer<Reconciliation> answer =
        reconciling.compare(payees, now.minus(Duration.ofDays(3)), now.minus(UNTOUCHED));
    switch (answer) {
      case Answer.Done<Reconciliation>(Reconciliation found) -> {
        LOG.log(Level.INFO, "{0} lines of the provider''s books compared", found.compared());
        for (Reconciliation.Difference difference : found.differences()) {
          LOG.log(
              Level.ERROR,
              "the books differ: {0} {1}, provider {2}, journal {3}",
              difference.cause(),
              difference.name(),
              difference.atProvider(),
              difference.inJournal());
        }
      }
      case Answer.Refused<Reconciliation>(String code, Answer.Reason reason) ->
          LOG.log(Level.ERROR, "the provider''s books cannot be read: {0}, {1}", code, reason);
      case Answer.InDoubt<Reconciliation>(Answer.Doubt doubt) ->
          LOG.log(Level.WARNING, "the provider''s books could not be read: {0}", doubt);
    }
  }
}

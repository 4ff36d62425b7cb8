package io.ktizo.payments.testkit;

import io.ktizo.payments.Answer;
import io.ktizo.payments.Gateway;
import io.ktizo.payments.Gateway.Capture;
import io.ktizo.payments.Payable;
import io.ktizo.payments.Payable.Commission;
import io.ktizo.payments.Payable.Line;
import io.ktizo.payments.Payable.TaxCollector;
import io.ktizo.payments.PayableId;
import io.ktizo.payments.PayeeId;
import io.ktizo.payments.PayoutSchedule;
import io.ktizo.payments.PayoutTerms;
import io.ktizo.payments.ledger.Account;
import io.ktizo.payments.ledger.Account.Side;
import io.ktizo.payments.paying.Inbox;
import io.ktizo.payments.paying.PassingOn;
import io.ktizo.payments.paying.Paying;
import io.ktizo.payments.paying.Reconciliation;
import io.ktizo.payments.paying.Reconciling;
import io.ktizo.payments.store.MemoryPayments;
import io.ktizo.payments.store.PaymentsStore;
import io.ktizo.payments.stripe.StripeGateway;
import io.ktizo.payments.stripe.StripeSettings;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.joda.money.CurrencyUnit;
import org.joda.money.Money;

/** A marketplace with two Shops whose provider answers like Stripe. */
final class StripeMarket implements AutoCloseable {
  static final PayeeId ALPHA = new PayeeId("shop_alpha");
  static final PayeeId BETA = new PayeeId("shop_beta");
  static final Instant NOON = Instant.parse("2026-11-25T12:00:00Z");
  static final String SECRET = "whsec_platform";

  final AtomicReference<Instant> now = new AtomicReference<>(NOON);
  final StripeSimulator stripe = StripeSimulator.start(now::get, SECRET);
  final PaymentsStore store;
  final Gateway gateway;
  final Paying paying;
  final Inbox inbox;
  final PassingOn passingOn;

  StripeMarket() {
    this(new MemoryPayments());
  }

  StripeMarket(PaymentsStore store) {
    this.store = store;
    this.gateway = gateway(Duration.ofSeconds(5), 0);
    this.paying = new Paying(store, gateway, now::get, false);
    this.inbox = new Inbox(store, gateway, paying, now::get);
    this.passingOn =
        new PassingOn(
            store,
            paying,
            now::get,
            ZoneOffset.UTC,
            currency ->
                new PayoutTerms(
                    new PayoutSchedule.Daily(), Duration.ofDays(14), Money.ofMinor(currency, 100)));
  }

  StripeGateway gateway(Duration answer, int retries) {
    return new StripeGateway(
        new StripeSettings(
            StripeSimulator.API_KEY,
            List.of("whsec_connect", SECRET),
            stripe.base(),
            URI.create("https://market.example/paid"),
            Duration.ofSeconds(2),
            answer,
            retries),
        now::get);
  }

  /** Both Shops have accounts that may be paid. */
  StripeMarket withShops() {
    for (PayeeId shop : List.of(ALPHA, BETA)) {
      paying.onboard(shop, "DE");
      stripe.completeOnboarding(account(shop));
    }
    listen();
    return this;
  }

  String account(PayeeId shop) {
    return paying.payee(shop).orElseThrow().account();
  }

  /** All messages, delivered and worked. */
  void listen() {
    stripe.flushEvents(inbox::receive);
    inbox.work(Integer.MAX_VALUE);
  }

  /** 119.00 of Alpha's with its postage and 50.00 of Beta's; 10 % commission and tax on it. */
  static Payable order(String id) {
    return new Payable(
        new PayableId(id),
        List.of(
            new Line("part", ALPHA, eur("100.00"), eur("15.97"), TaxCollector.PAYEE),
            new Line("post", ALPHA, eur("19.00"), eur("3.03"), TaxCollector.PAYEE),
            new Line("gear", BETA, eur("50.00"), eur("7.98"), TaxCollector.PLATFORM)),
        List.of(
            new Commission(ALPHA, eur("10.00"), eur("1.90")),
            new Commission(BETA, eur("3.53"), eur("0.67"))));
  }

  PayableId authorised(String id, String method) {
    paying.open(order(id));
    paying.start(new PayableId(id), Capture.LATER);
    paying.authorise(new PayableId(id), method);
    return new PayableId(id);
  }

  PayableId captured(String id) {
    PayableId order = authorised(id, "pm_card_visa");
    paying.capture(order);
    return order;
  }

  void later(Duration time) {
    now.set(now.get().plus(time));
  }

  Money balance(Account.Kind kind, PayeeId payee) {
    return store.inTransaction(
        tables -> tables.journal().balance(Account.of(kind, payee, CurrencyUnit.EUR)));
  }

  Map<CurrencyUnit, Money> trialBalance() {
    Map<CurrencyUnit, Money> sums = new HashMap<>();
    store.inTransaction(
        tables -> {
          for (Account account : tables.journal().accounts()) {
            Money balance = tables.journal().balance(account);
            sums.merge(
                account.currency(),
                account.kind().grows() == Side.DEBIT ? balance : balance.negated(),
                Money::plus);
          }
          return sums;
        });
    return sums;
  }

  Reconciliation reconciled() {
    Answer<Reconciliation> answer =
        new Reconciling(store, gateway, paying, now::get)
            .compare(List.of(ALPHA, BETA), Instant.EPOCH, Instant.MAX);
    return ((Answer.Done<Reconciliation>) answer).object();
  }

  static Money eur(String amount) {
    return Money.parse("EUR " + amount);
  }

  @Override
  public void close() {
    stripe.close();
  }
}

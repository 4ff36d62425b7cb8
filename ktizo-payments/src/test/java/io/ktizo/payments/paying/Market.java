package io.ktizo.payments.paying;

import io.ktizo.payments.Allocation;
import io.ktizo.payments.Allocation.Portion;
import io.ktizo.payments.Answer;
import io.ktizo.payments.BalanceChange;
import io.ktizo.payments.Gateway;
import io.ktizo.payments.Operation;
import io.ktizo.payments.Payable;
import io.ktizo.payments.Payable.Commission;
import io.ktizo.payments.Payable.Line;
import io.ktizo.payments.Payable.TaxCollector;
import io.ktizo.payments.PayableId;
import io.ktizo.payments.PayeeId;
import io.ktizo.payments.ledger.Account;
import io.ktizo.payments.ledger.Account.Side;
import io.ktizo.payments.sandbox.SandboxCard;
import io.ktizo.payments.sandbox.SandboxGateway;
import io.ktizo.payments.store.MemoryPayments;
import io.ktizo.payments.store.PaymentsStore;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.joda.money.CurrencyUnit;
import org.joda.money.Money;
import org.jspecify.annotations.Nullable;

/** A small marketplace for tests: a store, a provider, two Shops, and a clock that is set. */
final class Market {
  static final PayeeId ALPHA = new PayeeId("shop_alpha");
  static final PayeeId BETA = new PayeeId("shop_beta");
  static final Instant NOON = Instant.parse("2026-11-25T12:00:00Z");

  /** A message as the provider sent it. */
  record Message(Bytes body, String signature) {}

  /** Bytes that are nobody else's. */
  static final class Bytes {
    private final byte[] content;

    Bytes(byte[] content) {
      this.content = content.clone();
    }

    byte[] copy() {
      return content.clone();
    }
  }

  Instant now = NOON;
  final Deque<Message> messages = new ArrayDeque<>();
  final SandboxGateway provider =
      new SandboxGateway(
          SandboxGateway.Mode.TRIAL,
          () -> now,
          "a secret of the sandbox".getBytes(StandardCharsets.UTF_8),
          (body, signature) -> messages.add(new Message(new Bytes(body), signature)));
  final PaymentsStore store;
  final Gateway gateway;
  final Paying paying;
  final Inbox inbox;

  Market() {
    this(new MemoryPayments(), provider -> provider);
  }

  Market(PaymentsStore store, UnaryOperator<Gateway> between) {
    this.store = store;
    this.gateway = between.apply(provider);
    this.paying = new Paying(store, gateway, () -> now, false);
    this.inbox = new Inbox(store, gateway, paying, () -> now);
  }

  /** Both Shops have accounts that may be paid. */
  Market withShops() {
    Paying sure = new Paying(store, provider, () -> now, false);
    for (PayeeId shop : List.of(ALPHA, BETA)) {
      sure.onboard(shop, "DE");
      URI here = URI.create("https://market.example/payouts");
      sure.onboardingPage(shop, here, here);
    }
    return this;
  }

  /** 119.00 of Alpha's and 50.00 of Beta's, 10 % commission and VAT on it; Beta's tax is ours. */
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

  /** An order whose money was taken. */
  PayableId captured(String id) {
    return captured(order(id), SandboxCard.APPROVED);
  }

  PayableId captured(Payable order, SandboxCard card) {
    paying.open(order);
    paying.start(order.id(), Gateway.Capture.LATER);
    paying.authorise(order.id(), card.token());
    paying.capture(order.id());
    return order.id();
  }

  /** All messages so far, delivered and worked. */
  void listen() {
    while (!messages.isEmpty()) {
      Message message = messages.poll();
      inbox.receive(message.body().copy(), message.signature());
    }
    inbox.work(Integer.MAX_VALUE);
  }

  void later(Duration time) {
    now = now.plus(time);
  }

  Money balance(Account account) {
    return store.inTransaction(tables -> tables.journal().balance(account));
  }

  Money balance(Account.Kind kind) {
    return balance(Account.of(kind, CurrencyUnit.EUR));
  }

  Money balance(Account.Kind kind, PayeeId payee) {
    return balance(Account.of(kind, payee, CurrencyUnit.EUR));
  }

  /** The sum of all debits and credits in the books, by currency: all zero if the books hold. */
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
        new Reconciling(store, provider, paying, () -> now)
            .compare(List.of(ALPHA, BETA), Instant.EPOCH, Instant.MAX);
    return ((Answer.Done<Reconciliation>) answer).object();
  }

  /** Every line of a balance at the provider. */
  List<BalanceChange> lines(@Nullable String account) {
    List<BalanceChange> all = new ArrayList<>();
    String after = null;
    Gateway.BalancePage page;
    do {
      page =
          ((Answer.Done<Gateway.BalancePage>)
                  provider.balanceChanges(account, Instant.EPOCH, after))
              .object();
      all.addAll(page.changes());
      after = all.isEmpty() ? null : all.getLast().reference();
    } while (page.more());
    return all;
  }

  static List<Portion> portion(String line, String amount) {
    return List.of(new Portion(line, eur(amount)));
  }

  Allocation remaining(PayableId order) {
    return paying.remaining(order).orElseThrow();
  }

  static List<Operation.State> states(List<Operation> operations) {
    return operations.stream().map(Operation::state).toList();
  }

  static Money eur(String amount) {
    return Money.parse("EUR " + amount);
  }
}

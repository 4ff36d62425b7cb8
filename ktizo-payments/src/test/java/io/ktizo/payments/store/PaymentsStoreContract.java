package io.ktizo.payments.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ktizo.payments.Allocation;
import io.ktizo.payments.DisputeCase;
import io.ktizo.payments.Operation;
import io.ktizo.payments.Operation.Kind;
import io.ktizo.payments.Operation.State;
import io.ktizo.payments.Operation.Subject;
import io.ktizo.payments.Payable;
import io.ktizo.payments.Payable.Commission;
import io.ktizo.payments.Payable.Line;
import io.ktizo.payments.Payable.TaxCollector;
import io.ktizo.payments.PayableId;
import io.ktizo.payments.Payee;
import io.ktizo.payments.PayeeId;
import io.ktizo.payments.PayoutSchedule;
import io.ktizo.payments.PayoutTerms;
import io.ktizo.payments.ProviderObject.Dispute;
import io.ktizo.payments.ProviderObject.DisputeState;
import io.ktizo.payments.ProviderObject.PayeeStanding;
import io.ktizo.payments.RefundRequest;
import io.ktizo.payments.Release;
import io.ktizo.payments.WebhookEvent;
import io.ktizo.payments.ledger.Account;
import io.ktizo.payments.ledger.CauseConflictException;
import io.ktizo.payments.ledger.JournalEntry;
import io.ktizo.payments.ledger.Posting;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.joda.money.CurrencyUnit;
import org.joda.money.Money;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every store of payments keeps. */
abstract class PaymentsStoreContract {
  private static final Instant NOON = Instant.parse("2026-11-25T12:00:00Z");
  private static final PayeeId SHOP = new PayeeId("shop_1");
  private static final Account CASH = Account.of(Account.Kind.CUSTOMER_CASH, CurrencyUnit.EUR);
  private static final Account OWED =
      Account.of(Account.Kind.PAYEE_PAYABLE, SHOP, CurrencyUnit.EUR);

  private PaymentsStore store;

  /** An empty store. */
  abstract PaymentsStore empty();

  @BeforeEach
  void open() {
    store = empty();
  }

  private static Payable payable(String id) {
    return new Payable(
        new PayableId(id),
        List.of(
            new Line("b", SHOP, eur("10.00"), eur("1.60"), TaxCollector.PAYEE),
            new Line("a", new PayeeId("shop_2"), eur("5.01"), eur("0.80"), TaxCollector.PLATFORM)),
        List.of(new Commission(SHOP, eur("1.00"), eur("0.19"))));
  }

  private static Operation operation(String payable, String purpose, int attempt) {
    return new Operation(
        Subject.of(new PayableId(payable)),
        Kind.REFUND,
        purpose,
        attempt,
        State.INIT,
        eur("1.25"),
        "pay_1",
        "a=125/0/0/0",
        null,
        null,
        NOON,
        NOON);
  }

  @Test
  void a_payable_is_kept_once_and_found_as_it_was() {
    assertThat(keep(payable("order_1"))).isTrue();
    assertThat(keep(payable("order_1"))).isFalse();

    assertThat(store.<Optional<Payable>>inTransaction(t -> t.payable(new PayableId("order_1"))))
        .contains(payable("order_1"));
    assertThat(store.<Optional<Payable>>inTransaction(t -> t.payable(new PayableId("order_2"))))
        .isEmpty();
  }

  private boolean keep(Payable payable) {
    return store.inTransaction(t -> t.insert(payable));
  }

  @Test
  void operations_keep_their_order_and_their_latest_state() {
    Operation first = operation("order_1", "refund:r1", 1);
    Operation second = operation("order_1", "refund:r2", 1);
    Operation failed = first.became(State.FAILED, "ref_1", "declined", NOON.plusSeconds(1));
    store.inTransaction(
        t -> {
          assertThat(t.insert(first)).isTrue();
          assertThat(t.insert(second)).isTrue();
          assertThat(t.insert(first)).isFalse();
          t.update(failed);
          return t;
        });

    assertThat(
            store.<List<Operation>>inTransaction(
                t -> t.operations(Subject.of(new PayableId("order_1")))))
        .containsExactly(failed, second);
    assertThat(store.<Optional<Operation>>inTransaction(t -> t.operationOf(Kind.REFUND, "ref_1")))
        .contains(failed);
    assertThat(store.<Optional<Operation>>inTransaction(t -> t.operationOf(Kind.PAYOUT, "ref_1")))
        .isEmpty();
  }

  @Test
  void what_is_open_is_found_by_its_state_and_age() {
    Operation young = operation("order_1", "refund:r1", 1);
    Operation doubtful =
        operation("order_1", "refund:r2", 1)
            .became(State.IN_DOUBT, null, null, NOON.minusSeconds(5));
    Operation pending =
        operation("order_2", "refund:r1", 1)
            .became(State.PENDING, "ref_2", null, NOON.minusSeconds(5));
    Operation done =
        operation("order_2", "refund:r2", 1)
            .became(State.SUCCESS, "ref_3", null, NOON.minusSeconds(5));
    for (Operation operation : List.of(young, doubtful, pending, done)) {
      store.inTransaction(t -> t.insert(operation));
    }

    assertThat(store.<List<Operation>>inTransaction(t -> t.unresolvedSince(NOON, 10)))
        .containsExactly(doubtful);
    assertThat(
            store.<List<Operation>>inTransaction(t -> t.unresolvedSince(NOON.plusSeconds(1), 10)))
        .containsExactly(young, doubtful);
    assertThat(store.<List<Operation>>inTransaction(t -> t.unresolvedSince(NOON.plusSeconds(1), 1)))
        .containsExactly(young);
    assertThat(store.<List<Operation>>inTransaction(t -> t.pendingSince(NOON, 10)))
        .containsExactly(pending);
    assertThat(store.<List<Operation>>inTransaction(t -> t.movedSince(NOON.minusSeconds(5), 10)))
        .containsExactly(done);
    assertThat(store.<List<Operation>>inTransaction(t -> t.movedSince(NOON, 10))).isEmpty();
  }

  @Test
  void a_transaction_that_throws_changes_nothing() {
    keep(payable("order_1"));
    Operation kept = operation("order_1", "refund:r1", 1);
    store.inTransaction(t -> t.insert(kept));

    assertThatThrownBy(
            () ->
                store.inTransaction(
                    t -> {
                      t.insert(payable("order_2"));
                      t.insert(operation("order_1", "refund:r2", 1));
                      t.update(kept.became(State.FAILED, "ref_1", "no", NOON));
                      t.put(new Payee(SHOP, "acc_1", PayeeStanding.ACTIVE, List.of()));
                      t.receive(List.of(event("evt_1")), NOON);
                      t.journal().append(entry("capture:1", "10.00", null));
                      throw new IllegalStateException("the process died");
                    }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the process died");

    store.inTransaction(
        t -> {
          assertThat(t.payable(new PayableId("order_2"))).isEmpty();
          assertThat(t.operations(kept.subject())).containsExactly(kept);
          assertThat(t.operationOf(Kind.REFUND, "ref_1")).isEmpty();
          assertThat(t.payee(SHOP)).isEmpty();
          assertThat(t.unworked(NOON, 10)).isEmpty();
          assertThat(t.journal().entry("capture:1")).isEmpty();
          assertThat(t.journal().balance(CASH)).isEqualTo(eur("0.00"));
          return t;
        });
  }

  @Test
  void payees_are_found_by_name_and_by_account() {
    Payee pending = new Payee(SHOP, "acc_1", PayeeStanding.PENDING, List.of("a.b", "c"));
    Payee active = new Payee(SHOP, "acc_1", PayeeStanding.ACTIVE, List.of());
    store.inTransaction(
        t -> {
          t.put(pending);
          assertThat(t.payee(SHOP)).contains(pending);
          t.put(active);
          return t;
        });

    assertThat(store.<Optional<Payee>>inTransaction(t -> t.payee(SHOP))).contains(active);
    assertThat(store.<Optional<Payee>>inTransaction(t -> t.payeeOf("acc_1"))).contains(active);
    assertThat(store.<Optional<Payee>>inTransaction(t -> t.payeeOf("acc_2"))).isEmpty();
  }

  @Test
  void disputes_are_kept_as_last_seen() {
    PayableId order = new PayableId("order_1");
    keep(payable("order_1"));
    DisputeCase open = dispute(order, DisputeState.NEEDS_RESPONSE, null);
    DisputeCase lost = dispute(order, DisputeState.LOST, "a=1/2/3/4");

    store.inTransaction(
        t -> {
          t.put(open);
          assertThat(t.disputes(order)).containsExactly(open);
          t.put(lost);
          return t;
        });

    assertThat(store.<List<DisputeCase>>inTransaction(t -> t.disputes(order)))
        .containsExactly(lost);
  }

  private static DisputeCase dispute(PayableId order, DisputeState state, @Nullable String loss) {
    return new DisputeCase(
        order,
        new Dispute("dis_1", false, "pay_1", state, eur("15.01"), NOON.plusSeconds(60)),
        loss);
  }

  @Test
  void a_message_is_kept_once_and_worked_in_turn() {
    WebhookEvent first = event("evt_1");
    WebhookEvent second = event("evt_2");
    assertThat(receive(first)).isTrue();
    assertThat(receive(first)).isFalse();
    assertThat(receive(second)).isTrue();
    assertThat(store.<List<WebhookEvent>>inTransaction(t -> t.unworked(NOON, 10)))
        .containsExactly(first, second);
    assertThat(store.<List<WebhookEvent>>inTransaction(t -> t.unworked(NOON.minusSeconds(1), 10)))
        .isEmpty();

    store.inTransaction(
        t -> {
          t.worked("evt_1");
          t.putOff("evt_2", NOON.plusSeconds(30));
          return t;
        });

    assertThat(store.<List<WebhookEvent>>inTransaction(t -> t.unworked(NOON, 10))).isEmpty();
    assertThat(store.<List<WebhookEvent>>inTransaction(t -> t.unworked(NOON.plusSeconds(30), 10)))
        .containsExactly(second);
    assertThat(store.<Integer>inTransaction(t -> t.failures("evt_2"))).isEqualTo(1);
    assertThat(receive(first)).as("worked messages are remembered").isFalse();
  }

  private boolean receive(WebhookEvent event) {
    return store.inTransaction(t -> t.receive(List.of(event), NOON)).getFirst();
  }

  private static WebhookEvent event(String id) {
    return new WebhookEvent(
        id, "charge.refunded", WebhookEvent.Kind.REFUND, "ref_1", null, false, NOON, "2026-07");
  }

  @Test
  void an_entry_is_booked_once_and_balances_add_up() {
    JournalEntry entry = entry("capture:1", "10.00", "cha_1");
    assertThat(append(entry)).isTrue();
    assertThat(append(entry("capture:1", "10.00", "cha_1"))).isFalse();
    assertThat(append(entry("capture:2", "2.50", "cha_2"))).isTrue();

    store.inTransaction(
        t -> {
          assertThat(t.journal().entry("capture:1")).contains(entry);
          assertThat(t.journal().balance(CASH)).isEqualTo(eur("12.50"));
          assertThat(t.journal().balance(OWED)).isEqualTo(eur("12.50"));
          assertThat(t.journal().accounts()).containsExactlyInAnyOrder(CASH, OWED);
          return t;
        });
    assertThatThrownBy(() -> append(entry("capture:1", "11.00", "cha_1")))
        .isInstanceOf(CauseConflictException.class);
    assertThatThrownBy(() -> append(entry("capture:1", "10.00", "cha_9")))
        .isInstanceOf(CauseConflictException.class);
  }

  private boolean append(JournalEntry entry) {
    return store.inTransaction(t -> t.journal().append(entry));
  }

  @Test
  void entries_are_answered_in_pages_by_account_and_time() {
    List<JournalEntry> all = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      JournalEntry entry =
          new JournalEntry(
              "capture:" + i,
              JournalEntry.Kind.CAPTURE,
              NOON.plus(Duration.ofHours(i)),
              null,
              null,
              List.of(new Posting(CASH, eur("1.00")), new Posting(OWED, eur("-1.00"))));
      append(entry);
      all.add(entry);
    }
    Account unused = Account.of(Account.Kind.REFUNDS, CurrencyUnit.EUR);

    assertThat(entries(OWED, NOON, NOON.plus(Duration.ofHours(5)), 0, 10))
        .containsExactlyElementsOf(all);
    assertThat(entries(null, Instant.EPOCH, Instant.MAX, 1, 2))
        .containsExactlyElementsOf(all.subList(1, 3));
    assertThat(entries(OWED, NOON.plusSeconds(1), NOON.plus(Duration.ofHours(2)), 0, 10))
        .containsExactly(all.get(1));
    assertThat(entries(unused, Instant.EPOCH, Instant.MAX, 0, 10)).isEmpty();
  }

  private List<JournalEntry> entries(
      @Nullable Account account, Instant from, Instant to, long skip, int most) {
    return store.inTransaction(t -> t.journal().entries(account, from, to, skip, most));
  }

  @Test
  void only_what_was_never_asked_for_can_be_removed() {
    store.inTransaction(t -> t.insert(payable("order_1")) && t.insert(payable("order_2")));
    store.inTransaction(t -> t.insert(operation("order_1", "start", 1)));

    assertThat(store.<Boolean>inTransaction(t -> t.removeUnpaid(new PayableId("order_1"))))
        .isFalse();
    assertThat(store.<Boolean>inTransaction(t -> t.removeUnpaid(new PayableId("order_2"))))
        .isTrue();
    assertThat(store.<Boolean>inTransaction(t -> t.removeUnpaid(new PayableId("order_2"))))
        .isFalse();
    store.inTransaction(
        t -> {
          assertThat(t.payable(new PayableId("order_1"))).isPresent();
          assertThat(t.payable(new PayableId("order_2"))).isEmpty();
          return t;
        });
  }

  @Test
  void old_messages_are_forgotten_once_they_were_worked() {
    receive(event("evt_1"));
    receive(event("evt_2"));
    store.inTransaction(
        t -> {
          t.worked("evt_1");
          return t;
        });

    assertThat(store.<Integer>inTransaction(t -> t.forgetWorked(NOON))).isZero();
    assertThat(store.<Integer>inTransaction(t -> t.forgetWorked(NOON.plusSeconds(1)))).isEqualTo(1);
    assertThat(store.<List<WebhookEvent>>inTransaction(t -> t.unworked(NOON, 10)))
        .extracting(WebhookEvent::id)
        .containsExactly("evt_2");
  }

  @Test
  void the_first_provider_stays_the_books_provider() {
    assertThat(store.<Optional<String>>inTransaction(t -> t.provider())).isEmpty();
    assertThat(store.<String>inTransaction(t -> t.provider("sandbox test")))
        .isEqualTo("sandbox test");
    assertThat(store.<String>inTransaction(t -> t.provider("stripe live")))
        .isEqualTo("sandbox test");
    assertThat(store.<Optional<String>>inTransaction(t -> t.provider())).contains("sandbox test");
  }

  @Test
  void terms_are_kept_by_payee_and_currency() {
    PayoutTerms euros =
        new PayoutTerms(
            new PayoutSchedule.Weekly(DayOfWeek.FRIDAY), Duration.ofDays(14), eur("25.00"));
    PayoutTerms yen =
        new PayoutTerms(
            new PayoutSchedule.Manual(), Duration.ZERO, Money.ofMajor(CurrencyUnit.JPY, 1_000));
    store.inTransaction(
        t -> {
          t.put(SHOP, euros);
          t.put(SHOP, yen);
          t.put(SHOP, euros);
          return t;
        });

    store.inTransaction(
        t -> {
          assertThat(t.terms(SHOP, CurrencyUnit.EUR)).contains(euros);
          assertThat(t.terms(SHOP, CurrencyUnit.JPY)).contains(yen);
          assertThat(t.terms(SHOP, CurrencyUnit.USD)).isEmpty();
          return t;
        });
  }

  @Test
  void releases_are_found_when_they_are_due() {
    store.inTransaction(t -> t.insert(payable("order_1")) && t.insert(payable("order_2")));
    Release first =
        new Release(
            new PayableId("order_1"),
            SHOP,
            Release.State.WAITING,
            NOON,
            NOON.plus(Duration.ofDays(2)));
    Release second =
        new Release(
            new PayableId("order_2"),
            SHOP,
            Release.State.WAITING,
            NOON,
            NOON.plus(Duration.ofDays(1)));
    store.inTransaction(
        t -> {
          t.put(first);
          t.put(second);
          return t;
        });

    assertThat(due(NOON.plus(Duration.ofDays(1)).minusSeconds(1))).isEmpty();
    assertThat(due(NOON.plus(Duration.ofDays(2)))).containsExactly(second, first);
    Release frozen = second.in(Release.State.FROZEN, second.dueAt());
    store.inTransaction(
        t -> {
          t.put(frozen);
          return t;
        });
    assertThat(due(NOON.plus(Duration.ofDays(2)))).containsExactly(first);
    assertThat(
            store.<Optional<Release>>inTransaction(t -> t.release(new PayableId("order_2"), SHOP)))
        .contains(frozen);
  }

  private List<Release> due(Instant moment) {
    return store.inTransaction(t -> t.dueReleases(moment, 10));
  }

  @Test
  void refund_requests_are_kept_with_what_was_decided() {
    store.inTransaction(t -> t.insert(payable("order_1")));
    RefundRequest request =
        new RefundRequest(
            new PayableId("order_1"),
            "r1",
            List.of(
                new Allocation.Portion("b", eur("1.25")), new Allocation.Portion("a", eur("5.01"))),
            RefundRequest.State.REQUESTED,
            "person_1",
            NOON,
            null,
            null);
    store.inTransaction(
        t -> {
          t.put(request);
          return t;
        });
    assertThat(store.<List<RefundRequest>>inTransaction(t -> t.undecidedRefunds(10)))
        .containsExactly(request);

    RefundRequest decided =
        request.decided(RefundRequest.State.APPROVED, "person_2", NOON.plusSeconds(1));
    store.inTransaction(
        t -> {
          t.put(decided);
          return t;
        });
    assertThat(store.<List<RefundRequest>>inTransaction(t -> t.undecidedRefunds(10))).isEmpty();
    assertThat(
            store.<Optional<RefundRequest>>inTransaction(
                t -> t.refundRequest(new PayableId("order_1"), "r1")))
        .contains(decided);
  }

  @Test
  void balances_of_payees_and_of_earlier_moments_are_sums_of_their_entries() {
    Account shops = Account.of(Account.Kind.PAYEE_CASH, SHOP, CurrencyUnit.EUR);
    for (int i = 0; i < 3; i++) {
      append(
          new JournalEntry(
              "transfer:" + i,
              JournalEntry.Kind.TRANSFER,
              NOON.plusSeconds(i),
              null,
              null,
              List.of(new Posting(shops, eur("1.50")), new Posting(CASH, eur("-1.50")))));
    }

    store.inTransaction(
        t -> {
          assertThat(t.payeeCash()).containsExactly(Map.entry(shops, eur("4.50")));
          assertThat(t.journal().balance(shops, NOON)).isEqualTo(eur("0.00"));
          assertThat(t.journal().balance(shops, NOON.plusSeconds(2))).isEqualTo(eur("3.00"));
          assertThat(t.journal().balance(shops, Instant.MAX)).isEqualTo(eur("4.50"));
          return t;
        });
  }

  @Test
  void messages_that_keep_failing_are_found() {
    receive(event("evt_1"));
    receive(event("evt_2"));
    store.inTransaction(
        t -> {
          t.putOff("evt_2", NOON);
          t.putOff("evt_2", NOON);
          return t;
        });

    assertThat(store.<List<WebhookEvent>>inTransaction(t -> t.failing(2, 10)))
        .extracting(WebhookEvent::id)
        .containsExactly("evt_2");
  }

  @Test
  void of_many_who_keep_one_operation_at_once_one_succeeds() throws Exception {
    Subject subject = Subject.of(new PayableId("order_1"));
    List<Future<Boolean>> kept = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 20; i++) {
        kept.add(
            threads.submit(
                () ->
                    store.<Boolean>inTransaction(
                        t -> {
                          t.lock(subject);
                          return t.operations(subject).isEmpty()
                              && t.insert(operation("order_1", "refund:r1", 1));
                        })));
      }
    }

    int successes = 0;
    for (Future<Boolean> one : kept) {
      successes += one.get() ? 1 : 0;
    }
    assertThat(successes).isEqualTo(1);
    assertThat(store.<List<Operation>>inTransaction(t -> t.operations(subject))).hasSize(1);
  }

  @Test
  void the_name_of_a_tax_calculation_is_kept_with_its_payable() {
    Payable plain = payable("order_1");
    Payable taxed = new Payable(plain.id(), plain.lines(), plain.commissions(), "taxcalc_1");
    keep(taxed);

    assertThat(store.<Optional<Payable>>inTransaction(t -> t.payable(plain.id()))).contains(taxed);
  }

  @Test
  void messages_of_one_transaction_are_told_apart() {
    receive(event("evt_2"));

    assertThat(
            store.<List<Boolean>>inTransaction(
                t ->
                    t.receive(
                        List.of(event("evt_3"), event("evt_2"), event("evt_1"), event("evt_3")),
                        NOON)))
        .containsExactly(true, false, true, false);
    assertThat(store.<List<WebhookEvent>>inTransaction(t -> t.unworked(NOON, 10))).hasSize(3);
  }

  @Test
  void what_was_not_passed_on_is_held_and_the_rest_is_not() {
    Payee shop = new Payee(SHOP, "acc_1", PayeeStanding.ACTIVE, List.of());
    Account payeeCash = Account.of(Account.Kind.PAYEE_CASH, SHOP, CurrencyUnit.EUR);
    store.inTransaction(
        t -> {
          t.put(shop);
          return t;
        });
    for (String id : List.of("order_1", "order_2", "order_3", "order_4", "order_5")) {
      keep(payable(id));
      store.inTransaction(t -> t.journal().append(moved(id, "capture:" + id, CASH, OWED)));
    }
    // The first went to him, the second is on its way, the third was kept back for a debt.
    store.inTransaction(t -> t.journal().append(moved("order_1", "transfer:1", payeeCash, CASH)));
    store.inTransaction(t -> t.insert(transfer("order_2", State.IN_DOUBT)));
    store.inTransaction(
        t -> {
          t.put(new Release(new PayableId("order_3"), SHOP, Release.State.PASSED_ON, NOON, NOON));
          return t;
        });
    // A transfer that failed moved nothing.
    store.inTransaction(t -> t.insert(transfer("order_4", State.FAILED)));

    assertThat(held(shop, null)).isEqualTo(eur("17.62"));
    assertThat(held(shop, new PayableId("order_5"))).isEqualTo(eur("8.81"));
    assertThat(store.<Money>inTransaction(t -> t.held(shop, CurrencyUnit.USD, null)).isZero())
        .isTrue();
    Payee other = new Payee(new PayeeId("shop_2"), "acc_2", PayeeStanding.ACTIVE, List.of());
    assertThat(held(other, null)).isEqualTo(eur("0.00"));
  }

  private Money held(Payee payee, @Nullable PayableId except) {
    return store.inTransaction(t -> t.held(payee, CurrencyUnit.EUR, except));
  }

  private static JournalEntry moved(String payable, String cause, Account to, Account from) {
    return new JournalEntry(
        cause,
        JournalEntry.Kind.CAPTURE,
        NOON,
        new PayableId(payable),
        null,
        List.of(new Posting(to, eur("8.81")), new Posting(from, eur("-8.81"))));
  }

  private static Operation transfer(String payable, State state) {
    Operation transfer =
        new Operation(
            Subject.of(new PayableId(payable)),
            Kind.TRANSFER,
            "transfer:shop_1",
            1,
            State.INIT,
            eur("8.81"),
            "acc_1",
            null,
            null,
            null,
            NOON,
            NOON);
    return transfer.became(state, null, null, NOON);
  }

  @Test
  void who_has_given_back_all_that_was_asked_owes_nothing() {
    Operation reversal =
        new Operation(
            Subject.of(new PayableId("order_1")),
            Kind.REVERSE,
            "reverse:refund:r1:shop_1",
            1,
            State.INIT,
            eur("1.25"),
            "tr_1",
            "shop_1",
            null,
            null,
            NOON,
            NOON);
    assertThat(mayOwe()).isFalse();
    store.inTransaction(t -> t.insert(reversal));
    assertThat(mayOwe()).isTrue();
    for (State state : List.of(State.IN_DOUBT, State.FAILED)) {
      update(reversal.became(state, null, null, NOON));
      assertThat(mayOwe()).isTrue();
    }
    update(reversal.became(State.SUCCESS, "trr_1", null, NOON));
    assertThat(mayOwe()).isFalse();
  }

  private void update(Operation operation) {
    store.inTransaction(
        t -> {
          t.update(operation);
          return t;
        });
  }

  private boolean mayOwe() {
    return store.inTransaction(t -> t.mayOwe(SHOP));
  }

  private static JournalEntry entry(
      String cause, String amount, @Nullable String providerReference) {
    return new JournalEntry(
        cause,
        JournalEntry.Kind.CAPTURE,
        NOON,
        new PayableId("order_1"),
        providerReference,
        List.of(new Posting(CASH, eur(amount)), new Posting(OWED, eur("-" + amount))));
  }

  private static Money eur(String amount) {
    return Money.parse("EUR " + amount);
  }
}

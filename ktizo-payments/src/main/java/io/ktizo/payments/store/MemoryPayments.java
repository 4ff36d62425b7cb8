package io.ktizo.payments.store;

import io.ktizo.payments.DisputeCase;
import io.ktizo.payments.Operation;
import io.ktizo.payments.Operation.Kind;
import io.ktizo.payments.Operation.State;
import io.ktizo.payments.Operation.Subject;
import io.ktizo.payments.Payable;
import io.ktizo.payments.PayableId;
import io.ktizo.payments.Payee;
import io.ktizo.payments.PayeeId;
import io.ktizo.payments.PayoutTerms;
import io.ktizo.payments.RefundRequest;
import io.ktizo.payments.Release;
import io.ktizo.payments.WebhookEvent;
import io.ktizo.payments.ledger.Account;
import io.ktizo.payments.ledger.CauseConflictException;
import io.ktizo.payments.ledger.Journal;
import io.ktizo.payments.ledger.JournalEntry;
import io.ktizo.payments.ledger.Posting;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.stream.Stream;
import org.joda.money.CurrencyUnit;
import org.joda.money.Money;
import org.jspecify.annotations.Nullable;

/**
 * Payments in memory, for tests and trials: gone with the process. One transaction at a time; a
 * transaction that fails is undone change by change.
 */
public final class MemoryPayments implements PaymentsStore {
  /** A message and what has become of it. */
  private record Received(
      WebhookEvent event, boolean worked, int failures, Instant due, Instant receivedAt) {}

  private record PayeeAndCurrency(PayeeId payee, CurrencyUnit currency) {}

  private record Part(PayableId payable, PayeeId payee) {}

  private record RefundName(PayableId payable, String refundId) {}

  private static final String PROVIDER = "provider";

  private final Map<String, String> provider = new HashMap<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<PayableId, Payable> payables = new HashMap<>();
  private final Map<Subject, List<Operation>> operations = new HashMap<>();
  private final Map<String, Operation> unresolved = new LinkedHashMap<>();
  private final Map<String, Operation> pending = new LinkedHashMap<>();
  private final Map<Subject, Operation> started = new LinkedHashMap<>();
  private final Map<String, Operation> moved = new LinkedHashMap<>();
  private final Map<String, Operation> byReference = new HashMap<>();
  private final Map<PayableId, List<DisputeCase>> disputes = new HashMap<>();
  private final Map<PayeeId, Payee> payees = new HashMap<>();
  private final Map<PayeeAndCurrency, PayoutTerms> terms = new HashMap<>();
  private final Map<Part, Release> releases = new HashMap<>();
  private final Map<Part, Release> waitingReleases = new LinkedHashMap<>();
  private final Map<RefundName, RefundRequest> refundRequests = new LinkedHashMap<>();
  private final Map<String, Received> inbox = new LinkedHashMap<>();
  private final Map<String, Received> waiting = new LinkedHashMap<>();
  private final List<JournalEntry> entries = new ArrayList<>();
  private final Map<String, JournalEntry> byCause = new HashMap<>();
  private final Map<Account, Money> balances = new LinkedHashMap<>();
  private final Map<Account, List<JournalEntry>> byAccount = new HashMap<>();
  private final Map<PayeeAndCurrency, Map<PayableId, Money>> unmoved = new HashMap<>();
  private final Map<PayeeAndCurrency, Map<PayableId, Money>> held = new HashMap<>();
  private final Map<PayeeAndCurrency, Money> heldInAll = new HashMap<>();
  private final Map<String, Map<String, Operation>> notTakenBack = new HashMap<>();
  private final Deque<Runnable> undo = new ArrayDeque<>();

  @Override
  public <T> T inTransaction(Function<Tables, T> work) {
    lock.lock();
    try {
      if (lock.getHoldCount() > 1) {
        throw new IllegalStateException("this thread is in a transaction already");
      }
      undo.clear();
      try {
        return work.apply(new Open());
      } catch (RuntimeException | Error e) {
        while (!undo.isEmpty()) {
          undo.pop().run();
        }
        throw e;
      }
    } finally {
      lock.unlock();
    }
  }

  private <K, V> void set(Map<K, V> map, K key, V value) {
    V before = map.put(key, value);
    undo.push(
        () -> {
          if (before == null) {
            map.remove(key);
          } else {
            map.put(key, before);
          }
        });
  }

  private <K, V> void unset(Map<K, V> map, K key) {
    V before = map.remove(key);
    if (before != null) {
      undo.push(() -> map.put(key, before));
    }
  }

  private <V> void add(List<V> list, V value) {
    list.add(value);
    undo.push(list::removeLast);
  }

  private final class Open implements Tables, Journal {
    @Override
    public void lock(Subject subject) {
      // One transaction at a time: everything is held.
    }

    @Override
    public String provider(String name) {
      String before = provider.get(PROVIDER);
      if (before == null) {
        set(provider, PROVIDER, name);
        return name;
      }
      return before;
    }

    @Override
    public Optional<String> provider() {
      return Optional.ofNullable(provider.get(PROVIDER));
    }

    @Override
    public Optional<Payable> payable(PayableId id) {
      return Optional.ofNullable(payables.get(id));
    }

    @Override
    public boolean insert(Payable payable) {
      if (payables.containsKey(payable.id())) {
        return false;
      }
      set(payables, payable.id(), payable);
      return true;
    }

    @Override
    public boolean removeUnpaid(PayableId id) {
      if (!payables.containsKey(id) || !operations(Subject.of(id)).isEmpty()) {
        return false;
      }
      unset(payables, id);
      List.copyOf(releases.keySet()).stream()
          .filter(part -> part.payable().equals(id))
          .forEach(
              part -> {
                unset(releases, part);
                unset(waitingReleases, part);
              });
      return true;
    }

    @Override
    public List<Operation> operations(Subject subject) {
      return List.copyOf(operations.getOrDefault(subject, List.of()));
    }

    @Override
    public boolean insert(Operation operation) {
      List<Operation> all = operations.computeIfAbsent(operation.subject(), s -> new ArrayList<>());
      if (all.stream().anyMatch(one -> one.isSameAttemptAs(operation))) {
        return false;
      }
      add(all, operation);
      index(operation);
      return true;
    }

    @Override
    public void update(Operation operation) {
      List<Operation> all = operations.getOrDefault(operation.subject(), List.of());
      for (int i = 0; i < all.size(); i++) {
        Operation before = all.get(i);
        if (before.isSameAttemptAs(operation)) {
          int at = i;
          all.set(i, operation);
          undo.push(() -> all.set(at, before));
          index(operation);
          return;
        }
      }
      throw new IllegalArgumentException("no such operation: " + operation.key());
    }

    private void index(Operation operation) {
      String key = operation.key().value();
      unset(unresolved, key);
      unset(pending, key);
      String payee = operation.detail();
      if (operation.kind() == Kind.REVERSE && payee != null) {
        Map<String, Operation> his = notTakenBack.computeIfAbsent(payee, p -> new HashMap<>());
        if (operation.state() == State.SUCCESS) {
          unset(his, key);
        } else {
          set(his, key, operation);
        }
      }
      String account = operation.target();
      if (operation.kind() == Kind.TRANSFER && account != null) {
        payeeOf(account)
            .ifPresent(to -> countHeld(new PayableId(operation.subject().id()), to.id()));
      }
      if (operation.state().unresolved()) {
        set(unresolved, key, operation);
      } else if (operation.state() == State.PENDING) {
        set(pending, key, operation);
      }
      unset(moved, key);
      boolean moves = operation.kind() == Kind.REFUND || operation.kind() == Kind.PAYOUT;
      if (moves && operation.state() == State.SUCCESS) {
        set(moved, key, operation);
      }
      if (operation.state() == State.SUCCESS) {
        if (operation.kind() == Kind.START) {
          set(started, operation.subject(), operation);
        } else if (operation.kind() == Kind.CAPTURE || operation.kind() == Kind.VOID) {
          unset(started, operation.subject());
        }
      }
      String reference = operation.reference();
      if (reference != null) {
        set(byReference, operation.kind() + " " + reference, operation);
      }
    }

    @Override
    public Optional<Operation> operationOf(Kind kind, String reference) {
      return Optional.ofNullable(byReference.get(kind + " " + reference));
    }

    @Override
    public List<Operation> unresolvedSince(Instant changedBefore, int most) {
      return since(unresolved, changedBefore, most);
    }

    @Override
    public List<Operation> pendingSince(Instant changedBefore, int most) {
      return since(pending, changedBefore, most);
    }

    @Override
    public List<Operation> movedSince(Instant changedSince, int most) {
      return moved.values().stream()
          .filter(operation -> !operation.changedAt().isBefore(changedSince))
          .limit(most)
          .toList();
    }

    @Override
    public List<Operation> unsettledSince(Instant startedSince, int most) {
      return started.values().stream()
          .filter(operation -> !operation.changedAt().isBefore(startedSince))
          .limit(most)
          .toList();
    }

    private List<Operation> since(Map<String, Operation> index, Instant before, int most) {
      return index.values().stream()
          .filter(operation -> operation.changedAt().isBefore(before))
          .limit(most)
          .toList();
    }

    @Override
    public List<DisputeCase> disputes(PayableId payable) {
      return disputes.getOrDefault(payable, List.of());
    }

    @Override
    public void put(DisputeCase one) {
      List<DisputeCase> seen = new ArrayList<>(disputes(one.payable()));
      String reference = one.dispute().reference();
      int at = 0;
      while (at < seen.size() && !seen.get(at).dispute().reference().equals(reference)) {
        at++;
      }
      if (at < seen.size()) {
        seen.set(at, one);
      } else {
        seen.add(one);
      }
      set(disputes, one.payable(), List.copyOf(seen));
    }

    @Override
    public Optional<Payee> payee(PayeeId id) {
      return Optional.ofNullable(payees.get(id));
    }

    @Override
    public Optional<Payee> payeeOf(String account) {
      return payees.values().stream().filter(one -> one.account().equals(account)).findFirst();
    }

    @Override
    public void put(Payee payee) {
      set(payees, payee.id(), payee);
    }

    @Override
    public Optional<PayoutTerms> terms(PayeeId payee, CurrencyUnit currency) {
      return Optional.ofNullable(terms.get(new PayeeAndCurrency(payee, currency)));
    }

    @Override
    public void put(PayeeId payee, PayoutTerms agreed) {
      set(terms, new PayeeAndCurrency(payee, agreed.currency()), agreed);
    }

    @Override
    public Optional<Release> release(PayableId payable, PayeeId payee) {
      return Optional.ofNullable(releases.get(new Part(payable, payee)));
    }

    @Override
    public void put(Release release) {
      Part part = new Part(release.payable(), release.payee());
      set(releases, part, release);
      if (release.state() == Release.State.WAITING) {
        set(waitingReleases, part, release);
      } else {
        unset(waitingReleases, part);
      }
      countHeld(release.payable(), release.payee());
    }

    @Override
    public List<Release> dueReleases(Instant due, int most) {
      return waitingReleases.values().stream()
          .filter(release -> !release.dueAt().isAfter(due))
          .sorted(Comparator.comparing(Release::dueAt))
          .limit(most)
          .toList();
    }

    @Override
    public Map<Account, Money> payeeCash() {
      Map<Account, Money> cash = new LinkedHashMap<>();
      balances.forEach(
          (account, debits) -> {
            if (account.kind() == Account.Kind.PAYEE_CASH && debits.isPositive()) {
              cash.put(account, debits);
            }
          });
      return cash;
    }

    @Override
    public boolean mayOwe(PayeeId payee) {
      return !notTakenBack.getOrDefault(payee.value(), Map.of()).isEmpty();
    }

    @Override
    public Money held(Payee payee, CurrencyUnit currency, @Nullable PayableId except) {
      PayeeAndCurrency his = new PayeeAndCurrency(payee.id(), currency);
      Money nothing = Money.zero(currency);
      Money all = heldInAll.getOrDefault(his, nothing);
      return except == null
          ? all
          : all.minus(held.getOrDefault(his, Map.of()).getOrDefault(except, nothing));
    }

    /** Counts anew what is held of one payable; summing all up for each transfer took too long. */
    private void countHeld(PayableId payable, PayeeId payee) {
      Payable known = payables.get(payable);
      if (known == null) {
        return;
      }
      PayeeAndCurrency his = new PayeeAndCurrency(payee, known.currency());
      Money nothing = Money.zero(known.currency());
      Money left = unmoved.getOrDefault(his, Map.of()).getOrDefault(payable, nothing);
      boolean isHeld =
          left.isPositive()
              && !isPassedOn(new Part(payable, payee))
              && operations.getOrDefault(Subject.of(payable), List.of()).stream()
                  .noneMatch(operation -> isTransferTo(payee, operation));
      Money now = isHeld ? left : nothing;
      Map<PayableId, Money> one = held.computeIfAbsent(his, h -> new HashMap<>());
      Money before = one.getOrDefault(payable, nothing);
      if (!now.equals(before)) {
        set(heldInAll, his, heldInAll.getOrDefault(his, nothing).plus(now).minus(before));
        if (now.isZero()) {
          unset(one, payable);
        } else {
          set(one, payable, now);
        }
      }
    }

    private boolean isPassedOn(Part part) {
      Release release = releases.get(part);
      return release != null && release.state() == Release.State.PASSED_ON;
    }

    private boolean isTransferTo(PayeeId payee, Operation operation) {
      return operation.kind() == Kind.TRANSFER
          && operation.state() != State.FAILED
          && Optional.ofNullable(payees.get(payee))
              .filter(known -> known.account().equals(operation.target()))
              .isPresent();
    }

    /** What of a payable is credited to a payee and was not moved to him; none is nothing. */
    private void countUnmoved(PayableId payable, Posting posting) {
      Account account = posting.account();
      if (account.kind() != Account.Kind.PAYEE_PAYABLE
          && account.kind() != Account.Kind.PAYEE_CASH) {
        return;
      }
      Map<PayableId, Money> ofPayee =
          unmoved.computeIfAbsent(
              new PayeeAndCurrency(account.owner().orElseThrow(), account.currency()),
              payee -> new HashMap<>());
      Money now =
          ofPayee.getOrDefault(payable, Money.zero(account.currency())).minus(posting.amount());
      if (now.isZero()) {
        unset(ofPayee, payable);
      } else {
        set(ofPayee, payable, now);
      }
      countHeld(payable, account.owner().orElseThrow());
    }

    @Override
    public Optional<RefundRequest> refundRequest(PayableId payable, String refundId) {
      return Optional.ofNullable(refundRequests.get(new RefundName(payable, refundId)));
    }

    @Override
    public void put(RefundRequest request) {
      set(refundRequests, new RefundName(request.payable(), request.refundId()), request);
    }

    @Override
    public List<RefundRequest> undecidedRefunds(int most) {
      return refundRequests.values().stream()
          .filter(request -> request.state() == RefundRequest.State.REQUESTED)
          .sorted(Comparator.comparing(RefundRequest::requestedAt))
          .limit(most)
          .toList();
    }

    @Override
    public List<Boolean> receive(List<WebhookEvent> events, Instant receivedAt) {
      List<Boolean> kept = new ArrayList<>();
      for (WebhookEvent event : events) {
        boolean isNew = !inbox.containsKey(event.id());
        if (isNew) {
          keep(new Received(event, false, 0, receivedAt, receivedAt));
        }
        kept.add(isNew);
      }
      return kept;
    }

    private void keep(Received received) {
      String id = received.event().id();
      set(inbox, id, received);
      if (received.worked()) {
        unset(waiting, id);
      } else {
        set(waiting, id, received);
      }
    }

    @Override
    public List<WebhookEvent> unworked(Instant due, int most) {
      return waiting.values().stream()
          .filter(received -> !received.due().isAfter(due))
          .limit(most)
          .map(Received::event)
          .toList();
    }

    @Override
    public void worked(String eventId) {
      Received received = received(eventId);
      keep(
          new Received(
              received.event(), true, received.failures(), received.due(), received.receivedAt()));
    }

    @Override
    public void putOff(String eventId, Instant dueAgain) {
      Received received = received(eventId);
      keep(
          new Received(
              received.event(), false, received.failures() + 1, dueAgain, received.receivedAt()));
    }

    @Override
    public int failures(String eventId) {
      return received(eventId).failures();
    }

    @Override
    public int forgetWorked(Instant receivedBefore) {
      List<String> old =
          inbox.values().stream()
              .filter(received -> received.worked())
              .filter(received -> received.receivedAt().isBefore(receivedBefore))
              .map(received -> received.event().id())
              .toList();
      old.forEach(id -> unset(inbox, id));
      return old.size();
    }

    @Override
    public List<WebhookEvent> failing(int failures, int most) {
      return waiting.values().stream()
          .filter(received -> received.failures() >= failures)
          .limit(most)
          .map(Received::event)
          .toList();
    }

    private Received received(String eventId) {
      Received received = inbox.get(eventId);
      if (received == null) {
        throw new IllegalArgumentException("no such message: " + eventId);
      }
      return received;
    }

    @Override
    public Journal journal() {
      return this;
    }

    @Override
    public boolean append(JournalEntry entry) {
      JournalEntry before = byCause.get(entry.cause());
      if (before != null) {
        if (!before.tellsTheSameAs(entry)) {
          throw new CauseConflictException(entry.cause());
        }
        return false;
      }
      set(byCause, entry.cause(), entry);
      add(entries, entry);
      for (Posting posting : entry.postings()) {
        set(
            balances,
            posting.account(),
            balances
                .getOrDefault(posting.account(), Money.zero(posting.account().currency()))
                .plus(posting.amount()));
        add(byAccount.computeIfAbsent(posting.account(), a -> new ArrayList<>()), entry);
        PayableId payable = entry.payable();
        if (payable != null) {
          countUnmoved(payable, posting);
        }
      }
      return true;
    }

    @Override
    public Optional<JournalEntry> entry(String cause) {
      return Optional.ofNullable(byCause.get(cause));
    }

    @Override
    public Money balance(Account account) {
      Money debits = balances.getOrDefault(account, Money.zero(account.currency()));
      return switch (account.kind().grows()) {
        case DEBIT -> debits;
        case CREDIT -> debits.negated();
      };
    }

    @Override
    public Money balance(Account account, Instant before) {
      Money debits =
          byAccount.getOrDefault(account, List.of()).stream()
              .filter(entry -> entry.bookedAt().isBefore(before))
              .flatMap(entry -> entry.postings().stream())
              .filter(posting -> posting.account().equals(account))
              .map(Posting::amount)
              .reduce(Money.zero(account.currency()), Money::plus);
      return switch (account.kind().grows()) {
        case DEBIT -> debits;
        case CREDIT -> debits.negated();
      };
    }

    @Override
    public List<Account> accounts() {
      return List.copyOf(balances.keySet());
    }

    @Override
    public List<JournalEntry> entries(
        @Nullable Account account, Instant from, Instant to, long skip, int most) {
      Stream<JournalEntry> all =
          (account == null ? entries : byAccount.getOrDefault(account, List.of())).stream();
      return all.filter(entry -> !entry.bookedAt().isBefore(from) && entry.bookedAt().isBefore(to))
          .skip(skip)
          .limit(most)
          .toList();
    }
  }
}

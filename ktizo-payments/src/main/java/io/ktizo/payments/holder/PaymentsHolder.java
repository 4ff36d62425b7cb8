package io.ktizo.payments.holder;

import io.ktizo.payments.Operation;
import io.ktizo.payments.PayableId;
import io.ktizo.payments.Payee;
import io.ktizo.payments.PayeeId;
import io.ktizo.payments.PaymentRefusedException;
import io.ktizo.payments.ProviderObject.PayeeStanding;
import io.ktizo.payments.paying.Paying;
import io.ktizo.payments.paying.Standing;
import io.ktizo.payments.statement.Statement;
import io.ktizo.payments.statement.Statements;
import io.ktizo.payments.store.PaymentsStore;
import io.ktizo.privacy.Subject;
import io.ktizo.privacy.datamap.Category;
import io.ktizo.privacy.datamap.LegalBasis;
import io.ktizo.privacy.datamap.Purpose;
import io.ktizo.privacy.datamap.Recipient;
import io.ktizo.privacy.datamap.Retention;
import io.ktizo.privacy.holder.PersonalDataHolder;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.Period;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.joda.money.CurrencyUnit;
import org.joda.money.Money;
import org.jspecify.annotations.Nullable;

/**
 * A person's payments and a Shop's earnings, for export and erasure.
 *
 * <p>Payments are books: they stay for as long as the tax law wants them, and what stays names
 * nobody but by the host's ids, which mean nothing once the host has erased whose they were. What
 * was never paid for, with nothing asked of the provider, is no record of anything and goes.
 *
 * <p>At the provider a customer is not known: no object that names one is made there, so there is
 * none to delete, and his redaction of payments is not in the stable library. A payee has an
 * account there, in which he told the provider who he is. It is closed, which deletes it; the
 * provider does so only once no money is in it, so an erasure that comes earlier is {@link Later}
 * and says what it is blocked by. What the provider keeps as a controller of its own, a person has
 * to ask for there. That is what an erasure says, and nothing more.
 */
public final class PaymentsHolder implements PersonalDataHolder {
  private static final String PAYMENT = "payment";
  private static final String EARNING = "earning";
  private static final String GROUND =
      "§ 147 AO: books are kept for ten years; the payment provider keeps its own records as a"
          + " controller and was asked for ";

  private final PaymentsStore store;
  private final Paying paying;
  private final Statements statements;
  private final InstantSource clock;
  private final Function<Subject, Held> held;

  /**
   * What of a person is here, by the host's knowledge.
   *
   * @param payables that he paid or was to pay
   * @param payees that he is
   */
  public record Held(List<PayableId> payables, List<PayeeId> payees) {
    /** Nothing. */
    public static final Held NOTHING = new Held(List.of(), List.of());

    public Held {
      payables = List.copyOf(payables);
      payees = List.copyOf(payees);
    }
  }

  /**
   * Over the payments of a host.
   *
   * @param held finds a person's payables and payees
   */
  public PaymentsHolder(
      PaymentsStore store, Paying paying, InstantSource clock, Function<Subject, Held> held) {
    this.store = store;
    this.paying = paying;
    this.statements = new Statements(store, clock);
    this.clock = clock;
    this.held = held;
  }

  @Override
  public Description describe() {
    Purpose payment =
        new Purpose(
            "payment",
            "Taking your payment, giving it back, and paying Shops",
            LegalBasis.CONTRACT);
    Purpose books =
        new Purpose(
            "books", "Keeping the books that the tax law wants", LegalBasis.LEGAL_OBLIGATION);
    Retention tenYears =
        new Retention("books", Period.ofYears(10), Retention.From.END_OF_YEAR, "§ 147 AO", true);
    List<Recipient> provider =
        List.of(
            new Recipient(
                "provider",
                "The payment provider: amounts, currencies and our ids",
                Recipient.Role.CONTROLLER));
    return new Description(
        "payments",
        "What you paid, and what you were paid",
        List.of(
            new Kind(
                PAYMENT,
                "something that you paid",
                Category.TRANSACTION,
                List.of(payment, books),
                provider,
                tenYears,
                "subject"),
            new Kind(
                EARNING,
                "something that you were owed or paid as a Shop",
                Category.TRANSACTION,
                List.of(payment, books),
                provider,
                tenYears,
                "observed")),
        List.of(),
        null);
  }

  @Override
  public void export(Request request, Items items) throws IOException {
    Held his = held.apply(request.subject());
    for (PayableId payable : his.payables()) {
      if (known(payable)) {
        export(payable, items);
      }
    }
    for (PayeeId payee : his.payees()) {
      export(payee, items);
    }
  }

  private boolean known(PayableId payable) {
    return store.inTransaction(tables -> tables.payable(payable).isPresent());
  }

  private void export(PayableId payable, Items items) throws IOException {
    Standing standing = paying.standing(payable);
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("payable", payable.value());
    fields.put("status", standing.status().name());
    fields.put("total", standing.total().toString());
    fields.put("taken", standing.captured().toString());
    fields.put("left", standing.left().toString());
    items.record(PAYMENT, fields);
    for (Operation operation : paying.operations(payable)) {
      Money amount = operation.amount();
      Map<String, @Nullable Object> step = new LinkedHashMap<>();
      step.put("payable", payable.value());
      step.put("what", operation.kind().name());
      step.put("state", operation.state().name());
      step.put("amount", amount == null ? null : amount.toString());
      step.put("asked", operation.createdAt().toString());
      step.put("changed", operation.changedAt().toString());
      items.record(PAYMENT, step);
    }
  }

  private void export(PayeeId payee, Items items) throws IOException {
    Optional<Payee> account = paying.payee(payee);
    if (account.isPresent()) {
      Map<String, @Nullable Object> fields = new LinkedHashMap<>();
      fields.put("payee", payee.value());
      fields.put("providerAccount", account.get().account());
      fields.put("standing", account.get().standing().name());
      items.record(EARNING, fields);
    }
    for (CurrencyUnit currency : statements.currencies(payee)) {
      Statement statement = statements.of(payee, currency, Instant.EPOCH, clock.instant());
      for (Statement.Line line : statement.lines()) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("payee", payee.value());
        fields.put("what", line.kind().name());
        fields.put("payable", line.payable() == null ? null : line.payable().value());
        fields.put("net", line.net().toString());
        fields.put("booked", line.at().toString());
        items.record(EARNING, fields);
      }
    }
  }

  @Override
  public Outcome erase(Request request) {
    Held his = held.apply(request.subject());
    List<PayeeId> payees =
        his.payees().stream().filter(payee -> paying.payee(payee).isPresent()).toList();
    for (PayeeId payee : payees) {
      Optional<String> blocked = paying.canClose() ? blocked(payee) : Optional.empty();
      if (blocked.isPresent()) {
        return new Later(blocked.get());
      }
    }
    long erased = 0;
    long kept = 0;
    for (PayableId payable : his.payables()) {
      boolean gone = store.inTransaction(tables -> tables.removeUnpaid(payable));
      if (gone) {
        erased++;
      } else if (known(payable)) {
        kept++;
      }
    }
    String asked =
        payees.isEmpty() || !paying.canClose() ? "nothing" : "deleting the account, which it did";
    return kept + payees.size() == 0
        ? new Erased(Map.of(PAYMENT, erased))
        : new Kept(
            Map.of(PAYMENT, erased),
            Map.of(PAYMENT, kept, EARNING, (long) payees.size()),
            GROUND + asked);
  }

  /** Asks for a payee's account to be closed; answers what it waits for, or nothing when done. */
  private Optional<String> blocked(PayeeId payee) {
    try {
      Operation closing = paying.close(payee);
      return switch (closing.state()) {
        case SUCCESS -> Optional.empty();
        case FAILED ->
            Optional.of(
                "blocked until the payment provider closes the account: it refuses, "
                    + closing.code());
        case INIT, PENDING, IN_DOUBT ->
            Optional.of("blocked until the payment provider has answered");
      };
    } catch (PaymentRefusedException e) {
      return Optional.of(
          "blocked until the Shop's money is settled: an account is deleted when it is empty");
    }
  }

  /** {@inheritDoc} What the law wants to be kept is no residue; what was never paid for is. */
  @Override
  public Finding verify(Request request) {
    Held his = held.apply(request.subject());
    List<String> places = new ArrayList<>();
    for (PayableId payable : his.payables()) {
      if (known(payable) && paying.operations(payable).isEmpty()) {
        places.add("payables: one that was never paid for");
      }
    }
    for (PayeeId payee : his.payees()) {
      boolean open =
          paying.payee(payee).filter(known -> known.standing() != PayeeStanding.CLOSED).isPresent();
      if (open && paying.canClose()) {
        places.add("payees: one whose account at the provider is open");
      }
    }
    return places.isEmpty() ? new Nothing() : new Remains(places);
  }
}

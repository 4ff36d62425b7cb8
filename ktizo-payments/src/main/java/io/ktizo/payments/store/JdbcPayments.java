package io.ktizo.payments.store;

import io.ktizo.core.sql.ConstraintException;
import io.ktizo.core.sql.Database;
import io.ktizo.core.sql.Migrations;
import io.ktizo.core.sql.Parameters;
import io.ktizo.core.sql.Row;
import io.ktizo.core.sql.Sql;
import io.ktizo.core.sql.Transaction;
import io.ktizo.payments.Allocation.Portion;
import io.ktizo.payments.DisputeCase;
import io.ktizo.payments.Operation;
import io.ktizo.payments.Operation.Kind;
import io.ktizo.payments.Operation.State;
import io.ktizo.payments.Operation.Subject;
import io.ktizo.payments.Payable;
import io.ktizo.payments.Payable.Commission;
import io.ktizo.payments.Payable.Line;
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
import io.ktizo.payments.ledger.Journal;
import io.ktizo.payments.ledger.JournalEntry;
import io.ktizo.payments.ledger.Posting;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.joda.money.CurrencyUnit;
import org.joda.money.Money;
import org.jspecify.annotations.Nullable;

/**
 * Payments in a database, H2 or PostgreSQL; the tables are made by {@link #MIGRATIONS}.
 *
 * <p>Amounts are minor units of their currency. Entries and postings are inserted and never
 * changed. Safe for use by many threads and processes: whoever decides about a subject holds its
 * row.
 */
public final class JdbcPayments implements PaymentsStore {
  /** The tables of payments. */
  public static final Migrations MIGRATIONS =
      Migrations.of("ktizo_payments", "io/ktizo/payments/store/migration");

  private final Database database;

  /** Payments in this database, whose tables are there already. */
  public JdbcPayments(Database database) {
    this.database = database;
  }

  @Override
  public <T> T inTransaction(Function<Tables, T> work) {
    return database.inTransaction(transaction -> work.apply(new Open(transaction)));
  }

  /** Tables in a transaction. */
  private static final class Open implements Tables, Journal {
    private static final String OPERATION =
        """
        SELECT subject_type, subject_id, kind, purpose, attempt, state, currency, amount, target,
               detail, reference, code, created_at, changed_at
        FROM payment_operations
        """;

    private final Transaction transaction;

    Open(Transaction transaction) {
      this.transaction = transaction;
    }

    @Override
    public void lock(Subject subject) {
      if (!held(subject)) {
        // Made in a savepoint: somebody else may make it at the same moment.
        insertedOnce(
            nested ->
                nested
                    .sql("INSERT INTO payment_subjects (subject) VALUES (:subject)")
                    .bind("subject", subject.toString())
                    .update());
        held(subject);
      }
    }

    private boolean held(Subject subject) {
      return transaction
          .sql("SELECT subject FROM payment_subjects WHERE subject = :subject FOR UPDATE")
          .bind("subject", subject.toString())
          .optional(row -> row.text("subject"))
          .isPresent();
    }

    /** Whether an insertion was new; a row that is there already is no fault. */
    private boolean insertedOnce(Function<Transaction, Integer> insertion) {
      try {
        return transaction.nested(insertion::apply) == 1;
      } catch (ConstraintException e) {
        if (e.rule() == ConstraintException.Rule.UNIQUE) {
          return false;
        }
        throw e;
      }
    }

    @Override
    public String provider(String name) {
      return provider()
          .or(
              () -> {
                insertedOnce(
                    nested ->
                        nested
                            .sql("INSERT INTO payment_provider (id, name) VALUES (1, :name)")
                            .bind("name", name)
                            .update());
                return provider();
              })
          .orElseThrow();
    }

    @Override
    public Optional<String> provider() {
      return transaction
          .sql("SELECT name FROM payment_provider WHERE id = 1")
          .optional(row -> row.text("name"));
    }

    @Override
    public Optional<Payable> payable(PayableId id) {
      Optional<Head> head =
          transaction
              .sql("SELECT currency, tax_calculation FROM payables WHERE id = :id")
              .bind("id", id.value())
              .optional(
                  row ->
                      new Head(
                          CurrencyUnit.of(row.text("currency")),
                          row.textOrNull("tax_calculation")));
      return head.map(
          one ->
              new Payable(
                  id,
                  lines(id, one.currency()),
                  commissions(id, one.currency()),
                  one.taxCalculation()));
    }

    /** A payable without its lines. */
    private record Head(CurrencyUnit currency, @Nullable String taxCalculation) {}

    private List<Line> lines(PayableId id, CurrencyUnit currency) {
      return transaction
          .sql(
              """
              SELECT line, payee, amount, tax, tax_collector
              FROM payable_lines
              WHERE payable = :payable
              ORDER BY position
              """)
          .bind("payable", id.value())
          .list(
              row ->
                  new Line(
                      row.text("line"),
                      new PayeeId(row.text("payee")),
                      Money.ofMinor(currency, row.number("amount")),
                      Money.ofMinor(currency, row.number("tax")),
                      row.constant("tax_collector", Payable.TaxCollector.class)));
    }

    private List<Commission> commissions(PayableId id, CurrencyUnit currency) {
      return transaction
          .sql(
              """
              SELECT payee, fee, tax
              FROM payable_commissions
              WHERE payable = :payable
              ORDER BY position
              """)
          .bind("payable", id.value())
          .list(
              row ->
                  new Commission(
                      new PayeeId(row.text("payee")),
                      Money.ofMinor(currency, row.number("fee")),
                      Money.ofMinor(currency, row.number("tax"))));
    }

    @Override
    public boolean insert(Payable payable) {
      boolean inserted =
          insertedOnce(
              nested ->
                  nested
                      .sql(
                          """
                          INSERT INTO payables (id, currency, tax_calculation, created_at)
                          VALUES (:id, :currency, :tax_calculation, CURRENT_TIMESTAMP)
                          """)
                      .bind("id", payable.id().value())
                      .bind("currency", payable.currency().getCode())
                      .bind("tax_calculation", payable.taxCalculation())
                      .update());
      if (!inserted) {
        return false;
      }
      transaction.batch(
          """
          INSERT INTO payable_lines (payable, position, line, payee, amount, tax, tax_collector)
          VALUES (:payable, :position, :line, :payee, :amount, :tax, :tax_collector)
          """,
          positions(payable.lines()),
          (parameters, position) -> {
            Line line = payable.lines().get(position);
            bind(parameters, payable, position);
            parameters.bind("line", line.id());
            parameters.bind("payee", line.payee().value());
            parameters.bind("amount", line.amount().getAmountMinorLong());
            parameters.bind("tax", line.tax().getAmountMinorLong());
            parameters.bind("tax_collector", line.taxCollector());
          });
      transaction.batch(
          """
          INSERT INTO payable_commissions (payable, position, payee, fee, tax)
          VALUES (:payable, :position, :payee, :fee, :tax)
          """,
          positions(payable.commissions()),
          (parameters, position) -> {
            Commission commission = payable.commissions().get(position);
            bind(parameters, payable, position);
            parameters.bind("payee", commission.payee().value());
            parameters.bind("fee", commission.fee().getAmountMinorLong());
            parameters.bind("tax", commission.tax().getAmountMinorLong());
          });
      return true;
    }

    private static void bind(Parameters parameters, Payable payable, int position) {
      parameters.bind("payable", payable.id().value());
      parameters.bind("position", position);
    }

    private static List<Integer> positions(List<?> list) {
      return IntStream.range(0, list.size()).boxed().toList();
    }

    @Override
    public boolean removeUnpaid(PayableId id) {
      lock(Subject.of(id));
      if (payable(id).isEmpty() || !operations(Subject.of(id)).isEmpty()) {
        return false;
      }
      for (String statement :
          List.of(
              "DELETE FROM payee_releases WHERE payable = :id",
              "DELETE FROM payable_commissions WHERE payable = :id",
              "DELETE FROM payable_lines WHERE payable = :id",
              "DELETE FROM payables WHERE id = :id")) {
        transaction.sql(statement).bind("id", id.value()).update();
      }
      transaction
          .sql("DELETE FROM payment_subjects WHERE subject = :subject")
          .bind("subject", Subject.of(id).toString())
          .update();
      return true;
    }

    @Override
    public List<Operation> operations(Subject subject) {
      return transaction
          .sql(
              OPERATION
                  + """
                  WHERE subject_type = :type AND subject_id = :id
                  ORDER BY number
                  """)
          .bind("type", subject.type())
          .bind("id", subject.id())
          .list(Open::operation);
    }

    private static Operation operation(Row row) {
      Long amount = row.numberOrNull("amount");
      return new Operation(
          new Subject(row.constant("subject_type", Subject.Type.class), row.text("subject_id")),
          row.constant("kind", Kind.class),
          row.text("purpose"),
          row.integer("attempt"),
          row.constant("state", State.class),
          amount == null ? null : Money.ofMinor(CurrencyUnit.of(row.text("currency")), amount),
          row.textOrNull("target"),
          row.textOrNull("detail"),
          row.textOrNull("reference"),
          row.textOrNull("code"),
          row.instant("created_at"),
          row.instant("changed_at"));
    }

    @Override
    public boolean insert(Operation operation) {
      Money amount = operation.amount();
      return insertedOnce(
          nested ->
              named(
                      nested.sql(
                          """
                          INSERT INTO payment_operations (subject_type, subject_id, kind, purpose,
                            attempt, state, currency, amount, target, detail, reference, code,
                            created_at, changed_at)
                          VALUES (:type, :id, :kind, :purpose, :attempt, :state, :currency, :amount,
                            :target, :detail, :reference, :code, :created_at, :changed_at)
                          """),
                      operation)
                  .bind("kind", operation.kind())
                  .bind("currency", amount == null ? null : amount.getCurrencyUnit().getCode())
                  .bind("amount", amount == null ? null : amount.getAmountMinorLong())
                  .bind("target", operation.target())
                  .bind("detail", operation.detail())
                  .bind("created_at", operation.createdAt())
                  .update());
    }

    @Override
    public void update(Operation operation) {
      int changed =
          named(
                  transaction.sql(
                      """
                      UPDATE payment_operations
                      SET state = :state, reference = :reference, code = :code,
                          changed_at = :changed_at
                      WHERE subject_type = :type AND subject_id = :id AND purpose = :purpose
                        AND attempt = :attempt
                      """),
                  operation)
              .update();
      if (changed != 1) {
        throw new IllegalArgumentException("no such operation: " + operation.key());
      }
    }

    private static Sql named(Sql sql, Operation operation) {
      return sql.bind("type", operation.subject().type())
          .bind("id", operation.subject().id())
          .bind("purpose", operation.purpose())
          .bind("attempt", operation.attempt())
          .bind("state", operation.state())
          .bind("reference", operation.reference())
          .bind("code", operation.code())
          .bind("changed_at", operation.changedAt());
    }

    @Override
    public Optional<Operation> operationOf(Kind kind, String reference) {
      return transaction
          .sql(
              OPERATION
                  + """
                  WHERE kind = :kind AND reference = :reference
                  ORDER BY number DESC
                  FETCH FIRST 1 ROW ONLY
                  """)
          .bind("kind", kind)
          .bind("reference", reference)
          .optional(Open::operation);
    }

    @Override
    public List<Operation> unresolvedSince(Instant changedBefore, int most) {
      return oldest("state IN ('INIT', 'IN_DOUBT') AND changed_at < :moment", changedBefore, most);
    }

    @Override
    public List<Operation> pendingSince(Instant changedBefore, int most) {
      return oldest("state = 'PENDING' AND changed_at < :moment", changedBefore, most);
    }

    @Override
    public List<Operation> movedSince(Instant changedSince, int most) {
      return oldest(
          "state = 'SUCCESS' AND changed_at >= :moment AND kind IN ('REFUND', 'PAYOUT')",
          changedSince,
          most);
    }

    /** The oldest operations for which a condition on {@code :moment} holds. */
    private List<Operation> oldest(String condition, Instant moment, int most) {
      return transaction
          .sql(
              OPERATION
                  + "WHERE "
                  + condition
                  + """

                  ORDER BY number
                  FETCH FIRST :most ROWS ONLY
                  """)
          .bind("moment", moment)
          .bind("most", most)
          .list(Open::operation);
    }

    @Override
    public List<Operation> unsettledSince(Instant startedSince, int most) {
      return transaction
          .sql(
              """
              SELECT o.subject_type, o.subject_id, o.kind, o.purpose, o.attempt, o.state,
                     o.currency, o.amount, o.target, o.detail, o.reference, o.code, o.created_at,
                     o.changed_at
              FROM payment_operations o
              WHERE o.state = 'SUCCESS' AND o.changed_at >= :since AND o.kind = 'START'
                AND NOT EXISTS (
                  SELECT 1
                  FROM payment_operations s
                  WHERE s.subject_type = o.subject_type AND s.subject_id = o.subject_id
                    AND s.kind IN ('CAPTURE', 'VOID') AND s.state = 'SUCCESS'
                )
              ORDER BY o.number
              FETCH FIRST :most ROWS ONLY
              """)
          .bind("since", startedSince)
          .bind("most", most)
          .list(Open::operation);
    }

    @Override
    public List<DisputeCase> disputes(PayableId payable) {
      return transaction
          .sql(
              """
              SELECT reference, payment, state, live, currency, amount, evidence_due, loss
              FROM payment_disputes
              WHERE payable = :payable
              ORDER BY number
              """)
          .bind("payable", payable.value())
          .list(
              row ->
                  new DisputeCase(
                      payable,
                      new Dispute(
                          row.text("reference"),
                          row.truth("live"),
                          row.text("payment"),
                          row.constant("state", DisputeState.class),
                          Money.ofMinor(
                              CurrencyUnit.of(row.text("currency")), row.number("amount")),
                          row.instantOrNull("evidence_due")),
                      row.textOrNull("loss")));
    }

    @Override
    public void put(DisputeCase one) {
      Dispute dispute = one.dispute();
      int changed =
          transaction
              .sql(
                  """
                  UPDATE payment_disputes
                  SET state = :state, evidence_due = :evidence_due, loss = :loss
                  WHERE reference = :reference
                  """)
              .bind("state", dispute.state())
              .bind("evidence_due", dispute.evidenceDue())
              .bind("loss", one.loss())
              .bind("reference", dispute.reference())
              .update();
      if (changed == 0) {
        transaction
            .sql(
                """
                INSERT INTO payment_disputes (reference, payable, payment, state, live, currency,
                  amount, evidence_due, loss)
                VALUES (:reference, :payable, :payment, :state, :live, :currency, :amount,
                  :evidence_due, :loss)
                """)
            .bind("reference", dispute.reference())
            .bind("payable", one.payable().value())
            .bind("payment", dispute.payment())
            .bind("state", dispute.state())
            .bind("live", dispute.live())
            .bind("currency", dispute.amount().getCurrencyUnit().getCode())
            .bind("amount", dispute.amount().getAmountMinorLong())
            .bind("evidence_due", dispute.evidenceDue())
            .bind("loss", one.loss())
            .update();
      }
    }

    @Override
    public Optional<Payee> payee(PayeeId id) {
      return transaction
          .sql("SELECT id, account, standing, requirements FROM payees WHERE id = :id")
          .bind("id", id.value())
          .optional(Open::payee);
    }

    @Override
    public Optional<Payee> payeeOf(String account) {
      return transaction
          .sql("SELECT id, account, standing, requirements FROM payees WHERE account = :account")
          .bind("account", account)
          .optional(Open::payee);
    }

    private static Payee payee(Row row) {
      String requirements = row.text("requirements");
      return new Payee(
          new PayeeId(row.text("id")),
          row.text("account"),
          row.constant("standing", PayeeStanding.class),
          requirements.isEmpty() ? List.of() : List.of(requirements.split("\n", -1)));
    }

    @Override
    public void put(Payee payee) {
      String requirements = String.join("\n", payee.requirements());
      int changed =
          transaction
              .sql(
                  """
                  UPDATE payees
                  SET account = :account, standing = :standing, requirements = :requirements
                  WHERE id = :id
                  """)
              .bind("id", payee.id().value())
              .bind("account", payee.account())
              .bind("standing", payee.standing())
              .bind("requirements", requirements)
              .update();
      if (changed == 0) {
        transaction
            .sql(
                """
                INSERT INTO payees (id, account, standing, requirements)
                VALUES (:id, :account, :standing, :requirements)
                """)
            .bind("id", payee.id().value())
            .bind("account", payee.account())
            .bind("standing", payee.standing())
            .bind("requirements", requirements)
            .update();
      }
    }

    @Override
    public Optional<PayoutTerms> terms(PayeeId payee, CurrencyUnit currency) {
      return transaction
          .sql(
              """
              SELECT schedule, hold_seconds, least
              FROM payout_terms
              WHERE payee = :payee AND currency = :currency
              """)
          .bind("payee", payee.value())
          .bind("currency", currency.getCode())
          .optional(
              row ->
                  new PayoutTerms(
                      PayoutSchedule.parse(row.text("schedule")),
                      Duration.ofSeconds(row.number("hold_seconds")),
                      Money.ofMinor(currency, row.number("least"))));
    }

    @Override
    public void put(PayeeId payee, PayoutTerms terms) {
      putOrInsert(
          """
          UPDATE payout_terms
          SET schedule = :schedule, hold_seconds = :hold_seconds, least = :least
          WHERE payee = :payee AND currency = :currency
          """,
          """
          INSERT INTO payout_terms (payee, currency, schedule, hold_seconds, least)
          VALUES (:payee, :currency, :schedule, :hold_seconds, :least)
          """,
          sql ->
              sql.bind("payee", payee.value())
                  .bind("currency", terms.currency().getCode())
                  .bind("schedule", terms.schedule().toString())
                  .bind("hold_seconds", terms.hold().toSeconds())
                  .bind("least", terms.least().getAmountMinorLong()));
    }

    /** Changes a row, or makes it if there is none. */
    private void putOrInsert(String update, String insertion, UnaryOperator<Sql> bound) {
      if (bound.apply(transaction.sql(update)).update() == 0) {
        bound.apply(transaction.sql(insertion)).update();
      }
    }

    @Override
    public Optional<Release> release(PayableId payable, PayeeId payee) {
      return transaction
          .sql(
              """
              SELECT payable, payee, state, delivered_at, due_at
              FROM payee_releases
              WHERE payable = :payable AND payee = :payee
              """)
          .bind("payable", payable.value())
          .bind("payee", payee.value())
          .optional(Open::release);
    }

    private static Release release(Row row) {
      return new Release(
          new PayableId(row.text("payable")),
          new PayeeId(row.text("payee")),
          row.constant("state", Release.State.class),
          row.instant("delivered_at"),
          row.instant("due_at"));
    }

    @Override
    public void put(Release release) {
      putOrInsert(
          """
          UPDATE payee_releases
          SET state = :state, delivered_at = :delivered_at, due_at = :due_at
          WHERE payable = :payable AND payee = :payee
          """,
          """
          INSERT INTO payee_releases (payable, payee, state, delivered_at, due_at)
          VALUES (:payable, :payee, :state, :delivered_at, :due_at)
          """,
          sql ->
              sql.bind("payable", release.payable().value())
                  .bind("payee", release.payee().value())
                  .bind("state", release.state())
                  .bind("delivered_at", release.deliveredAt())
                  .bind("due_at", release.dueAt()));
    }

    @Override
    public List<Release> dueReleases(Instant due, int most) {
      return transaction
          .sql(
              """
              SELECT payable, payee, state, delivered_at, due_at
              FROM payee_releases
              WHERE state = 'WAITING' AND due_at <= :due
              ORDER BY due_at, payable, payee
              FETCH FIRST :most ROWS ONLY
              """)
          .bind("due", due)
          .bind("most", most)
          .list(Open::release);
    }

    @Override
    public Map<Account, Money> payeeCash() {
      Map<Account, Money> cash = new LinkedHashMap<>();
      transaction
          .sql(
              """
              SELECT account, payee, currency, CAST(SUM(amount) AS BIGINT) AS debits
              FROM journal_postings
              WHERE account = 'PAYEE_CASH'
              GROUP BY account, payee, currency
              HAVING SUM(amount) > 0
              ORDER BY payee, currency
              """)
          .list(
              row ->
                  Map.entry(
                      account(row),
                      Money.ofMinor(CurrencyUnit.of(row.text("currency")), row.number("debits"))))
          .forEach(balance -> cash.put(balance.getKey(), balance.getValue()));
      return cash;
    }

    private static final String REFUND_REQUEST =
        """
        SELECT payable, refund, portions, currency, state, requested_by, requested_at, decided_by,
               decided_at
        FROM refund_requests
        """;

    @Override
    public boolean mayOwe(PayeeId payee) {
      return transaction
          .sql(
              """
              SELECT number
              FROM payment_operations
              WHERE kind = 'REVERSE' AND state IN ('INIT', 'PENDING', 'FAILED', 'IN_DOUBT')
                AND detail = :payee
              FETCH FIRST 1 ROWS ONLY
              """)
          .bind("payee", payee.value())
          .optional(row -> row.number("number"))
          .isPresent();
    }

    @Override
    public Money held(Payee payee, CurrencyUnit currency, @Nullable PayableId except) {
      // Credits are negative: what he was credited and what was moved to him add up to what is
      // left with the platform.
      long minor =
          transaction
              .sql(
                  """
                  SELECT CAST(COALESCE(SUM(h.unmoved), 0) AS BIGINT) AS held
                  FROM (
                    SELECT e.payable AS payable, -SUM(p.amount) AS unmoved
                    FROM journal_postings p
                    JOIN journal_entries e ON e.number = p.entry
                    WHERE p.account IN ('PAYEE_PAYABLE', 'PAYEE_CASH') AND p.payee = :payee
                      AND p.currency = :currency AND e.payable IS NOT NULL
                      AND e.payable <> :except
                    GROUP BY e.payable
                    HAVING SUM(p.amount) < 0
                  ) h
                  WHERE NOT EXISTS (
                      SELECT 1 FROM payee_releases r
                      WHERE r.payable = h.payable AND r.payee = :payee AND r.state = 'PASSED_ON')
                    AND NOT EXISTS (
                      SELECT 1 FROM payment_operations o
                      WHERE o.subject_type = 'PAYABLE' AND o.subject_id = h.payable
                        AND o.kind = 'TRANSFER' AND o.target = :account AND o.state <> 'FAILED')
                  """)
              .bind("payee", payee.id().value())
              .bind("account", payee.account())
              .bind("currency", currency.getCode())
              .bind("except", except == null ? "" : except.value())
              .one(row -> row.number("held"));
      return Money.ofMinor(currency, minor);
    }

    @Override
    public Optional<RefundRequest> refundRequest(PayableId payable, String refundId) {
      return transaction
          .sql(REFUND_REQUEST + "WHERE payable = :payable AND refund = :refund")
          .bind("payable", payable.value())
          .bind("refund", refundId)
          .optional(Open::refundRequest);
    }

    private static RefundRequest refundRequest(Row row) {
      CurrencyUnit currency = CurrencyUnit.of(row.text("currency"));
      List<Portion> portions = new ArrayList<>();
      for (String portion : row.text("portions").split(";", -1)) {
        int equals = portion.indexOf('=');
        portions.add(
            new Portion(
                portion.substring(0, equals),
                Money.ofMinor(currency, Long.parseLong(portion.substring(equals + 1)))));
      }
      return new RefundRequest(
          new PayableId(row.text("payable")),
          row.text("refund"),
          portions,
          row.constant("state", RefundRequest.State.class),
          row.text("requested_by"),
          row.instant("requested_at"),
          row.textOrNull("decided_by"),
          row.instantOrNull("decided_at"));
    }

    @Override
    public void put(RefundRequest request) {
      String portions =
          request.portions().stream()
              .map(portion -> portion.lineId() + "=" + portion.amount().getAmountMinorLong())
              .collect(Collectors.joining(";"));
      putOrInsert(
          """
          UPDATE refund_requests
          SET portions = :portions, currency = :currency, state = :state,
              requested_by = :requested_by, requested_at = :requested_at,
              decided_by = :decided_by, decided_at = :decided_at
          WHERE payable = :payable AND refund = :refund
          """,
          """
          INSERT INTO refund_requests (payable, refund, portions, currency, state, requested_by,
            requested_at, decided_by, decided_at)
          VALUES (:payable, :refund, :portions, :currency, :state, :requested_by, :requested_at,
            :decided_by, :decided_at)
          """,
          sql ->
              sql.bind("payable", request.payable().value())
                  .bind("refund", request.refundId())
                  .bind("portions", portions)
                  .bind("currency", request.total().getCurrencyUnit().getCode())
                  .bind("state", request.state())
                  .bind("requested_by", request.requestedBy())
                  .bind("requested_at", request.requestedAt())
                  .bind("decided_by", request.decidedBy())
                  .bind("decided_at", request.decidedAt()));
    }

    @Override
    public List<RefundRequest> undecidedRefunds(int most) {
      return transaction
          .sql(
              REFUND_REQUEST
                  + """
                  WHERE state = 'REQUESTED'
                  ORDER BY requested_at, payable, refund
                  FETCH FIRST :most ROWS ONLY
                  """)
          .bind("most", most)
          .list(Open::refundRequest);
    }

    @Override
    public List<Boolean> receive(List<WebhookEvent> events, Instant receivedAt) {
      // One round trip and no savepoint: this is what a burst of messages waits for. In the order
      // of their names, so that two instances with the same messages do not wait for each other.
      List<Integer> order =
          IntStream.range(0, events.size())
              .boxed()
              .sorted(Comparator.comparing(position -> events.get(position).id()))
              .toList();
      List<Integer> changed =
          transaction.batchEach(
              """
              INSERT INTO webhook_inbox (event, type, kind, reference, account, live,
                created_at, api_version, received_at, failures, due_at)
              VALUES (:event, :type, :kind, :reference, :account, :live, :created_at,
                :api_version, :received_at, 0, :received_at)
              ON CONFLICT DO NOTHING
              """,
              order,
              (parameters, position) -> {
                WebhookEvent event = events.get(position);
                parameters.bind("event", event.id());
                parameters.bind("type", event.type());
                parameters.bind("kind", event.kind());
                parameters.bind("reference", event.reference());
                parameters.bind("account", event.account());
                parameters.bind("live", event.live());
                parameters.bind("created_at", event.createdAt());
                parameters.bind("api_version", event.apiVersion());
                parameters.bind("received_at", receivedAt);
              });
      Boolean[] kept = new Boolean[events.size()];
      for (int i = 0; i < order.size(); i++) {
        kept[order.get(i)] = changed.get(i) == 1;
      }
      return List.of(kept);
    }

    @Override
    public List<WebhookEvent> unworked(Instant due, int most) {
      return transaction
          .sql(
              """
              SELECT event, type, kind, reference, account, live, created_at, api_version
              FROM webhook_inbox
              WHERE due_at <= :due
              ORDER BY number
              FETCH FIRST :most ROWS ONLY
              """)
          .bind("due", due)
          .bind("most", most)
          .list(Open::event);
    }

    private static WebhookEvent event(Row row) {
      return new WebhookEvent(
          row.text("event"),
          row.text("type"),
          row.constant("kind", WebhookEvent.Kind.class),
          row.textOrNull("reference"),
          row.textOrNull("account"),
          row.truth("live"),
          row.instant("created_at"),
          row.textOrNull("api_version"));
    }

    @Override
    public int forgetWorked(Instant receivedBefore) {
      return transaction
          .sql("DELETE FROM webhook_inbox WHERE due_at IS NULL AND received_at < :before")
          .bind("before", receivedBefore)
          .update();
    }

    @Override
    public List<WebhookEvent> failing(int failures, int most) {
      return transaction
          .sql(
              """
              SELECT event, type, kind, reference, account, live, created_at, api_version
              FROM webhook_inbox
              WHERE due_at IS NOT NULL AND failures >= :failures
              ORDER BY number
              FETCH FIRST :most ROWS ONLY
              """)
          .bind("failures", failures)
          .bind("most", most)
          .list(Open::event);
    }

    @Override
    public void worked(String eventId) {
      requireMessage(
          transaction
              .sql("UPDATE webhook_inbox SET due_at = NULL WHERE event = :event")
              .bind("event", eventId)
              .update(),
          eventId);
    }

    @Override
    public void putOff(String eventId, Instant dueAgain) {
      requireMessage(
          transaction
              .sql(
                  """
                  UPDATE webhook_inbox
                  SET due_at = :due, failures = failures + 1
                  WHERE event = :event
                  """)
              .bind("due", dueAgain)
              .bind("event", eventId)
              .update(),
          eventId);
    }

    private static void requireMessage(int changed, String eventId) {
      if (changed != 1) {
        throw new IllegalArgumentException("no such message: " + eventId);
      }
    }

    @Override
    public int failures(String eventId) {
      return transaction
          .sql("SELECT failures FROM webhook_inbox WHERE event = :event")
          .bind("event", eventId)
          .one(row -> row.integer("failures"));
    }

    // ---- the books

    @Override
    public Journal journal() {
      return this;
    }

    @Override
    public boolean append(JournalEntry entry) {
      boolean inserted =
          transaction
                  .sql(
                      """
                      INSERT INTO journal_entries (cause, kind, booked_at, payable,
                        provider_reference)
                      VALUES (:cause, :kind, :booked_at, :payable, :provider_reference)
                      ON CONFLICT DO NOTHING
                      """)
                  .bind("cause", entry.cause())
                  .bind("kind", entry.kind())
                  .bind("booked_at", entry.bookedAt())
                  .bind("payable", entry.concerns().map(PayableId::value).orElse(null))
                  .bind("provider_reference", entry.providerReference())
                  .update()
              == 1;
      if (!inserted) {
        if (!entry(entry.cause()).orElseThrow().tellsTheSameAs(entry)) {
          throw new CauseConflictException(entry.cause());
        }
        return false;
      }
      long number =
          transaction
              .sql("SELECT number FROM journal_entries WHERE cause = :cause")
              .bind("cause", entry.cause())
              .one(row -> row.number("number"));
      transaction.batch(
          """
          INSERT INTO journal_postings (entry, position, account, payee, currency, amount)
          VALUES (:entry, :position, :account, :payee, :currency, :amount)
          """,
          positions(entry.postings()),
          (parameters, position) -> {
            Posting posting = entry.postings().get(position);
            parameters.bind("entry", number);
            parameters.bind("position", position);
            parameters.bind("account", posting.account().kind());
            parameters.bind("payee", posting.account().owner().map(PayeeId::value).orElse(""));
            parameters.bind("currency", posting.account().currency().getCode());
            parameters.bind("amount", posting.amount().getAmountMinorLong());
          });
      return true;
    }

    /** A posting beside its entry, as one row. */
    private record Booked(
        long number,
        String cause,
        JournalEntry.Kind kind,
        Instant bookedAt,
        @Nullable String payable,
        @Nullable String providerReference,
        Posting posting) {
      static Booked of(Row row) {
        return new Booked(
            row.number("number"),
            row.text("cause"),
            row.constant("kind", JournalEntry.Kind.class),
            row.instant("booked_at"),
            row.textOrNull("payable"),
            row.textOrNull("provider_reference"),
            new Posting(
                account(row),
                Money.ofMinor(CurrencyUnit.of(row.text("currency")), row.number("amount"))));
      }
    }

    private static Account account(Row row) {
      String payee = row.text("payee");
      return new Account(
          row.constant("account", Account.Kind.class),
          payee.isEmpty() ? null : new PayeeId(payee),
          CurrencyUnit.of(row.text("currency")));
    }

    private static List<JournalEntry> entries(List<Booked> rows) {
      Map<Long, List<Booked>> byEntry = new LinkedHashMap<>();
      rows.forEach(
          row -> byEntry.computeIfAbsent(row.number(), number -> new ArrayList<>()).add(row));
      return byEntry.values().stream()
          .map(
              postings -> {
                Booked first = postings.getFirst();
                String payable = first.payable();
                return new JournalEntry(
                    first.cause(),
                    first.kind(),
                    first.bookedAt(),
                    payable == null ? null : new PayableId(payable),
                    first.providerReference(),
                    postings.stream().map(Booked::posting).toList());
              })
          .toList();
    }

    @Override
    public Optional<JournalEntry> entry(String cause) {
      return entries(
              transaction
                  .sql(
                      """
                      SELECT e.number, e.cause, e.kind, e.booked_at, e.payable,
                             e.provider_reference, p.account, p.payee, p.currency, p.amount
                      FROM journal_entries e
                      JOIN journal_postings p ON p.entry = e.number
                      WHERE e.cause = :cause
                      ORDER BY p.position
                      """)
                  .bind("cause", cause)
                  .list(Booked::of))
          .stream()
          .findFirst();
    }

    @Override
    public Money balance(Account account) {
      return grown(
          account,
          transaction.sql(
              """
              SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT) AS debits
              FROM journal_postings
              WHERE account = :account AND payee = :payee AND currency = :currency
              """));
    }

    @Override
    public Money balance(Account account, Instant before) {
      return grown(
          account,
          transaction
              .sql(
                  """
                  SELECT CAST(COALESCE(SUM(p.amount), 0) AS BIGINT) AS debits
                  FROM journal_postings p
                  JOIN journal_entries e ON e.number = p.entry
                  WHERE p.account = :account AND p.payee = :payee AND p.currency = :currency
                    AND e.booked_at < :before
                  """)
              .bind("before", bounded(before)));
    }

    private static Money grown(Account account, Sql sumOfDebits) {
      long debits =
          sumOfDebits
              .bind("account", account.kind())
              .bind("payee", account.owner().map(PayeeId::value).orElse(""))
              .bind("currency", account.currency().getCode())
              .one(row -> row.number("debits"));
      return Money.ofMinor(
          account.currency(),
          switch (account.kind().grows()) {
            case DEBIT -> debits;
            case CREDIT -> -debits;
          });
    }

    @Override
    public List<Account> accounts() {
      return transaction
          .sql("SELECT DISTINCT account, payee, currency FROM journal_postings")
          .list(Open::account);
    }

    @Override
    public List<JournalEntry> entries(
        @Nullable Account account, Instant from, Instant to, long skip, int most) {
      String ofAccount =
          """
          AND EXISTS (
            SELECT 1
            FROM journal_postings a
            WHERE a.entry = e.number AND a.account = :account AND a.payee = :payee
              AND a.currency = :currency
          )
          """;
      Sql sql =
          transaction.sql(
              """
              SELECT e.number, e.cause, e.kind, e.booked_at, e.payable, e.provider_reference,
                     p.account, p.payee, p.currency, p.amount
              FROM journal_postings p
              JOIN (
                SELECT e.number, e.cause, e.kind, e.booked_at, e.payable, e.provider_reference
                FROM journal_entries e
                WHERE e.booked_at >= :from AND e.booked_at < :to
              """
                  + (account == null ? "" : ofAccount)
                  + """
                    ORDER BY e.number
                    OFFSET :skip ROWS FETCH FIRST :most ROWS ONLY
                  ) e ON e.number = p.entry
                  ORDER BY e.number, p.position
                  """);
      sql.bind("from", bounded(from)).bind("to", bounded(to)).bind("skip", skip).bind("most", most);
      if (account != null) {
        sql.bind("account", account.kind())
            .bind("payee", account.owner().map(PayeeId::value).orElse(""))
            .bind("currency", account.currency().getCode());
      }
      return entries(sql.list(Booked::of));
    }

    /** Databases know fewer moments than Java does; nothing was booked beyond these. */
    private static Instant bounded(Instant moment) {
      Instant first = Instant.parse("1900-01-01T00:00:00Z");
      Instant last = Instant.parse("9000-01-01T00:00:00Z");
      return moment.isBefore(first) ? first : moment.isAfter(last) ? last : moment;
    }
  }
}

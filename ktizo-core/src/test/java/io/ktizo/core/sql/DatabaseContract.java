package io.ktizo.core.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.ktizo.core.id.Id;
import io.ktizo.core.id.IdForm;
import io.ktizo.core.testkit.TestDatabase;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the SQL layer promises on each database. */
abstract class DatabaseContract {
  private static final Instant NOON = Instant.parse("2026-12-01T12:00:00.123456Z");
  static final Migrations MIGRATIONS = Migrations.of("things", "io/ktizo/core/sql/migration");
  private static final String INSERT =
      """
      INSERT INTO things (id, name, kind, total, made_at, open, version)
      VALUES (:id, :name, :kind, :total, :madeAt, TRUE, 1)
      """;

  enum Shape {
    ROUND,
    SQUARE
  }

  record ThingId(UUID value) implements Id {
    static final IdForm<ThingId> FORM = IdForm.of("thing", ThingId::new);
  }

  record Thing(
      UUID id,
      String name,
      Shape kind,
      @Nullable Integer count,
      long total,
      @Nullable BigDecimal price,
      Instant madeAt,
      @Nullable LocalDate due,
      boolean open) {}

  private final TestDatabase test = database();
  private final Database database = test.database();

  abstract TestDatabase database();

  @BeforeEach
  void emptyTables() {
    test.empty("things");
  }

  @AfterEach
  void noConnectionIsMissing() {
    assertThat(test.borrowed()).as("connections that did not come back").isZero();
  }

  @Test
  void values_of_every_kind_come_back_as_they_went() {
    UUID id = UUID.randomUUID();
    database.run(
        tx ->
            assertThat(
                    tx.sql(
                            """
                            INSERT INTO things (id, name, kind, count, total, price, made_at, due, open, content, tags, version)
                            VALUES (:id, :name, :kind, :count, :total, :price, :madeAt, :due, :open, :content, :tags, :version)
                            """)
                        .bind("id", new ThingId(id))
                        .bind("name", "Grüße 🙂 'quoted' :name ?")
                        .bind("kind", Shape.SQUARE)
                        .bind("count", -5)
                        .bind("total", Long.MIN_VALUE)
                        .bind("price", new BigDecimal("12345.678901"))
                        .bind("madeAt", NOON.plusNanos(789))
                        .bind("due", LocalDate.of(2028, 2, 29))
                        .bind("open", false)
                        .bind("content", new byte[] {0, 1, -1})
                        .bind("tags", List.of("a", "b,'\"{}"))
                        .bind("version", 1L)
                        .update())
                .isEqualTo(1));

    Thing thing =
        database
            .sql("SELECT id, name, kind, count, total, price, made_at, due, open FROM things")
            .one(RowMapper.of(Thing.class));
    assertThat(thing)
        .isEqualTo(
            new Thing(
                id,
                "Grüße 🙂 'quoted' :name ?",
                Shape.SQUARE,
                -5,
                Long.MIN_VALUE,
                new BigDecimal("12345.678901"),
                NOON,
                LocalDate.of(2028, 2, 29),
                false));
    database
        .sql("SELECT id, content, tags FROM things WHERE id = :id")
        .bind("id", id)
        .one(
            row -> {
              assertThat(row.id("id", ThingId.FORM)).isEqualTo(new ThingId(id));
              assertThat(row.bytes("content")).containsExactly(0, 1, -1);
              assertThat(row.texts("tags")).containsExactly("a", "b,'\"{}");
              return true;
            });
  }

  @Test
  void null_goes_and_comes_where_it_is_expected_and_nowhere_else() {
    UUID id = insert("nothing");
    database
        .sql(
            "UPDATE things SET count = :none, price = :none, due = :none, content = :none, parent ="
                + " :none, tags = :none")
        .bind("none", null)
        .update();
    Thing thing =
        database
            .sql("SELECT id, name, kind, count, total, price, made_at, due, open FROM things")
            .one(RowMapper.of(Thing.class));
    assertThat(thing.count()).isNull();
    assertThat(thing.price()).isNull();
    assertThat(thing.id()).isEqualTo(id);

    assertThatExceptionOfType(UnexpectedResultException.class)
        .isThrownBy(() -> database.sql("SELECT count FROM things").one(row -> row.integer("count")))
        .withMessageContaining("column count is null");
    assertThatExceptionOfType(UnexpectedResultException.class)
        .isThrownBy(
            () ->
                database
                    .sql("SELECT id, CAST(NULL AS VARCHAR(5)) AS name FROM things")
                    .one(RowMapper.of(Named.class)));
  }

  record Named(UUID id, String name) {}

  @Test
  void lists_are_bound_as_arrays_also_empty_ones() {
    UUID one = insert("one");
    UUID two = insert("two");
    insert("three");
    assertThat(names("id = ANY(:ids)", List.of(new ThingId(one), new ThingId(two))))
        .containsExactly("one", "two");
    assertThat(names("id = ANY(:ids)", List.of())).isEmpty();
    assertThat(names("id <> ALL(:ids)", List.of())).hasSize(3);
    assertThat(names("name = ANY(:ids)", List.of("two", "x'); DROP TABLE things; --")))
        .containsExactly("two");
    assertThat(names("total = ANY(:ids)", List.of(7L, 8L))).hasSize(3);
    assertThat(names("kind = ANY(:ids)", List.of(Shape.ROUND))).hasSize(3);
    assertThat(names("made_at = ANY(:ids)", List.of(NOON))).hasSize(3);
    assertThatIllegalArgumentException().isThrownBy(() -> names("id = ANY(:ids)", List.of(1, "a")));
  }

  private List<String> names(String condition, List<?> ids) {
    return database
        .sql("SELECT name FROM things WHERE " + condition + " ORDER BY made_at, id")
        .bind("ids", ids)
        .list(row -> row.text("name"))
        .stream()
        .sorted()
        .toList();
  }

  @Test
  void parameters_must_exist_have_values_and_be_of_a_known_type() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> database.sql("SELECT 1").bind("id", 1))
        .withMessageContaining("no parameter :id");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> database.sql("SELECT :a, :b").bind("a", 1).list(row -> row))
        .withMessageContaining("no value for :b");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> database.sql("SELECT :a").bind("a", Duration.ofSeconds(1)))
        .withMessageContaining("Duration");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RowMapper.of(Unreadable.class))
        .withMessageContaining("Unreadable.span");
  }

  record Unreadable(Duration span) {}

  @Test
  void one_and_optional_mean_what_they_say() {
    insert("one");
    insert("two");
    RowMapper<String> name = row -> row.text("name");
    assertThat(database.sql("SELECT name FROM things WHERE name = 'one'").optional(name))
        .contains("one");
    assertThat(database.sql("SELECT name FROM things WHERE name = 'x'").optional(name)).isEmpty();
    assertThatExceptionOfType(UnexpectedResultException.class)
        .isThrownBy(() -> database.sql("SELECT name FROM things").optional(name))
        .withMessageContaining("more than one row");
    assertThatExceptionOfType(UnexpectedResultException.class)
        .isThrownBy(() -> database.sql("SELECT name FROM things WHERE name = 'x'").one(name))
        .withMessageContaining("no row");
  }

  @Test
  void what_returns_is_committed_and_what_throws_is_not() {
    database.run(tx -> insert(tx, "kept"));
    assertThatThrownBy(
            () ->
                database.run(
                    tx -> {
                      insert(tx, "lost");
                      throw new IllegalCallerException("on purpose");
                    }))
        .isInstanceOf(IllegalCallerException.class);
    assertThatThrownBy(
            () ->
                database.run(
                    tx -> {
                      insert(tx, "lost, too");
                      throw new StackOverflowError();
                    }))
        .isInstanceOf(StackOverflowError.class);
    assertThat(allNames()).containsExactly("kept");
  }

  @Test
  void nested_work_is_undone_alone() {
    insert("taken");
    database.run(
        tx -> {
          insert(tx, "before");
          assertThatExceptionOfType(ConstraintException.class)
              .isThrownBy(
                  () ->
                      tx.nested(
                          inner -> {
                            insert(inner, "undone");
                            return insert(inner, "taken");
                          }));
          insertNested(tx, "after");
        });
    assertThat(allNames()).containsExactly("after", "before", "taken");
  }

  @Test
  void broken_rules_are_told_apart_by_kind_and_name() {
    UUID id = insert("taken");
    assertRule(() -> insert("taken"), ConstraintException.Rule.UNIQUE, "things_name_key");
    assertRule(
        () ->
            database
                .sql("UPDATE things SET parent = :x WHERE id = :id")
                .bind("x", UUID.randomUUID())
                .bind("id", id)
                .update(),
        ConstraintException.Rule.REFERENCE,
        "things_parent_fk");
    assertRule(
        () -> database.sql("UPDATE things SET kind = 'FLAT'").update(),
        ConstraintException.Rule.CHECK,
        "things_kind_check");
    ConstraintException missing =
        catchThrowableOfType(
            ConstraintException.class,
            () -> database.sql("UPDATE things SET name = NULL").update());
    assertThat(missing.rule()).isEqualTo(ConstraintException.Rule.NOT_NULL);
    assertThatExceptionOfType(StatementFailedException.class)
        .isThrownBy(() -> database.sql("SELECT nothing FROM nowhere").list(row -> row));
  }

  private static void assertRule(
      ThrowingCallable breaking, ConstraintException.Rule rule, String name) {
    ConstraintException broken = catchThrowableOfType(ConstraintException.class, breaking);
    assertThat(broken.rule()).isEqualTo(rule);
    assertThat(broken.constraint()).contains(name);
    assertThat(broken.isDuplicateOf(name)).isEqualTo(rule == ConstraintException.Rule.UNIQUE);
  }

  @Test
  void nothing_that_the_driver_said_is_in_the_error() {
    String secret = "Erika Mustermann, Heidestraße 17";
    insert(secret);
    StringWriter trace = new StringWriter();
    catchThrowableOfType(ConstraintException.class, () -> insert(secret))
        .printStackTrace(new PrintWriter(trace));
    catchThrowableOfType(
            DatabaseException.class,
            () ->
                database
                    .sql("UPDATE things SET kind = :kind")
                    .bind("kind", secret + secret)
                    .update())
        .printStackTrace(new PrintWriter(trace));
    assertThat(trace.toString()).contains("23505").doesNotContain("Erika").doesNotContain("Heide");
  }

  @Test
  void a_transaction_inside_a_transaction_is_refused() {
    database.run(
        tx -> {
          assertThatIllegalStateException().isThrownBy(() -> insert("inner"));
          assertThatIllegalStateException()
              .isThrownBy(() -> database.reading(inner -> 1))
              .withMessageContaining("hand the Transaction on");
        });
    assertThat(insert("outer")).isNotNull();
  }

  @Test
  void a_transaction_cannot_be_used_after_its_end() {
    List<Transaction> kept = new ArrayList<>();
    database.run(kept::add);
    assertThatIllegalStateException()
        .isThrownBy(() -> kept.getFirst().sql("SELECT 1").list(row -> 1));
  }

  @Test
  void reading_refuses_changes() {
    assertThatIllegalStateException().isThrownBy(() -> database.reading(tx -> insert(tx, "no")));
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                database.reading(
                    tx ->
                        tx.batch(
                            "DELETE FROM things WHERE name = :n",
                            List.of("a"),
                            (p, n) -> p.bind("n", n))));
    assertThat(insert("yes")).isNotNull();
  }

  @Test
  void connections_go_back_as_they_came() throws Exception {
    database.inTransaction(
        TransactionOptions.READ_ONLY.isolated(Isolation.SERIALIZABLE),
        tx -> tx.sql("SELECT COUNT(*) AS n FROM things").one(row -> row.number("n")));
    try (Connection connection = test.dataSource().getConnection()) {
      assertThat(connection.getAutoCommit()).isTrue();
      assertThat(connection.isReadOnly()).isFalse();
      assertThat(connection.getTransactionIsolation())
          .isEqualTo(Connection.TRANSACTION_READ_COMMITTED);
    }
  }

  @Test
  void no_call_that_fails_keeps_a_connection() {
    // The pool holds 8; each of these would exhaust it if it leaked.
    for (int count = 0; count < 20; count++) {
      assertThatThrownBy(() -> database.sql("SELECT :missing").list(row -> row)).isNotNull();
      assertThatThrownBy(() -> database.sql("no sql at all").update()).isNotNull();
      assertThatThrownBy(
              () ->
                  database
                      .sql("SELECT 1 AS x")
                      .list(
                          row -> {
                            throw new StackOverflowError();
                          }))
          .isNotNull();
      assertThatThrownBy(() -> database.run(tx -> tx.sql("SELECT 1/0").list(row -> row.text("x"))))
          .isNotNull();
      assertThatThrownBy(
              () ->
                  database
                      .sql("SELECT 1 AS x")
                      .each(
                          1,
                          row -> row,
                          row -> {
                            throw new IllegalCallerException();
                          }))
          .isNotNull();
    }
    assertThat(insert("alive")).isNotNull();
  }

  @Test
  void deadlocks_are_tried_again_until_both_are_through() throws InterruptedException {
    UUID one = insert("one");
    UUID two = insert("two");
    CyclicBarrier both = new CyclicBarrier(2);
    AtomicInteger attempts = new AtomicInteger();
    Thread there = Thread.startVirtualThread(() -> touchBoth(one, two, both, attempts));
    Thread back = Thread.startVirtualThread(() -> touchBoth(two, one, both, attempts));
    there.join();
    back.join();
    assertThat(attempts.get()).isGreaterThan(2);
    assertThat(database.sql("SELECT total FROM things").list(row -> row.number("total")))
        .containsExactly(9L, 9L);
  }

  private void touchBoth(UUID first, UUID second, CyclicBarrier both, AtomicInteger attempts) {
    List<Boolean> met = new ArrayList<>();
    database.run(
        tx -> {
          attempts.incrementAndGet();
          add(tx, first);
          if (met.isEmpty()) {
            met.add(true);
            await(both);
          }
          add(tx, second);
        });
  }

  private static void add(Transaction tx, UUID id) {
    tx.sql("UPDATE things SET total = total + 1 WHERE id = :id").bind("id", id).update();
  }

  private static void await(CyclicBarrier barrier) {
    try {
      barrier.await(20, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void attempts_end() {
    AtomicInteger attempts = new AtomicInteger();
    assertThatExceptionOfType(ConcurrencyException.class)
        .isThrownBy(
            () ->
                database.inTransaction(
                    TransactionOptions.DEFAULT.retrying(new Retries(3, Duration.ofMillis(1))),
                    tx -> {
                      attempts.incrementAndGet();
                      throw new ConcurrencyException(
                          "test", new java.sql.SQLException("x", "40001"));
                    }));
    assertThat(attempts).hasValue(3);
  }

  @Test
  void lost_updates_cannot_happen_through_a_guarded_update() throws InterruptedException {
    insert("counter");
    List<Thread> threads =
        IntStream.range(0, 6)
            .mapToObj(
                ignored ->
                    Thread.startVirtualThread(
                        () -> {
                          for (int count = 0; count < 20; count++) {
                            guardedIncrement();
                          }
                        }))
            .toList();
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(database.sql("SELECT total FROM things").list(row -> row.number("total")))
        .containsExactly(7L + 120);
  }

  private void guardedIncrement() {
    for (boolean done = false; !done; ) {
      done =
          database.inTransaction(
              tx -> {
                long[] read =
                    tx.sql("SELECT total, version FROM things")
                        .one(row -> new long[] {row.number("total"), row.number("version")});
                return tx.sql(
                            """
                            UPDATE things SET total = :total, version = version + 1
                            WHERE version = :version
                            """)
                        .bind("total", read[0] + 1)
                        .bind("version", read[1])
                        .update()
                    == 1;
              });
    }
  }

  @Test
  void a_batch_changes_all_rows_or_none() {
    List<Integer> numbers = IntStream.range(0, 2_500).boxed().toList();
    assertThat(database.<Integer>inTransaction(tx -> insertAll(tx, numbers))).isEqualTo(2_500);
    assertThat(count()).isEqualTo(2_500);
    assertThatExceptionOfType(ConstraintException.class)
        .isThrownBy(
            () -> database.inTransaction(tx -> insertAll(tx, List.of(3_000, 3_001, 5, 3_002))))
        .satisfies(broken -> assertThat(broken.constraint()).contains("things_name_key"));
    assertThat(count()).isEqualTo(2_500);
    assertThat(database.<Integer>inTransaction(tx -> insertAll(tx, List.of()))).isZero();
  }

  private static int insertAll(Transaction tx, List<Integer> numbers) {
    return tx.batch(
        INSERT,
        numbers,
        (values, number) ->
            values
                .bind("id", UUID.randomUUID())
                .bind("name", "n" + number)
                .bind("kind", Shape.ROUND)
                .bind("total", number.longValue())
                .bind("madeAt", NOON));
  }

  @Test
  void rows_are_handed_over_one_by_one() {
    database.run(tx -> insertAll(tx, IntStream.range(0, 1_000).boxed().toList()));
    List<Long> seen = new ArrayList<>();
    long count =
        database
            .sql("SELECT total FROM things ORDER BY total")
            .each(50, row -> row.number("total"), seen::add);
    assertThat(count).isEqualTo(1_000);
    assertThat(seen).isSorted().hasSize(1_000);
  }

  @Test
  void statements_that_take_too_long_are_ended() {
    String endless =
        test.dialect() == Dialect.POSTGRESQL
            ? "SELECT COUNT(*) AS n FROM generate_series(1, 100000) a, generate_series(1, 100000) b"
            : "SELECT COUNT(*) AS n FROM system_range(1, 100000) a, system_range(1, 100000) b";
    assertThatExceptionOfType(TimedOutException.class)
        .isThrownBy(
            () ->
                database.inTransaction(
                    TransactionOptions.READ_ONLY.within(Duration.ofSeconds(1)),
                    tx -> tx.sql(endless).one(row -> row.number("n"))));
  }

  @Test
  void a_dry_pool_is_told_as_such() throws InterruptedException {
    CountDownLatch taken = new CountDownLatch(8);
    CountDownLatch done = new CountDownLatch(1);
    List<Thread> holders =
        IntStream.range(0, 8)
            .mapToObj(
                ignored ->
                    Thread.startVirtualThread(
                        () ->
                            database.run(
                                tx -> {
                                  tx.sql("SELECT 1 AS one").one(row -> row.integer("one"));
                                  taken.countDown();
                                  try {
                                    done.await();
                                  } catch (InterruptedException e) {
                                    Thread.currentThread().interrupt();
                                  }
                                })))
            .toList();
    assertThat(taken.await(20, TimeUnit.SECONDS)).isTrue();
    assertThatExceptionOfType(UnavailableException.class).isThrownBy(() -> insert("waiting"));
    done.countDown();
    for (Thread holder : holders) {
      holder.join();
    }
  }

  private UUID insert(String name) {
    UUID id = UUID.randomUUID();
    values(database.sql(INSERT), id, name).update();
    return id;
  }

  private static UUID insert(Transaction tx, String name) {
    UUID id = UUID.randomUUID();
    values(tx.sql(INSERT), id, name).update();
    return id;
  }

  private static Sql values(Sql insert, UUID id, String name) {
    return insert
        .bind("id", id)
        .bind("name", name)
        .bind("kind", Shape.ROUND)
        .bind("total", 7L)
        .bind("madeAt", NOON);
  }

  private static UUID insertNested(Transaction tx, String name) {
    return tx.nested(inner -> insert(inner, name));
  }

  private long count() {
    return database.sql("SELECT COUNT(*) AS n FROM things").one(row -> row.number("n"));
  }

  private List<String> allNames() {
    return database.sql("SELECT name FROM things ORDER BY name").list(row -> row.text("name"));
  }

  private int add(UUID id, String name) {
    return database.inTransaction(tx -> insert(tx.sql(INSERT), id, name));
  }

  private static int insert(Sql statement, UUID id, String name) {
    return statement
        .bind("id", id)
        .bind("name", name)
        .bind("kind", Shape.ROUND)
        .bind("total", 1L)
        .bind("madeAt", NOON)
        .update();
  }

  private List<String> names() {
    return database.sql("SELECT name FROM things ORDER BY name").list(row -> row.text("name"));
  }

  @Test
  void work_as_one_is_there_as_a_whole_or_not_at_all() {
    int added =
        database.asOne(
            () -> {
              int first = add(UUID.randomUUID(), "a");
              int second = insert(database.sql(INSERT), UUID.randomUUID(), "b");
              assertThat(names()).containsExactly("a", "b");
              return first + second;
            });
    assertThat(added).isEqualTo(2);
    assertThat(names()).containsExactly("a", "b");

    assertThatThrownBy(
            () ->
                database.asOne(
                    () -> {
                      add(UUID.randomUUID(), "c");
                      throw new IOException("the host's own work fails");
                    }))
        .isInstanceOf(IOException.class);
    assertThat(names()).containsExactly("a", "b");
    String nothing = database.asOne(() -> "nothing was asked of the database");
    assertThat(nothing).startsWith("nothing");
  }

  @Test
  void a_part_that_fails_is_undone_alone_and_others_see_nothing_before_the_end() throws Exception {
    UUID id = UUID.randomUUID();
    try (ExecutorService other = Executors.newSingleThreadExecutor()) {
      database.asOne(
          () -> {
            add(id, "a");
            assertThatThrownBy(
                    () ->
                        database.run(
                            tx -> {
                              insert(tx.sql(INSERT), UUID.randomUUID(), "lost");
                              insert(tx.sql(INSERT), id, "twice");
                            }))
                .isInstanceOf(ConstraintException.class);
            add(UUID.randomUUID(), "b");
            assertThat(other.submit(() -> names()).get()).isEmpty();
            return true;
          });
    }
    assertThat(names()).containsExactly("a", "b");
  }

  @Test
  void parts_have_no_other_isolation_and_there_is_no_whole_inside_a_whole() {
    assertThatThrownBy(
            () ->
                database.asOne(
                    () ->
                        database.inTransaction(
                            TransactionOptions.DEFAULT.isolated(Isolation.SERIALIZABLE),
                            tx -> true)))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> database.asOne(() -> database.asOne(() -> true)))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> database.run(tx -> database.asOne(() -> true)))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(
            () ->
                database.asOne(
                    () -> database.reading(tx -> insert(tx.sql(INSERT), UUID.randomUUID(), "x"))))
        .isInstanceOf(IllegalStateException.class);
    assertThat(names()).isEmpty();
  }

  @Test
  void a_whole_that_gave_way_to_another_transaction_is_not_committed_whatever_its_function_does()
      throws Exception {
    UUID row = UUID.randomUUID();
    add(row, "a");
    CountDownLatch held = new CountDownLatch(1);
    CountDownLatch tried = new CountDownLatch(1);
    try (ExecutorService other = Executors.newSingleThreadExecutor()) {
      Future<?> holder =
          other.submit(
              () ->
                  database.run(
                      tx -> {
                        tx.sql("UPDATE things SET total = 2 WHERE id = :id")
                            .bind("id", row)
                            .update();
                        held.countDown();
                        awaitQuietly(tried);
                      }));
      held.await();
      assertThatThrownBy(
              () ->
                  database.asOne(
                      () -> {
                        add(UUID.randomUUID(), "b");
                        assertThatThrownBy(() -> database.run(tx -> lockAtOnce(tx, row)))
                            .isInstanceOf(ConcurrencyException.class);
                        return true;
                      }))
          .isInstanceOf(ConcurrencyException.class);
      tried.countDown();
      holder.get();
    }
    assertThat(names()).containsExactly("a");
  }

  private static void lockAtOnce(Transaction tx, UUID row) {
    tx.sql("SELECT id FROM things WHERE id = :id FOR UPDATE NOWAIT")
        .bind("id", row)
        .one(each -> each.uuid("id"));
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}

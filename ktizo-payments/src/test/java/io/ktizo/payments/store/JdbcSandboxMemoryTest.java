package io.ktizo.payments.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.ktizo.core.sql.Database;
import io.ktizo.core.sql.Dialect;
import io.ktizo.core.testkit.TestDatabase;
import io.ktizo.payments.Answer;
import io.ktizo.payments.Gateway.Capture;
import io.ktizo.payments.Gateway.NewPayment;
import io.ktizo.payments.IdempotencyKey;
import io.ktizo.payments.PayableId;
import io.ktizo.payments.ProviderObject.Payment;
import io.ktizo.payments.sandbox.SandboxCard;
import io.ktizo.payments.sandbox.SandboxGateway;
import io.ktizo.payments.sandbox.SandboxMemory;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.joda.money.CurrencyUnit;
import org.joda.money.Money;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Several instances over one database play one provider. */
class JdbcSandboxMemoryTest {
  private static final int INSTANCES = 3;
  private static final int ORDERS = 20;
  private static final InstantSource NOON =
      InstantSource.fixed(Instant.parse("2026-11-25T12:00:00Z"));

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void instances_over_one_database_have_the_same_books(Dialect dialect) throws Exception {
    try (TestDatabase database = TestDatabase.create(dialect).migrated(JdbcPayments.MIGRATIONS)) {
      instancesHaveTheSameBooks(database.database());
    }
  }

  @Test
  void calls_are_found_in_their_order_and_from_any_place_on() {
    try (TestDatabase database =
        TestDatabase.create(Dialect.H2).migrated(JdbcPayments.MIGRATIONS)) {
      JdbcSandboxMemory memory = new JdbcSandboxMemory(database.database());
      memory.append("first\tcall", 0);
      List<SandboxMemory.Kept> behind = memory.append("second", 0);
      memory.append("third 'quoted'", behind.getLast().place());

      assertThat(behind)
          .extracting(SandboxMemory.Kept::call)
          .containsExactly("first\tcall", "second");
      assertThat(new JdbcSandboxMemory(database.database()).after(behind.getFirst().place()))
          .extracting(SandboxMemory.Kept::call)
          .containsExactly("second", "third 'quoted'");
    }
  }

  /** Each order is asked for by all instances at the same time, with the same key. */
  private static void instancesHaveTheSameBooks(Database database) throws Exception {
    List<SandboxGateway> instances = new ArrayList<>();
    for (int i = 0; i < INSTANCES; i++) {
      instances.add(instance(database));
    }
    List<Callable<String>> calls = new ArrayList<>();
    for (int order = 0; order < ORDERS; order++) {
      for (SandboxGateway instance : instances) {
        String id = "order_" + order;
        calls.add(() -> paid(instance, id));
      }
    }
    TreeSet<String> references = new TreeSet<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(6)) {
      for (Future<String> call : threads.invokeAll(calls)) {
        references.add(call.get());
      }
    }

    assertThat(references).hasSize(ORDERS);
    instances.add(instance(database));
    for (SandboxGateway instance : instances) {
      assertThat(instance.balanceChanges(null, Instant.EPOCH, null))
          .isEqualTo(instances.getFirst().balanceChanges(null, Instant.EPOCH, null));
      assertThat(instance.available(CurrencyUnit.EUR, null))
          .isEqualTo(instances.getFirst().available(CurrencyUnit.EUR, null));
    }
  }

  private static SandboxGateway instance(Database database) {
    return new SandboxGateway(
        SandboxGateway.Mode.TRIAL,
        NOON,
        "a secret of the sandbox".getBytes(StandardCharsets.UTF_8),
        SandboxGateway.Webhooks.NONE,
        new JdbcSandboxMemory(database));
  }

  private static String paid(SandboxGateway instance, String order) {
    Payment payment =
        done(
            instance.start(
                IdempotencyKey.of(order, "start", 1),
                new NewPayment(new PayableId(order), Money.parse("EUR 10.00"), Capture.AT_ONCE)));
    done(
        instance.authorise(
            IdempotencyKey.of(order, "authorise", 1),
            payment.reference(),
            SandboxCard.APPROVED.token()));
    return payment.reference();
  }

  private static Payment done(Answer<Payment> answer) {
    assertThat(answer).isInstanceOf(Answer.Done.class);
    return ((Answer.Done<Payment>) answer).object();
  }
}

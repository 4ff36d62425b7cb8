package io.ktizo.payments.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.ktizo.core.sql.Dialect;
import io.ktizo.core.testkit.TestDatabase;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class H2JdbcPaymentsTest extends PaymentsStoreContract {
  @AutoClose
  private static final TestDatabase DATABASE =
      TestDatabase.create(Dialect.H2).migrated(JdbcPayments.MIGRATIONS);

  @Override
  PaymentsStore empty() {
    DATABASE.empty(
        "payment_provider",
        "sandbox_calls",
        "refund_requests",
        "payee_releases",
        "payout_terms",
        "journal_postings",
        "journal_entries",
        "webhook_inbox",
        "payees",
        "payment_disputes",
        "payment_operations",
        "payment_subjects",
        "payable_commissions",
        "payable_lines",
        "payables");
    return new JdbcPayments(DATABASE.database());
  }

  @Test
  void the_sandbox_finds_its_calls_in_their_order() {
    empty();
    JdbcSandboxMemory memory = new JdbcSandboxMemory(DATABASE.database());
    List<String> calls = List.of("first\tcall", "second", "third 'quoted'");
    calls.forEach(memory::append);

    assertThat(new JdbcSandboxMemory(DATABASE.database()).calls()).containsExactlyElementsOf(calls);
  }
}

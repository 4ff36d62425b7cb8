package io.ktizo.payments.store;

import io.ktizo.core.sql.Dialect;
import io.ktizo.core.testkit.TestDatabase;
import org.junit.jupiter.api.AutoClose;

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
}

package io.ktizo.payments.store;

class MemoryPaymentsTest extends PaymentsStoreContract {
  @Override
  PaymentsStore empty() {
    return new MemoryPayments();
  }
}

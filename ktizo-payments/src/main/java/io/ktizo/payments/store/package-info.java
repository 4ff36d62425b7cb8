/**
 * Where payments are kept: payables, operations, payees, the inbox of messages and the journal.
 *
 * <p>Begin with {@link io.ktizo.payments.store.PaymentsStore}. Everything that belongs together is
 * changed in one transaction: what was done and how it is booked.
 *
 * <p>This room may use {@code io.ktizo.payments}, {@code io.ktizo.payments.ledger}, {@code
 * io.ktizo.core.sql}, joda-money and the JDK.
 */
@NullMarked
package io.ktizo.payments.store;

import org.jspecify.annotations.NullMarked;

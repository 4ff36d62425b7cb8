/**
 * The books: what happened to every amount, in double entry.
 *
 * <p>Begin with {@link io.ktizo.payments.ledger.Journal}. A {@link
 * io.ktizo.payments.ledger.JournalEntry} moves money between {@linkplain
 * io.ktizo.payments.ledger.Account accounts}; its postings add up to zero in every currency, and it
 * is never changed afterwards, only followed by others. {@link io.ktizo.payments.ledger.Bookings}
 * holds the rules: which entry follows from which event.
 *
 * <p>This room may use {@code io.ktizo.payments}, joda-money and the JDK.
 */
@NullMarked
package io.ktizo.payments.ledger;

import org.jspecify.annotations.NullMarked;

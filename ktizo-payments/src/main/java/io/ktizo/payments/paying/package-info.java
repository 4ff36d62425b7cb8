/**
 * What is done with payments: taking, giving back, passing on, and finding out what happened.
 *
 * <p>Begin with {@link io.ktizo.payments.paying.Paying}. Whatever is asked of the provider is kept
 * first as an {@link io.ktizo.payments.Operation}, asked under the operation's key, and settled in
 * one transaction with its journal entry; a process may die between any two of these, and {@link
 * io.ktizo.payments.paying.Paying#resolve} finishes what it left. Messages from the provider are
 * hints to look something up. {@link io.ktizo.payments.paying.Reconciling} compares the provider's
 * books with ours.
 *
 * <p>This room may use every other room of the module but the gateways.
 */
@NullMarked
package io.ktizo.payments.paying;

import org.jspecify.annotations.NullMarked;

/**
 * Taking money from customers and paying the Shops it belongs to, for any marketplace.
 *
 * <p>Begin with {@link io.ktizo.payments.Payable}: what is to be paid, to whom it belongs, and what
 * the platform keeps of it. The module knows no prints and no orders; a host refers to its own by
 * the payable's id. Where the money goes is the {@link io.ktizo.payments.Allocation} of a payable;
 * what has happened to it stands in the double-entry journal of {@code io.ktizo.payments.ledger}.
 *
 * <p>Money is exact: joda-money amounts in minor units, split by largest remainder, never a double.
 */
@NullMarked
package io.ktizo.payments;

import org.jspecify.annotations.NullMarked;

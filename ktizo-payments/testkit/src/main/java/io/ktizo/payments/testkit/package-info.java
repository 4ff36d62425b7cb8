/**
 * For tests of whoever takes payments: Stripe in the process, and the contract of a gateway.
 *
 * <p>Begin with {@link io.ktizo.payments.testkit.StripeSimulator}: an HTTP server on the loopback
 * address that answers as Stripe Connect does, keeps books, signs webhook messages, and can be told
 * to lose, repeat, delay and reorder ({@link io.ktizo.payments.testkit.Chaos}). Whoever writes a
 * gateway of his own extends {@link io.ktizo.payments.testkit.GatewayContract}.
 */
@NullMarked
package io.ktizo.payments.testkit;

import org.jspecify.annotations.NullMarked;

/**
 * Stripe Connect as a {@link io.ktizo.payments.Gateway}: separate charges and transfers, the
 * platform being the merchant of record.
 *
 * <p>Begin with {@link io.ktizo.payments.stripe.StripeGateway} and {@link
 * io.ktizo.payments.stripe.StripeSettings}. Card data never comes here: customers agree in their
 * browsers with Stripe's Payment Element.
 *
 * <p>This room is the only one that may use stripe-java, an optional dependency.
 */
@NullMarked
package io.ktizo.payments.stripe;

import org.jspecify.annotations.NullMarked;

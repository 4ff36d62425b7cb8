/**
 * Payments for the privacy engine: what is kept of a person, and why it stays.
 *
 * <p>Begin with {@link io.ktizo.payments.holder.PaymentsHolder}. Needs ktizo-privacy; nothing else
 * in the module does.
 */
@NullMarked
package io.ktizo.payments.holder;

import org.jspecify.annotations.NullMarked;

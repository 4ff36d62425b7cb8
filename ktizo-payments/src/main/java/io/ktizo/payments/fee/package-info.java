/**
 * What the platform keeps of a sale.
 *
 * <p>Begin with {@link io.ktizo.payments.fee.CommissionRules}: an ordered list of which the first
 * rule that applies decides. What it decides is frozen in the {@link io.ktizo.payments.Payable}; a
 * rule that changes later changes no order.
 *
 * <p>This room may use {@code io.ktizo.payments}, joda-money and the JDK.
 */
@NullMarked
package io.ktizo.payments.fee;

import org.jspecify.annotations.NullMarked;

/**
 * Arithmetic of money that more than one room needs, exact to the last minor unit.
 *
 * <p>Begin with {@link io.ktizo.core.money.LargestRemainder}: it divides amounts so that the parts
 * always add up to the whole.
 *
 * <p>This room may use joda-money and the JDK, nothing else.
 */
@NullMarked
package io.ktizo.core.money;

import org.jspecify.annotations.NullMarked;

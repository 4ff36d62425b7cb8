/**
 * From an estimate and a Shop's price list to a price that explains itself.
 *
 * <p>This room may use {@code io.ktizo.core.mesh}, {@code io.ktizo.core.print}, joda-money and the
 * JDK, nothing else.
 */
@NullMarked
package io.ktizo.core.quote;

import org.jspecify.annotations.NullMarked;

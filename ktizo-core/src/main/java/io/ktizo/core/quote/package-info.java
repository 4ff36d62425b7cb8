/**
 * From an estimate and a Shop's price list to a price that explains itself.
 *
 * <p>Begin with {@link io.ktizo.core.quote.Quoting}. A {@link io.ktizo.core.quote.PriceList} says
 * what a Shop charges, as data; an {@link io.ktizo.core.quote.AssessedModel} is a model of which
 * everything is known that a price needs. For each printer, material and quality of each Shop the
 * answer is an {@link io.ktizo.core.quote.Offer}: a {@link io.ktizo.core.quote.Quote} that stands,
 * or {@linkplain io.ktizo.core.quote.ReviewReason reasons} why the Shop will look first.
 *
 * <p>A quote carries its {@link io.ktizo.core.quote.Derivation}: every input, rule and rounding, as
 * a document from which anybody can compute the price again without this library.
 *
 * <p>Money is exact: decimals throughout, rounded in named places. Measured binary fractions become
 * decimals in one place, before the first rule.
 *
 * <p>This room may use {@code io.ktizo.core.mesh}, {@code io.ktizo.core.print}, {@code
 * io.ktizo.core.money}, joda-money and the JDK, nothing else.
 */
@NullMarked
package io.ktizo.core.quote;

import org.jspecify.annotations.NullMarked;

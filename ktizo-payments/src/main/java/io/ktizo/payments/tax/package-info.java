/**
 * Value-added tax of what is sold: how much, why, and of which country.
 *
 * <p>Begin with {@link io.ktizo.payments.tax.TaxCalculation}, the port. {@link
 * io.ktizo.payments.tax.TaxTable} answers from a table of rates; a provider's own service can stand
 * in its place. What is answered is frozen in the payable: rate, reason and jurisdiction belong on
 * the invoice and are not computed again.
 *
 * <p>This room may use {@code io.ktizo.payments}, joda-money and the JDK.
 */
@NullMarked
package io.ktizo.payments.tax;

import org.jspecify.annotations.NullMarked;

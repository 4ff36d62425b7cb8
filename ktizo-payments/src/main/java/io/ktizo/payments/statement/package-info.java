/**
 * What a payee is told about his money: statements of a span of time, and what the authorities are
 * told of a year.
 *
 * <p>Begin with {@link io.ktizo.payments.statement.Statements}. Every figure is computed from the
 * journal; an opening balance and the lines add up to the closing balance, or there is no
 * statement. {@link io.ktizo.payments.statement.StatementCsv} and {@link
 * io.ktizo.payments.statement.StatementPdf} write it down.
 *
 * <p>This room may use {@code io.ktizo.payments}, its books and its store; OpenPDF is needed for
 * the PDF alone.
 */
@NullMarked
package io.ktizo.payments.statement;

import org.jspecify.annotations.NullMarked;

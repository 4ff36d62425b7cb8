package io.ktizo.privacy.datamap;

import java.time.LocalDate;

/**
 * A gap that somebody knows of and answers for until a day.
 *
 * @param table the table's name
 * @param column the column's name, or {@code *} for the whole table
 * @param reason why it may wait
 * @param until the last day on which the waiver holds
 */
public record Waiver(String table, String column, String reason, LocalDate until) {}

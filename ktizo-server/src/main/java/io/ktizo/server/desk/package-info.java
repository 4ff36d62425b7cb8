/**
 * The desk at which models are taken in and priced: files in a folder, records in a database, and
 * work on meshes that never takes more than its share of the machine.
 *
 * <p>Begin with {@link io.ktizo.server.desk.Intake} and {@link io.ktizo.server.desk.QuoteDesk}.
 * What a model is, and what it costs, is decided in {@code ktizo-core}; this package keeps the
 * results for as long as {@link io.ktizo.server.desk.Retention} says.
 */
@NullMarked
package io.ktizo.server.desk;

import org.jspecify.annotations.NullMarked;

/**
 * Where the trade keeps its things: the tables of the core, and the stores over them.
 *
 * <p>Begin with {@link io.ktizo.core.store.CoreTables}. The interfaces stand with the trade they
 * serve ({@code account}, {@code shop}); here are their implementations on a {@link
 * io.ktizo.core.sql.Database} and in memory, held to the same contracts. The SQL stands in the
 * store that uses it; what each column means for a person's privacy stands in {@code data-map.yaml}
 * beside the migrations.
 */
@NullMarked
package io.ktizo.core.store;

import org.jspecify.annotations.NullMarked;

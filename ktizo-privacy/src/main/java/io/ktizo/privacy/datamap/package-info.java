/**
 * The data map: for every table and column of an application what it holds of whom, why, for how
 * long, and what becomes of it.
 *
 * <p>Begin with {@link io.ktizo.privacy.datamap.DataMap}. A map is written as YAML ({@link
 * io.ktizo.privacy.datamap.DataMap#parse}) or built in Java ({@link
 * io.ktizo.privacy.datamap.DataMap#builder}); each prints the other. {@link
 * io.ktizo.privacy.datamap.Coverage} compares it with a live database, column by column and both
 * ways; {@link io.ktizo.privacy.datamap.Draft} writes a first map from a live database.
 *
 * <p>This room reads a database's catalogue; of its rows it reads JSON documents only, and of these
 * only the names of paths.
 */
@NullMarked
package io.ktizo.privacy.datamap;

import org.jspecify.annotations.NullMarked;

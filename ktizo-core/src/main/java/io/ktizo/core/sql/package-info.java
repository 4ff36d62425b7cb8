/**
 * A small, honest layer over JDBC: what a store needs and nothing that hides the SQL.
 *
 * <p>Begin with {@link io.ktizo.core.sql.Database}. The host lends a {@link javax.sql.DataSource};
 * work is handed in as a function and gets a {@link io.ktizo.core.sql.Transaction}, which is
 * committed when the function returns and rolled back when it throws. Statements are written as
 * text with named parameters ({@link io.ktizo.core.sql.Sql}), rows become records ({@link
 * io.ktizo.core.sql.RowMapper}), and whatever the driver reports becomes a {@link
 * io.ktizo.core.sql.DatabaseException} that says what kind of failure it was, by its SQLState, and
 * repeats nothing that the driver said: drivers quote values, and values belong to people.
 *
 * <p>Two databases are known, PostgreSQL and H2 in its PostgreSQL mode ({@link
 * io.ktizo.core.sql.H2Address}); all that differs between them stands in {@link
 * io.ktizo.core.sql.Dialect}. Tables are made by {@link io.ktizo.core.sql.Migrations}, the one
 * class here that needs the optional library Flyway.
 *
 * <p>Not here, on purpose: generated SQL, lazy loading, caches, transactions bound to threads.
 */
@NullMarked
package io.ktizo.core.sql;

import org.jspecify.annotations.NullMarked;

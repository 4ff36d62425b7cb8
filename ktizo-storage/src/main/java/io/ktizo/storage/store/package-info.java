/**
 * Where catalogue and wrapped keys are kept: in memory for tests, and in a database by {@link
 * io.ktizo.storage.store.SqlCatalogue} and {@link io.ktizo.storage.store.SqlWrappedKeys}. The two
 * have migrations of their own, so that wrapped keys can stand in a database that ordinary backups
 * leave out.
 */
@NullMarked
package io.ktizo.storage.store;

import org.jspecify.annotations.NullMarked;

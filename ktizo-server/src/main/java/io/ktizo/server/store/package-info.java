/**
 * The server's own tables, beside those of the libraries.
 *
 * <p>Begin with {@link io.ktizo.server.store.ServerTables}, whose scripts make them. {@link
 * io.ktizo.server.store.StoredAnswers} remembers the answers to requests that may be repeated.
 */
@NullMarked
package io.ktizo.server.store;

import org.jspecify.annotations.NullMarked;

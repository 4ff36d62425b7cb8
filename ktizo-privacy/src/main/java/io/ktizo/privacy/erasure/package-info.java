/**
 * Erasing a person, and proving it.
 *
 * <p>Begin with {@link io.ktizo.privacy.erasure.Erasing}: it plans, works off a journal of
 * idempotent steps that any instance can take up again, looks for residue, and signs a {@link
 * io.ktizo.privacy.erasure.Certificate}. What was erased is noted by keyed hash in a {@link
 * io.ktizo.privacy.erasure.Ledger} outside the database, so that a restored backup brings nobody
 * back. See docs/adr/0009.
 */
@NullMarked
package io.ktizo.privacy.erasure;

import org.jspecify.annotations.NullMarked;

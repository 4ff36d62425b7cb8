/**
 * Files of people, kept safely. Begin with {@link io.ktizo.storage.FileStore} for the bytes, {@link
 * io.ktizo.storage.Vault} for the bytes under a key of their owner, and {@link
 * io.ktizo.storage.Catalogue} for what is known about them; {@code storage.upload} takes files in
 * and {@code storage.access} gives them out again.
 *
 * <p>Three things are apart on purpose. The <em>store</em> holds blobs under random names and knows
 * nobody. The <em>vault</em> holds one key for each person and one for each content, so that
 * destroying a key forgets every copy of the bytes, backups included. The <em>catalogue</em> is the
 * database that says which blobs are whose; whatever it does not claim is garbage, and is removed.
 */
@NullMarked
package io.ktizo.storage;

import org.jspecify.annotations.NullMarked;

/**
 * Bytes under keys. Begin with {@link io.ktizo.storage.crypto.EncryptedStore}: it puts a file store
 * behind keys that are kept in {@link io.ktizo.storage.crypto.WrappedKeys} under a master key of
 * {@link io.ktizo.storage.crypto.MasterKeys}.
 *
 * <p>Three levels. The master key, versioned, wraps one key for each owner; the owner's key wraps
 * one for each content; the content's key encrypts its pieces by streaming AEAD. A new master key
 * needs the owners' keys wrapped anew and no file rewritten. Destroying an owner's key makes all
 * his contents unreadable, in backups too, <em>if the wrapped keys themselves are not in those
 * backups</em>: they belong in a database of their own whose copies live for hours, not months.
 *
 * <p>The cryptography is Google Tink's: AES-256-GCM-HKDF streaming for bytes, AES-256-GCM for keys.
 */
@NullMarked
package io.ktizo.storage.crypto;

import org.jspecify.annotations.NullMarked;

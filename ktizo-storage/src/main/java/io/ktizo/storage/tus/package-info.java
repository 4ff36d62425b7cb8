/**
 * Resumable uploads by the tus protocol 1.0.0 (tus.io/protocols/resumable-upload): {@link
 * io.ktizo.storage.tus.TusHandler}, which knows no HTTP framework. Whoever mounts it turns his
 * requests into {@link io.ktizo.storage.tus.TusRequest} and writes {@link
 * io.ktizo.storage.tus.TusResponse} back.
 */
@NullMarked
package io.ktizo.storage.tus;

import org.jspecify.annotations.NullMarked;

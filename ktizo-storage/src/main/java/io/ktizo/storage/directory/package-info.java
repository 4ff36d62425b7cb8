/**
 * Blobs as files of a directory: {@link io.ktizo.storage.directory.DirectoryStore}. Nothing but the
 * JDK.
 */
@NullMarked
package io.ktizo.storage.directory;

import org.jspecify.annotations.NullMarked;

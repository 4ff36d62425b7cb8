/**
 * What the privacy engine of ktizo-privacy asks of a file store: {@link
 * io.ktizo.storage.holder.StoredFilesHolder}. Needs the optional dependency {@code ktizo-privacy}.
 */
@NullMarked
package io.ktizo.storage.holder;

import org.jspecify.annotations.NullMarked;

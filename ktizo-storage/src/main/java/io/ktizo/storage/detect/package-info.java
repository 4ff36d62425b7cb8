/**
 * What a file is, by its content alone: {@link io.ktizo.storage.detect.TypeDetection}. Models are
 * told by {@code io.ktizo.core.mesh}, everything else by Apache Tika's magic numbers where the
 * optional dependency {@code tika-core} is there. No document is parsed: only {@code tika-core} is
 * wanted on the class path, never a parser module.
 */
@NullMarked
package io.ktizo.storage.detect;

import org.jspecify.annotations.NullMarked;

/**
 * Giving files out. {@link io.ktizo.storage.access.FileAccess} decides at the moment of opening,
 * and again while bytes flow, whether somebody may have a file; {@link
 * io.ktizo.storage.access.Downloads} makes an HTTP answer of it without knowing an HTTP framework;
 * {@link io.ktizo.storage.access.Keeping} lists, derives from, and deletes what was kept.
 */
@NullMarked
package io.ktizo.storage.access;

import org.jspecify.annotations.NullMarked;

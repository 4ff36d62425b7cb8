/** Resumable uploads on the JDK's own HTTP server: {@link io.ktizo.examples.uploads.Uploads}. */
@NullMarked
package io.ktizo.examples.uploads;

import org.jspecify.annotations.NullMarked;

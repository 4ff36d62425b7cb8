/**
 * Looking for malware: {@link io.ktizo.storage.scan.Scanner}, with ClamAV's protocol as one
 * implementation.
 */
@NullMarked
package io.ktizo.storage.scan;

import org.jspecify.annotations.NullMarked;

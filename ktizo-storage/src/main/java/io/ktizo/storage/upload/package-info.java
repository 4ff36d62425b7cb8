/**
 * Taking files in. Begin with {@link io.ktizo.storage.upload.Uploading}: admit, receive, sniff,
 * scan, keep or refuse, each with a typed outcome. {@code storage.tus} puts a protocol over it.
 */
@NullMarked
package io.ktizo.storage.upload;

import org.jspecify.annotations.NullMarked;

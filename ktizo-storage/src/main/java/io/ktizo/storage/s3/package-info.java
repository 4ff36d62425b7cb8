/**
 * Blobs as objects of a bucket: {@link io.ktizo.storage.s3.S3Store}, for Amazon S3 and whatever
 * speaks its protocol. Needs the optional dependencies {@code software.amazon.awssdk:s3} and {@code
 * url-connection-client}.
 */
@NullMarked
package io.ktizo.storage.s3;

import org.jspecify.annotations.NullMarked;

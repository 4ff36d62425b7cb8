/**
 * Master keys that never leave a key management service: {@link io.ktizo.storage.kms.AwsMasterKeys}
 * for AWS KMS and what speaks its protocol. Needs the optional dependency {@code
 * software.amazon.awssdk:kms}. For other services see {@link
 * io.ktizo.storage.crypto.AeadMasterKeys}.
 */
@NullMarked
package io.ktizo.storage.kms;

import org.jspecify.annotations.NullMarked;

package io.ktizo.storage.kms;

import java.net.URI;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * Where master keys are and how long to wait for them. The text form shows no secret.
 *
 * @param endpoint the service's address; empty for Amazon's own in {@code region}
 * @param region the region that requests are signed for
 * @param accessKeyId id of the key with which requests are signed
 * @param secretAccessKey that key
 * @param keys KMS key ids, ARNs or aliases by version, the current one last
 * @param patience how long a call may take, repetitions included; at most a minute
 */
public record KmsSettings(
    Optional<URI> endpoint,
    String region,
    String accessKeyId,
    String secretAccessKey,
    SequencedMap<String, String> keys,
    Duration patience) {
  public KmsSettings {
    keys = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(keys));
  }

  /** Without the secret. */
  @Override
  public String toString() {
    return "KmsSettings[" + region + ", " + keys.keySet() + "]";
  }
}

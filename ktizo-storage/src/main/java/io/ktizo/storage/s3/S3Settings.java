package io.ktizo.storage.s3;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where the bucket is and how long to wait for it. The text form shows no secret.
 *
 * @param endpoint the service's address; empty for Amazon's own in {@code region}
 * @param region the region that requests are signed for; most other services take {@code us-east-1}
 * @param bucket an existing bucket
 * @param prefix put before every name, for instance {@code files/}; may be empty. Slashes are
 *     allowed
 * @param credentials who asks
 * @param pathStyle whether the bucket stands in the path and not in the host name, as most services
 *     besides Amazon's want it
 * @param connectTimeout until a connection must be there, at most a minute
 * @param answerTimeout how long the service may be silent, at most ten minutes
 * @param attempts how often a request is tried, 1 to 10, with growing pauses in between
 * @param spool a local directory for bytes on their way to the bucket
 */
public record S3Settings(
    Optional<URI> endpoint,
    String region,
    String bucket,
    String prefix,
    Credentials credentials,
    boolean pathStyle,
    Duration connectTimeout,
    Duration answerTimeout,
    int attempts,
    Path spool) {
  private static final Pattern BUCKET = Pattern.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");
  private static final Pattern PREFIX = Pattern.compile("(?:[A-Za-z0-9._-]+/)*");

  /** All checked. */
  public S3Settings {
    if (!BUCKET.matcher(bucket).matches()) {
      throw new IllegalArgumentException("not the name of a bucket: " + bucket);
    }
    if (!PREFIX.matcher(prefix).matches()) {
      throw new IllegalArgumentException("a prefix is empty or ends in a slash: " + prefix);
    }
    requireWithin(connectTimeout, Duration.ofMinutes(1));
    requireWithin(answerTimeout, Duration.ofMinutes(10));
    if (attempts < 1 || attempts > 10) {
      throw new IllegalArgumentException("1 to 10 attempts: " + attempts);
    }
  }

  private static void requireWithin(Duration timeout, Duration longest) {
    if (timeout.isNegative() || timeout.isZero() || timeout.compareTo(longest) > 0) {
      throw new IllegalArgumentException("a time-out of at most " + longest + ": " + timeout);
    }
  }

  /**
   * A bucket of a service at an address, with path style, 5 s to connect, 30 s for an answer and
   * three attempts; the spool is the system's directory for temporary files.
   */
  public static S3Settings at(URI endpoint, String bucket, Credentials credentials) {
    return new S3Settings(
        Optional.of(endpoint),
        "us-east-1",
        bucket,
        "",
        credentials,
        true,
        Duration.ofSeconds(5),
        Duration.ofSeconds(30),
        3,
        Path.of(System.getProperty("java.io.tmpdir")));
  }

  /** The same with other time-outs and attempts. */
  public S3Settings patience(Duration toConnect, Duration toAnswer, int tries) {
    return new S3Settings(
        endpoint,
        region,
        bucket,
        prefix,
        credentials,
        pathStyle,
        toConnect,
        toAnswer,
        tries,
        spool);
  }

  /** The same with names below a prefix. */
  public S3Settings below(String newPrefix) {
    return new S3Settings(
        endpoint,
        region,
        bucket,
        newPrefix,
        credentials,
        pathStyle,
        connectTimeout,
        answerTimeout,
        attempts,
        spool);
  }

  /** The same with another directory for bytes on their way. */
  public S3Settings spoolingIn(Path directory) {
    return new S3Settings(
        endpoint,
        region,
        bucket,
        prefix,
        credentials,
        pathStyle,
        connectTimeout,
        answerTimeout,
        attempts,
        directory);
  }

  /**
   * An access key. The text form shows the id alone.
   *
   * @param accessKeyId names the key
   * @param secretAccessKey signs requests
   */
  public record Credentials(String accessKeyId, String secretAccessKey) {
    /** Neither may be empty. */
    public Credentials {
      if (accessKeyId.isEmpty() || secretAccessKey.isEmpty()) {
        throw new IllegalArgumentException("an access key has an id and a secret");
      }
    }

    @Override
    public String toString() {
      return accessKeyId + ":…";
    }
  }
}

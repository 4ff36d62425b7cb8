package io.ktizo.storage.s3;

import io.ktizo.storage.AlreadyStoredException;
import io.ktizo.storage.BlobMissingException;
import io.ktizo.storage.BlobWriter;
import io.ktizo.storage.ByteRange;
import io.ktizo.storage.FileStore;
import io.ktizo.storage.StorageException;
import io.ktizo.storage.StoreFullException;
import io.ktizo.storage.StoreKey;
import io.ktizo.storage.StoreUnavailableException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.stream.Stream;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.StandardRetryStrategy;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Keeps each blob as an object of one bucket.
 *
 * <p>A blob is first written to a local file that is removed from its directory as soon as it is
 * open, so that a killed process leaves none; then it is sent in one request with its length, which
 * can be repeated byte for byte. The bucket's own condition {@code If-None-Match: *} keeps names
 * from being written twice. At most 5 GiB a blob, the limit of one request.
 *
 * <p>The client computes checksums only where the protocol asks for them: those that SDKs add on
 * their own since 2025 are refused by several compatible services. The bytes are protected anyway,
 * by the vault above.
 */
public final class S3Store implements FileStore, AutoCloseable {
  private static final String ATTEMPT = "ktizo-attempt";
  private static final int PRECONDITION_FAILED = 412;
  private static final int CONFLICT = 409;
  private static final int NOT_FOUND = 404;
  private static final int RANGE_NOT_SATISFIABLE = 416;
  private static final int INSUFFICIENT_STORAGE = 507;

  private final S3Client client;
  private final S3Settings settings;

  private S3Store(S3Client client, S3Settings settings) {
    this.client = client;
    this.settings = settings;
  }

  /** Makes a client; nothing is asked of the service yet. */
  public static S3Store open(S3Settings settings) {
    S3ClientBuilder builder =
        S3Client.builder()
            .region(Region.of(settings.region()))
            .credentialsProvider(
                StaticCredentialsProvider.create(
                    AwsBasicCredentials.create(
                        settings.credentials().accessKeyId(),
                        settings.credentials().secretAccessKey())))
            .forcePathStyle(settings.pathStyle())
            // Plain bodies: "aws-chunked" is read by fewer services, and badly by some.
            .serviceConfiguration(s3 -> s3.chunkedEncodingEnabled(false))
            .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
            .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
            .httpClient(
                UrlConnectionHttpClient.builder()
                    .connectionTimeout(settings.connectTimeout())
                    .socketTimeout(settings.answerTimeout())
                    .build())
            .overrideConfiguration(
                override ->
                    override.retryStrategy(
                        StandardRetryStrategy.builder().maxAttempts(settings.attempts()).build()));
    settings.endpoint().map(URI::normalize).ifPresent(builder::endpointOverride);
    return new S3Store(builder.build(), settings);
  }

  @Override
  public void put(StoreKey key, BlobWriter content) throws IOException {
    if (exists(key)) {
      throw new AlreadyStoredException(key);
    }
    try (Spool spool = Spool.create(settings.spool(), key)) {
      content.writeTo(spool.out());
      send(key, spool);
    }
  }

  private void send(StoreKey key, Spool spool) {
    String attempt = UUID.randomUUID().toString();
    try {
      client.putObject(
          request ->
              request
                  .bucket(settings.bucket())
                  .key(name(key))
                  .ifNoneMatch("*")
                  .metadata(Map.of(ATTEMPT, attempt))
                  .contentType("application/octet-stream"),
          RequestBody.fromContentProvider(spool::in, spool.length(), "application/octet-stream"));
    } catch (S3Exception e) {
      if (e.statusCode() != PRECONDITION_FAILED && e.statusCode() != CONFLICT) {
        throw failed("putting", key, e);
      }
      // A repeated request finds its own object when the first answer was lost on the way.
      if (!writtenBy(key).equals(attempt)) {
        throw new AlreadyStoredException(key);
      }
    } catch (SdkException e) {
      throw failed("putting", key, e);
    }
  }

  private String writtenBy(StoreKey key) {
    try {
      return client
          .headObject(request -> request.bucket(settings.bucket()).key(name(key)))
          .metadata()
          .getOrDefault(ATTEMPT, "");
    } catch (SdkException e) {
      throw failed("looking for", key, e);
    }
  }

  @Override
  public InputStream open(StoreKey key, ByteRange range) {
    if (range.length() == 0) {
      length(key).orElseThrow(() -> new BlobMissingException(key));
      return new ByteArrayInputStream(new byte[0]);
    }
    try {
      return client.getObject(
          request -> {
            request.bucket(settings.bucket()).key(name(key));
            if (!range.equals(ByteRange.ALL)) {
              request.range(header(range));
            }
          });
    } catch (S3Exception e) {
      if (e.statusCode() == NOT_FOUND) {
        throw new BlobMissingException(key);
      }
      if (e.statusCode() == RANGE_NOT_SATISFIABLE) {
        return new ByteArrayInputStream(new byte[0]);
      }
      throw failed("opening", key, e);
    } catch (SdkException e) {
      throw failed("opening", key, e);
    }
  }

  private static String header(ByteRange range) {
    boolean toTheEnd = range.length() > Long.MAX_VALUE - range.offset();
    return "bytes=" + range.offset() + "-" + (toTheEnd ? "" : range.offset() + range.length() - 1);
  }

  @Override
  public OptionalLong length(StoreKey key) {
    try {
      return OptionalLong.of(
          client
              .headObject(request -> request.bucket(settings.bucket()).key(name(key)))
              .contentLength());
    } catch (NoSuchKeyException absent) {
      return OptionalLong.empty();
    } catch (S3Exception e) {
      // An answer to HEAD has no body that could tell a missing object from a missing bucket.
      if (e.statusCode() == NOT_FOUND) {
        return OptionalLong.empty();
      }
      throw failed("looking for", key, e);
    } catch (SdkException e) {
      throw failed("looking for", key, e);
    }
  }

  @Override
  public void delete(StoreKey key) {
    try {
      client.deleteObject(request -> request.bucket(settings.bucket()).key(name(key)));
    } catch (SdkException e) {
      throw failed("deleting", key, e);
    }
  }

  @Override
  public Stream<Listed> list(String prefix) {
    try {
      return client
          .listObjectsV2Paginator(
              request -> request.bucket(settings.bucket()).prefix(settings.prefix() + prefix))
          .contents()
          .stream()
          .map(this::listed);
    } catch (SdkException e) {
      throw new StoreUnavailableException("listing the bucket failed", e);
    }
  }

  private Listed listed(S3Object object) {
    return new Listed(
        new StoreKey(object.key().substring(settings.prefix().length())),
        object.size(),
        object.lastModified());
  }

  private String name(StoreKey key) {
    return settings.prefix() + key.value();
  }

  private static StorageException failed(String what, StoreKey key, SdkException e) {
    if (e instanceof S3Exception answer && answer.statusCode() == INSUFFICIENT_STORAGE) {
      return new StoreFullException("no room for " + key, e);
    }
    return new StoreUnavailableException(what + " " + key + " failed", e);
  }

  @Override
  public void close() {
    client.close();
  }
}

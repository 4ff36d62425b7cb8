package io.ktizo.storage.kms;

import io.ktizo.storage.DamagedFileException;
import io.ktizo.storage.Sha256;
import io.ktizo.storage.StorageException;
import io.ktizo.storage.StoreUnavailableException;
import io.ktizo.storage.crypto.MasterKeys;
import io.ktizo.storage.crypto.UnknownMasterKeyException;
import io.ktizo.storage.crypto.WrappedKey;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Supplier;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.KmsClientBuilder;
import software.amazon.awssdk.services.kms.model.IncorrectKeyException;
import software.amazon.awssdk.services.kms.model.InvalidCiphertextException;
import software.amazon.awssdk.services.kms.model.NotFoundException;

/**
 * Master keys of AWS KMS. They stay there: this process sends the owners' keys to be encrypted and
 * decrypted (API version 2014-11-01, {@code Encrypt} and {@code Decrypt} under a symmetric key).
 *
 * <p>Each version of ours names one KMS key. The service's own yearly rotation stays within a key
 * and needs nothing here; another KMS key is a new version, after which {@link
 * io.ktizo.storage.crypto.EncryptedStore#rewrapAll} moves the owners' keys over.
 *
 * <p>What a key is for goes along as encryption context, as its SHA-256, because the service's log
 * keeps contexts in the clear and they name owners.
 *
 * <p>A call ends within the time that was given, its repetitions included; the client decides how
 * many there are. Any number of threads may share it.
 */
public final class AwsMasterKeys implements MasterKeys, AutoCloseable {
  private static final String CONTEXT = "ktizo-context-sha256";

  private final KmsClient client;
  private final Map<String, String> keys;
  private final String current;
  private final AwsRequestOverrideConfiguration patience;
  private final boolean ownClient;

  private AwsMasterKeys(
      KmsClient client,
      Map<String, String> keys,
      String current,
      Duration most,
      boolean ownClient) {
    this.ownClient = ownClient;
    this.client = client;
    this.keys = Map.copyOf(keys);
    this.current = current;
    this.patience =
        AwsRequestOverrideConfiguration.builder()
            .apiCallTimeout(most)
            .apiCallAttemptTimeout(most.dividedBy(2))
            .build();
  }

  /**
   * Master keys by a client that the caller has made, with his credentials and region, and closes.
   *
   * @param keys KMS key ids, ARNs or aliases by version, the current one last; a version is 1 to 64
   *     letters, digits, dashes and underscores
   * @param most how long a call may take, at most a minute; one attempt may take half of it
   */
  public static AwsMasterKeys of(
      KmsClient client, SequencedMap<String, String> keys, Duration most) {
    return of(client, keys, most, false);
  }

  /** Master keys by a client of their own; nothing is asked of the service yet. */
  public static AwsMasterKeys open(KmsSettings settings) {
    KmsClientBuilder builder =
        KmsClient.builder()
            .region(Region.of(settings.region()))
            .credentialsProvider(
                StaticCredentialsProvider.create(
                    AwsBasicCredentials.create(settings.accessKeyId(), settings.secretAccessKey())))
            .httpClient(UrlConnectionHttpClient.create());
    settings.endpoint().ifPresent(builder::endpointOverride);
    KmsClient client = builder.build();
    try {
      return of(client, settings.keys(), settings.patience(), true);
    } catch (IllegalArgumentException e) {
      client.close();
      throw e;
    }
  }

  private static AwsMasterKeys of(
      KmsClient client, SequencedMap<String, String> keys, Duration most, boolean ownClient) {
    if (keys.isEmpty()) {
      throw new IllegalArgumentException("there is no master key");
    }
    if (most.isNegative() || most.isZero() || most.compareTo(Duration.ofMinutes(1)) > 0) {
      throw new IllegalArgumentException("a time-out of at most a minute: " + most);
    }
    // Refuses names that could not be kept, now and not at the first upload.
    keys.keySet().forEach(version -> new WrappedKey(version, new byte[0]));
    return new AwsMasterKeys(client, keys, keys.lastEntry().getKey(), most, ownClient);
  }

  /** Closes the client, if it is its own. */
  @Override
  public void close() {
    if (ownClient) {
      client.close();
    }
  }

  @Override
  public String currentVersion() {
    return current;
  }

  @Override
  public WrappedKey wrap(byte[] key, byte[] context) {
    String id = id(current);
    byte[] wrapped =
        call(
            current,
            () ->
                client
                    .encrypt(
                        request ->
                            request
                                .keyId(id)
                                .plaintext(SdkBytes.fromByteArray(key))
                                .encryptionContext(context(context))
                                .overrideConfiguration(patience))
                    .ciphertextBlob()
                    .asByteArray());
    return new WrappedKey(current, wrapped);
  }

  @Override
  public byte[] unwrap(WrappedKey key, byte[] context) {
    String id = id(key.masterVersion());
    return call(
        key.masterVersion(),
        () ->
            client
                .decrypt(
                    request ->
                        request
                            .keyId(id)
                            .ciphertextBlob(SdkBytes.fromByteArray(key.bytes()))
                            .encryptionContext(context(context))
                            .overrideConfiguration(patience))
                .plaintext()
                .asByteArray());
  }

  private String id(String version) {
    String id = keys.get(version);
    if (id == null) {
      throw new UnknownMasterKeyException(version);
    }
    return id;
  }

  private static byte[] call(String version, Supplier<byte[]> call) {
    try {
      return call.get();
    } catch (SdkException e) {
      throw failed(version, e);
    }
  }

  /**
   * Only what says so is damage: whoever takes a service that is down for damage throws files away.
   */
  private static StorageException failed(String version, SdkException e) {
    return switch (e) {
      case InvalidCiphertextException damaged ->
          new DamagedFileException("a wrapped key is damaged", e);
      case IncorrectKeyException other ->
          new DamagedFileException("a wrapped key names another master key", e);
      case NotFoundException unknown -> new UnknownMasterKeyException(version);
      default ->
          new StoreUnavailableException("the key service did not use master key " + version, e);
    };
  }

  private static Map<String, String> context(byte[] context) {
    MessageDigest digest = Sha256.digest();
    digest.update(context);
    return Map.of(CONTEXT, Sha256.of(digest).hex());
  }
}

package io.ktizo.storage.kms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ktizo.core.id.TimeOrderedIds;
import io.ktizo.storage.ByteRange;
import io.ktizo.storage.DamagedFileException;
import io.ktizo.storage.KeyId;
import io.ktizo.storage.MemoryFileStore;
import io.ktizo.storage.Owner;
import io.ktizo.storage.Piece;
import io.ktizo.storage.StoreKey;
import io.ktizo.storage.StoreUnavailableException;
import io.ktizo.storage.crypto.EncryptedStore;
import io.ktizo.storage.crypto.MemoryWrappedKeys;
import io.ktizo.storage.crypto.UnknownMasterKeyException;
import io.ktizo.storage.crypto.WrappedKey;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kms.KmsClient;

/** Against {@link KeyService}, over HTTP and by the SDK's own client. */
final class AwsMasterKeysTest {
  private static final String OLD = "arn:aws:kms:eu-west-1:111122223333:key/old";
  private static final String NEW = "arn:aws:kms:eu-west-1:111122223333:key/new";
  private static final byte[] CONTEXT = bytes("ktizo owner key 1|account_1");
  private static final Owner OWNER = new Owner("account_1");

  private KeyService service;
  private KmsClient client;
  private AwsMasterKeys keys;

  @BeforeEach
  void start() throws IOException, GeneralSecurityException {
    service = new KeyService(OLD, NEW);
    client =
        KmsClient.builder()
            .endpointOverride(service.address())
            .region(Region.EU_WEST_1)
            .credentialsProvider(
                StaticCredentialsProvider.create(AwsBasicCredentials.create("id", "secret")))
            .httpClient(UrlConnectionHttpClient.create())
            .build();
    keys = keys("2025", OLD);
  }

  private AwsMasterKeys keys(String... pairs) {
    LinkedHashMap<String, String> byVersion = new LinkedHashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      byVersion.put(pairs[i], pairs[i + 1]);
    }
    return AwsMasterKeys.of(client, byVersion, Duration.ofSeconds(2));
  }

  @AfterEach
  void stop() {
    client.close();
    service.close();
  }

  @Test
  void what_was_wrapped_is_unwrapped_and_the_service_never_learns_what_for() {
    byte[] key = key();
    WrappedKey wrapped = keys.wrap(key, CONTEXT);

    assertThat(wrapped.masterVersion()).isEqualTo("2025");
    assertThat(keys.unwrap(wrapped, CONTEXT)).isEqualTo(key);
    assertThat(service.bodies())
        .hasSize(2)
        .allSatisfy(body -> assertThat(body).contains(OLD).doesNotContain("account_1"));
  }

  @Test
  void keys_by_settings_have_a_client_of_their_own_and_show_no_secret() {
    LinkedHashMap<String, String> byVersion = new LinkedHashMap<>(Map.of("2025", OLD));
    KmsSettings settings =
        new KmsSettings(
            Optional.of(service.address()),
            "eu-west-1",
            "id",
            "canary-secret",
            byVersion,
            Duration.ofSeconds(2));
    byte[] key = key();
    try (AwsMasterKeys own = AwsMasterKeys.open(settings)) {
      assertThat(own.unwrap(own.wrap(key, CONTEXT), CONTEXT)).isEqualTo(key);
    }
    assertThat(settings.toString()).contains("2025").doesNotContain("canary-secret");
    // A lent client is the lender's to close.
    keys.close();
    assertThat(keys.unwrap(keys.wrap(key, CONTEXT), CONTEXT)).isEqualTo(key);
  }

  @Test
  void another_context_or_a_changed_key_is_damage() {
    WrappedKey wrapped = keys.wrap(key(), CONTEXT);
    byte[] changed = wrapped.bytes();
    changed[changed.length - 3] ^= 1;

    assertThatThrownBy(() -> keys.unwrap(wrapped, bytes("ktizo owner key 1|account_2")))
        .isInstanceOf(DamagedFileException.class);
    assertThatThrownBy(() -> keys.unwrap(new WrappedKey("2025", changed), CONTEXT))
        .isInstanceOf(DamagedFileException.class);
    assertThatThrownBy(() -> keys("2025", NEW).unwrap(wrapped, CONTEXT))
        .isInstanceOf(DamagedFileException.class);
  }

  @Test
  void a_key_that_is_not_there_is_unknown() {
    WrappedKey wrapped = keys.wrap(key(), CONTEXT);

    assertThatThrownBy(() -> keys("2026", NEW).unwrap(wrapped, CONTEXT))
        .isInstanceOf(UnknownMasterKeyException.class);
    assertThatThrownBy(() -> keys("2025", "alias/gone").unwrap(wrapped, CONTEXT))
        .isInstanceOf(UnknownMasterKeyException.class);
    assertThatThrownBy(() -> keys("2025", "alias/gone").wrap(key(), CONTEXT))
        .isInstanceOf(UnknownMasterKeyException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "DisabledException",
        "KMSInvalidStateException",
        "AccessDeniedException",
        "KeyUnavailableException",
        "UnrecognizedClientException"
      })
  void a_service_that_refuses_is_unavailable_and_never_damage(String error) {
    WrappedKey wrapped = keys.wrap(key(), CONTEXT);
    service.failNext(error, error, error, error);

    assertThatThrownBy(() -> keys.unwrap(wrapped, CONTEXT))
        .isInstanceOf(StoreUnavailableException.class)
        .hasMessageNotContaining("said by the service");
  }

  @Test
  void what_passes_is_tried_again() {
    WrappedKey wrapped = keys.wrap(key(), CONTEXT);
    service.failNext("ThrottlingException", "KMSInternalException");

    assertThat(keys.unwrap(wrapped, CONTEXT)).hasSize(32);
    assertThat(service.bodies()).hasSize(4);
  }

  @Test
  void a_service_that_does_not_answer_is_given_up() {
    AwsMasterKeys hasty =
        AwsMasterKeys.of(client, new LinkedHashMap<>(Map.of("2025", OLD)), Duration.ofMillis(600));
    service.failNext("HANG", "HANG", "HANG", "HANG");
    long start = System.nanoTime();

    assertThatThrownBy(() -> hasty.wrap(key(), CONTEXT))
        .isInstanceOf(StoreUnavailableException.class);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
  }

  @Test
  void a_service_that_is_not_there_is_unavailable() {
    service.close();

    assertThatThrownBy(() -> keys.wrap(key(), CONTEXT))
        .isInstanceOf(StoreUnavailableException.class);
  }

  @Test
  void files_are_kept_under_it_and_move_to_a_new_key_without_being_rewritten() throws IOException {
    MemoryFileStore store = new MemoryFileStore();
    MemoryWrappedKeys wrapped = new MemoryWrappedKeys();
    KeyId id = KeyId.FORM.next(new TimeOrderedIds(InstantSource.system(), new SecureRandom()));
    StoreKey blob = new StoreKey("piece-1");
    EncryptedStore before = new EncryptedStore(store, wrapped, keys);
    before.createKey(id, OWNER);
    before.put(id, blob, 0, out -> out.write(bytes("a model")));

    EncryptedStore both = new EncryptedStore(store, wrapped, keys("2025", OLD, "2026", NEW));
    assertThat(both.rewrapAll()).isEqualTo(1);

    EncryptedStore after = new EncryptedStore(store, wrapped, keys("2026", NEW));
    try (var content = Channels.newInputStream(after.open(id, new Piece(blob, 0, 7)))) {
      assertThat(content.readAllBytes()).isEqualTo(bytes("a model"));
    }
    byte[] stored = store.open(blob, ByteRange.ALL).readAllBytes();
    assertThat(new String(stored, StandardCharsets.ISO_8859_1)).doesNotContain("a model");
  }

  @Test
  void settings_that_could_not_work_are_refused_at_once() {
    assertThatThrownBy(() -> AwsMasterKeys.of(client, new LinkedHashMap<>(), Duration.ofSeconds(1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> keys("not a version", OLD))
        .isInstanceOf(IllegalArgumentException.class);
    LinkedHashMap<String, String> one = new LinkedHashMap<>();
    one.put("2025", OLD);
    assertThatThrownBy(() -> AwsMasterKeys.of(client, one, Duration.ofMinutes(2)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static byte[] key() {
    byte[] key = new byte[32];
    new Random(9).nextBytes(key);
    return key;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}

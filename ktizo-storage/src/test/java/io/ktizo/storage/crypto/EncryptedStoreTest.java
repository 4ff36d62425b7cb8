package io.ktizo.storage.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.subtle.AesGcmJce;
import io.ktizo.core.id.IdGenerator;
import io.ktizo.core.id.TimeOrderedIds;
import io.ktizo.storage.ByteRange;
import io.ktizo.storage.DamagedFileException;
import io.ktizo.storage.KeyDestroyedException;
import io.ktizo.storage.KeyId;
import io.ktizo.storage.MemoryFileStore;
import io.ktizo.storage.Owner;
import io.ktizo.storage.Piece;
import io.ktizo.storage.StoreKey;
import io.ktizo.storage.StoreUnavailableException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class EncryptedStoreTest {
  private static final Owner OWNER = new Owner("account_1");
  private static final Owner OTHER = new Owner("account_2");
  private static final StoreKey BLOB = new StoreKey("blob_1");
  private static final StoreKey BLOB_2 = new StoreKey("blob_2");
  private static final int SEGMENT = EncryptedStore.SEGMENT;
  private static final String OLD_KEY = "2025 " + randomKey(1);
  private static final String NEW_KEY = "2026 " + randomKey(2);

  private final MemoryFileStore store = new MemoryFileStore();
  private final MemoryWrappedKeys keys = new MemoryWrappedKeys();
  private final EncryptedStore vault = vault(OLD_KEY);
  private final IdGenerator ids = new TimeOrderedIds(InstantSource.system(), new Random(3));

  private EncryptedStore vault(String masterKeys) {
    return new EncryptedStore(store, keys, LocalMasterKeys.fromText(masterKeys));
  }

  private KeyId newKey(Owner owner) {
    KeyId key = KeyId.FORM.next(ids);
    vault.createKey(key, owner);
    return key;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 1000, 131_032, 131_033, 131_034, 262_100, 1_000_000})
  void what_is_put_is_read_back_and_nothing_of_it_is_at_rest(int length) throws IOException {
    byte[] content = bytes(4, length);
    KeyId key = newKey(OWNER);
    Piece piece = put(vault, key, BLOB, 0, content);

    assertThat(read(vault, key, piece)).isEqualTo(content);
    if (length >= 1000) {
      String atRest = new String(raw(BLOB), StandardCharsets.ISO_8859_1);
      assertThat(atRest)
          .doesNotContain(new String(content, 0, 16, StandardCharsets.ISO_8859_1))
          .doesNotContain(new String(content, length - 16, 16, StandardCharsets.ISO_8859_1));
    }
  }

  @Test
  void any_part_can_be_read_without_the_rest() throws IOException {
    byte[] content = bytes(5, 1_000_000);
    KeyId key = newKey(OWNER);
    Piece piece = put(vault, key, BLOB, 0, content);
    Random random = new Random(6);
    try (SeekableByteChannel channel = vault.open(key, piece)) {
      assertThat(channel.size()).isEqualTo(content.length);
      for (int i = 0; i < 50; i++) {
        int from = random.nextInt(content.length);
        int to = from + random.nextInt(content.length - from) + 1;
        ByteBuffer part = ByteBuffer.allocate(to - from);
        channel.position(from);
        while (part.hasRemaining()) {
          assertThat(channel.read(part)).isPositive();
        }
        assertThat(part.array()).isEqualTo(Arrays.copyOfRange(content, from, to));
      }
    }
  }

  @Test
  void cut_off_anywhere_it_is_refused() throws IOException {
    KeyId key = newKey(OWNER);
    Piece piece = put(vault, key, BLOB, 0, bytes(7, 3 * SEGMENT));
    byte[] whole = raw(BLOB);
    for (int length = 0; length < whole.length; length += length < 100 ? 1 : 4093) {
      replace(BLOB, Arrays.copyOf(whole, length));
      assertRefused(key, piece);
    }
    for (int segments = 1; segments <= 3; segments++) {
      for (int off = -17; off <= 17; off++) {
        replace(BLOB, Arrays.copyOf(whole, segments * SEGMENT + off));
        assertRefused(key, piece);
      }
    }
    replace(BLOB, Arrays.copyOf(whole, whole.length - 1));
    assertRefused(key, piece);
    replace(BLOB, Arrays.copyOf(whole, whole.length + 1));
    assertRefused(key, piece);
  }

  @Test
  void cut_at_a_segments_end_it_is_refused_even_by_one_who_believes_the_shorter_length()
      throws IOException {
    // A store that lies about lengths, and a catalogue that was changed to agree with it.
    KeyId key = newKey(OWNER);
    put(vault, key, BLOB, 0, bytes(8, 3 * SEGMENT));
    replace(BLOB, Arrays.copyOf(raw(BLOB), 2 * SEGMENT));
    long believed = 2L * SEGMENT - 40 - 2 * 16;

    assertRefused(key, new Piece(BLOB, 0, believed));
  }

  @Test
  void segments_in_another_order_are_refused() throws IOException {
    KeyId key = newKey(OWNER);
    Piece piece = put(vault, key, BLOB, 0, bytes(9, 6 * SEGMENT));
    byte[] whole = raw(BLOB);
    for (int a = 1; a < 5; a++) {
      for (int b = a + 1; b < 6; b++) {
        byte[] swapped = whole.clone();
        System.arraycopy(whole, a * SEGMENT, swapped, b * SEGMENT, SEGMENT);
        System.arraycopy(whole, b * SEGMENT, swapped, a * SEGMENT, SEGMENT);
        replace(BLOB, swapped);
        assertRefused(key, piece);
      }
    }
  }

  @Test
  void a_segment_of_another_piece_under_the_same_key_is_refused() throws IOException {
    KeyId key = newKey(OWNER);
    Piece piece = put(vault, key, BLOB, 0, bytes(10, 3 * SEGMENT));
    put(vault, key, BLOB_2, 0, bytes(11, 3 * SEGMENT));
    byte[] mixed = raw(BLOB);
    System.arraycopy(raw(BLOB_2), SEGMENT, mixed, SEGMENT, SEGMENT);
    replace(BLOB, mixed);

    assertRefused(key, piece);
  }

  @Test
  void any_flipped_bit_is_refused() throws IOException {
    KeyId key = newKey(OWNER);
    Piece piece = put(vault, key, BLOB, 0, bytes(12, 300));
    byte[] whole = raw(BLOB);
    for (int bit = 0; bit < whole.length * 8; bit++) {
      byte[] flipped = whole.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      replace(BLOB, flipped);
      assertRefused(key, piece);
    }
  }

  @Test
  void a_flipped_bit_in_a_long_file_is_refused_wherever_it_is() throws IOException {
    KeyId key = newKey(OWNER);
    Piece piece = put(vault, key, BLOB, 0, bytes(13, 4 * SEGMENT));
    byte[] whole = raw(BLOB);
    Random random = new Random(14);
    for (int i = 0; i < 200; i++) {
      byte[] flipped = whole.clone();
      flipped[random.nextInt(whole.length)] ^= (byte) (1 << random.nextInt(8));
      replace(BLOB, flipped);
      assertRefused(key, piece);
    }
  }

  @Test
  void a_piece_opens_in_its_own_place_only() throws IOException {
    byte[] content = bytes(15, 1000);
    KeyId key = newKey(OWNER);
    KeyId otherKey = newKey(OWNER);
    Piece piece = put(vault, key, BLOB, 4096, content);

    assertRefused(otherKey, piece);
    assertRefused(key, new Piece(BLOB, 0, content.length));
    byte[] moved = raw(BLOB);
    store.put(BLOB_2, out -> out.write(moved));
    assertRefused(key, new Piece(BLOB_2, 4096, content.length));
    assertThat(read(vault, key, piece)).isEqualTo(content);
  }

  @Test
  void the_same_content_twice_looks_different_at_rest() throws IOException {
    byte[] content = new byte[SEGMENT];
    KeyId key = newKey(OWNER);
    put(vault, key, BLOB, 0, content);
    put(vault, key, BLOB_2, 0, content);

    assertThat(Arrays.copyOfRange(raw(BLOB), 0, 1000))
        .isNotEqualTo(Arrays.copyOfRange(raw(BLOB_2), 0, 1000));
  }

  @Test
  void destroying_a_contents_key_makes_its_copies_unreadable_and_no_others() throws IOException {
    KeyId gone = newKey(OWNER);
    KeyId kept = newKey(OWNER);
    Piece first = put(vault, gone, BLOB, 0, bytes(16, 100));
    Piece second = put(vault, kept, BLOB_2, 0, bytes(17, 100));

    vault.destroyKey(gone);

    assertThatThrownBy(() -> vault.open(gone, first)).isInstanceOf(KeyDestroyedException.class);
    assertThatThrownBy(() -> put(vault, gone, new StoreKey("b3"), 0, new byte[1]))
        .isInstanceOf(KeyDestroyedException.class);
    assertThat(read(vault, kept, second)).isEqualTo(bytes(17, 100));
  }

  @Test
  void destroying_an_owners_key_makes_an_old_backup_unreadable() throws IOException {
    KeyId key = newKey(OWNER);
    KeyId otherKey = newKey(OTHER);
    Piece piece = put(vault, key, BLOB, 0, bytes(18, 100_000));
    Piece otherPiece = put(vault, otherKey, BLOB_2, 0, bytes(19, 100));
    byte[] backup = raw(BLOB);
    WrappedKeys.ContentKey contentKeyInBackup = keys.contentKey(key).orElseThrow();

    vault.destroyKeys(OWNER);
    vault.delete(BLOB);
    assertThat(vault.hasKeys(OWNER)).isFalse();

    // The backup comes back: the blob, and even the content's wrapped key. The owner returns, too.
    store.put(BLOB, out -> out.write(backup));
    assertThatThrownBy(() -> vault.open(key, piece)).isInstanceOf(KeyDestroyedException.class);
    newKey(OWNER);
    assertThat(keys.putContentKey(key, contentKeyInBackup)).isTrue();
    assertRefused(key, piece);
    assertThat(read(vault, otherKey, otherPiece)).isEqualTo(bytes(19, 100));
  }

  @Test
  void a_new_master_key_needs_no_file_rewritten() throws IOException {
    KeyId key = newKey(OWNER);
    Piece piece = put(vault, key, BLOB, 0, bytes(20, 1000));
    byte[] before = raw(BLOB);

    EncryptedStore both = vault(OLD_KEY + "\n" + NEW_KEY);
    assertThat(read(both, key, piece)).isEqualTo(bytes(20, 1000));
    assertThat(both.rewrapAll()).isEqualTo(1);
    assertThat(both.rewrapAll()).isZero();

    assertThat(read(vault(NEW_KEY), key, piece)).isEqualTo(bytes(20, 1000));
    assertThat(raw(BLOB)).isEqualTo(before);
    assertThatThrownBy(() -> vault(OLD_KEY).open(key, piece))
        .isInstanceOf(UnknownMasterKeyException.class)
        .hasMessageContaining("2026");
  }

  @Test
  void a_wrapped_key_of_one_owner_is_no_key_of_another() throws IOException {
    KeyId key = newKey(OWNER);
    Piece piece = put(vault, key, BLOB, 0, bytes(21, 10));
    WrappedKey stolen = keys.ownerKey(OWNER).orElseThrow();
    byte[] content = keys.contentKey(key).orElseThrow().wrapped();
    MemoryWrappedKeys forged = new MemoryWrappedKeys();
    forged.putOwnerKeyIfAbsent(OTHER, stolen);
    forged.putContentKey(key, new WrappedKeys.ContentKey(OTHER, content));
    EncryptedStore thief = new EncryptedStore(store, forged, LocalMasterKeys.fromText(OLD_KEY));

    assertThatThrownBy(() -> thief.open(key, piece)).isInstanceOf(DamagedFileException.class);
  }

  @Test
  void master_keys_that_are_weak_or_malformed_are_refused_without_being_repeated() {
    String zeros = Base64.getEncoder().encodeToString(new byte[32]);
    String shortKey = Base64.getEncoder().encodeToString(bytes(23, 16));
    for (String text :
        new String[] {
          "",
          "# nothing",
          "2026",
          "2026 " + zeros,
          "2026 " + shortKey,
          "2026 not*base64",
          "bad/version " + randomKey(1),
          OLD_KEY + "\n" + OLD_KEY,
          "2026 " + randomKey(1) + " more"
        }) {
      assertThatThrownBy(() -> LocalMasterKeys.fromText(text))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageNotContaining(zeros)
          .hasMessageNotContaining(shortKey)
          .hasMessageNotContaining("not*base64");
    }
    assertThat(
            LocalMasterKeys.fromText("# old\n" + OLD_KEY + ";" + NEW_KEY + "\n").currentVersion())
        .isEqualTo("2026");
  }

  @Test
  void any_aead_of_tink_is_a_master_key_and_its_failures_are_never_taken_for_damage()
      throws Exception {
    AesGcmJce real = new AesGcmJce(bytes(30, 32));
    boolean[] down = new boolean[1];
    Aead service =
        new Aead() {
          @Override
          public byte[] encrypt(byte[] plaintext, byte[] context) throws GeneralSecurityException {
            return real.encrypt(plaintext, context);
          }

          @Override
          public byte[] decrypt(byte[] sealed, byte[] context) throws GeneralSecurityException {
            if (down[0]) {
              throw new GeneralSecurityException("decryption failed");
            }
            return real.decrypt(sealed, context);
          }
        };
    LinkedHashMap<String, Aead> byVersion = new LinkedHashMap<>();
    byVersion.put("2026", service);
    EncryptedStore kept = new EncryptedStore(store, keys, AeadMasterKeys.of(byVersion));
    KeyId key = KeyId.FORM.next(ids);
    kept.createKey(key, OWNER);
    Piece piece = put(kept, key, BLOB, 0, bytes(31, 1000));
    assertThat(read(kept, key, piece)).isEqualTo(bytes(31, 1000));

    down[0] = true;
    assertThatThrownBy(() -> kept.open(key, piece)).isInstanceOf(StoreUnavailableException.class);
    byVersion.put("2027", real);
    byVersion.remove("2026");
    assertThatThrownBy(
            () -> new EncryptedStore(store, keys, AeadMasterKeys.of(byVersion)).open(key, piece))
        .isInstanceOf(UnknownMasterKeyException.class);
  }

  @Test
  void a_key_file_that_others_may_read_is_refused(@TempDir Path folder) throws IOException {
    Assumptions.assumeTrue(
        Files.getFileStore(folder).supportsFileAttributeView("posix"),
        "this file system has no POSIX permissions");
    Path file = Files.writeString(folder.resolve("keys"), OLD_KEY);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    assertThatThrownBy(() -> LocalMasterKeys.fromFile(file))
        .isInstanceOf(IllegalArgumentException.class);

    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--------"));
    assertThat(LocalMasterKeys.fromFile(file).currentVersion()).isEqualTo("2025");
  }

  private void assertRefused(KeyId key, Piece piece) {
    assertThatThrownBy(() -> read(vault, key, piece)).isInstanceOf(DamagedFileException.class);
  }

  private static Piece put(
      EncryptedStore vault, KeyId key, StoreKey blob, long offset, byte[] content)
      throws IOException {
    vault.put(key, blob, offset, out -> out.write(content));
    return new Piece(blob, offset, content.length);
  }

  private static byte[] read(EncryptedStore vault, KeyId key, Piece piece) throws IOException {
    try (SeekableByteChannel channel = vault.open(key, piece)) {
      return Channels.newInputStream(channel).readAllBytes();
    }
  }

  private byte[] raw(StoreKey blob) throws IOException {
    try (InputStream in = store.open(blob, ByteRange.ALL)) {
      return in.readAllBytes();
    }
  }

  private void replace(StoreKey blob, byte[] content) throws IOException {
    store.delete(blob);
    store.put(blob, out -> out.write(content));
  }

  private static byte[] bytes(long seed, int length) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private static String randomKey(long seed) {
    return Base64.getEncoder().encodeToString(bytes(seed, 32));
  }
}

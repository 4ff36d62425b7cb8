package io.ktizo.privacy.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ktizo.privacy.export.SealedOutput.Disk;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SealedFileTest {
  private static final int CHUNK_ON_DISK = 4 + Sealing.NONCE + Sealing.CHUNK + Sealing.TAG;

  private final SecureRandom secure = new SecureRandom();
  private final SecretKey key = key();
  private final byte[] content = new byte[3 * Sealing.CHUNK + 777];

  @TempDir private Path folder;

  SealedFileTest() {
    new Random(1).nextBytes(content);
  }

  @Test
  void what_was_sealed_comes_out_again() throws IOException {
    for (int length : new int[] {0, 1, Sealing.CHUNK - 1, Sealing.CHUNK, Sealing.CHUNK + 1}) {
      Path file = sealed(Arrays.copyOf(content, length));
      assertThat(read(file, key)).isEqualTo(Arrays.copyOf(content, length));
    }
    assertThat(read(sealed(content), key)).isEqualTo(content);
  }

  @Test
  void nothing_of_it_can_be_read_from_the_disk() throws IOException {
    byte[] text =
        "ada@example.org ".repeat(10_000).getBytes(java.nio.charset.StandardCharsets.UTF_8);
    Path file = sealed(text);
    assertThat(new String(Files.readAllBytes(file), java.nio.charset.StandardCharsets.ISO_8859_1))
        .doesNotContain("ada@", "example");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  @Test
  void the_same_content_never_looks_the_same() throws IOException {
    assertThat(Files.readAllBytes(sealed(content)))
        .isNotEqualTo(Files.readAllBytes(sealed(content)));
  }

  @Test
  void each_flipped_byte_is_noticed() throws IOException {
    byte[] whole = Files.readAllBytes(sealed(content));
    Random random = new Random(2);
    for (int trial = 0; trial < 500; trial++) {
      byte[] altered = whole.clone();
      altered[random.nextInt(altered.length)] ^= (byte) (1 << random.nextInt(8));
      assertUnreadable(altered);
    }
  }

  @Test
  void each_cut_is_noticed_even_between_chunks() throws IOException {
    byte[] whole = Files.readAllBytes(sealed(content));
    for (int chunks = 0; chunks <= 3; chunks++) {
      assertUnreadable(Arrays.copyOf(whole, Sealing.HEAD + chunks * CHUNK_ON_DISK));
    }
    Random random = new Random(3);
    for (int trial = 0; trial < 200; trial++) {
      assertUnreadable(Arrays.copyOf(whole, random.nextInt(whole.length)));
    }
    assertUnreadable(Arrays.copyOf(whole, whole.length + 1));
  }

  @Test
  void chunks_cannot_change_places_or_be_left_out() throws IOException {
    byte[] whole = Files.readAllBytes(sealed(content));
    byte[] swapped = whole.clone();
    System.arraycopy(whole, Sealing.HEAD, swapped, Sealing.HEAD + CHUNK_ON_DISK, CHUNK_ON_DISK);
    System.arraycopy(whole, Sealing.HEAD + CHUNK_ON_DISK, swapped, Sealing.HEAD, CHUNK_ON_DISK);
    assertUnreadable(swapped);

    byte[] shorter = new byte[whole.length - CHUNK_ON_DISK];
    System.arraycopy(whole, 0, shorter, 0, Sealing.HEAD);
    System.arraycopy(
        whole, Sealing.HEAD + CHUNK_ON_DISK, shorter, Sealing.HEAD, shorter.length - Sealing.HEAD);
    assertUnreadable(shorter);
  }

  @Test
  void another_key_reads_nothing_and_an_older_one_still_does() throws IOException {
    Path file = sealed(content);
    assertThatThrownBy(() -> read(file, key()))
        .isInstanceOf(UnreadableArchiveException.class)
        .hasMessageContaining("none of the given keys");
    try (InputStream in = SealedInput.open(file, List.of(key(), key))) {
      assertThat(in.readAllBytes()).isEqualTo(content);
    }
  }

  @Test
  void writing_goes_on_behind_a_mark_whatever_came_after_it() throws IOException {
    Path file = folder.resolve("resumed");
    SealedOutput.Mark mark;
    try (SealedOutput out = SealedOutput.create(Disk.LOCAL, file, key, secure)) {
      out.write(content, 0, 100_000);
      mark = out.mark();
      // Lost in the kill: a chunk and a half.
      out.write(content, 0, Sealing.CHUNK * 3 / 2);
    }
    try (SealedOutput out = SealedOutput.reopen(Disk.LOCAL, file, List.of(key), secure, mark)) {
      out.write(content, 100_000, content.length - 100_000);
      out.finish();
    }
    assertThat(read(file, key)).isEqualTo(content);
  }

  private void assertUnreadable(byte[] altered) throws IOException {
    Path file = folder.resolve("altered");
    Files.write(file, altered);
    assertThatThrownBy(() -> read(file, key)).isInstanceOf(UnreadableArchiveException.class);
  }

  private Path sealed(byte[] plain) throws IOException {
    Path file = Files.createTempFile(folder, "sealed", "");
    try (SealedOutput out = SealedOutput.create(Disk.LOCAL, file, key, secure)) {
      out.write(plain);
      out.finish();
    }
    return file;
  }

  private static byte[] read(Path file, SecretKey key) throws IOException {
    try (InputStream in = SealedInput.open(file, List.of(key))) {
      return in.readAllBytes();
    }
  }

  private static SecretKey key() {
    byte[] material = new byte[32];
    new SecureRandom().nextBytes(material);
    return new SecretKeySpec(material, "AES");
  }
}

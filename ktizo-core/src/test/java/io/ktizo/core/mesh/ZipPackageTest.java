package io.ktizo.core.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ZipPackageTest {
  private static final MeshLimits LIMITS =
      new MeshLimits(1 << 20, 1 << 20, 100, 50, 1000, 32, Duration.ofSeconds(10));

  private static ZipPackage open(byte[] file) throws IOException {
    return ZipPackage.open(Source.of(file), LIMITS, Budget.startingNow(LIMITS));
  }

  private static String text(ZipPackage zip, String name) throws IOException {
    ZipPackage.Entry entry = zip.find(name);
    if (entry == null) {
      throw new AssertionError("no entry");
    }
    try (InputStream content = zip.open(entry)) {
      return new String(content.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static Refusal.Code refusedOnOpening(byte[] file) {
    return refused(() -> open(file));
  }

  private static Refusal.Code refusedOnReading(byte[] file, String name) {
    return refused(() -> text(open(file), name));
  }

  private static Refusal.Code refused(ThrowingCallable call) {
    RefusedException[] caught = new RefusedException[1];
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(RefusedException.class, refused -> caught[0] = refused);
    return caught[0].refusal().code();
  }

  @Test
  void stored_and_deflated_entries_come_out_whatever_the_capitals_asked_for() throws IOException {
    byte[] file =
        new RawZip().add("A/Stored.txt", "one", false).add("b.txt", "two two two", true).bytes();

    ZipPackage zip = open(file);

    assertThat(text(zip, "a/stored.TXT")).isEqualTo("one");
    assertThat(text(zip, "B.txt")).isEqualTo("two two two");
    assertThat(zip.find("c.txt")).isNull();
  }

  @Test
  void a_path_reads_like_bytes(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("a.zip");
    Files.write(file, new RawZip().add("a", "content", true).bytes());

    try (Source source = Source.open(file)) {
      assertThat(text(ZipPackage.open(source, LIMITS, Budget.startingNow(LIMITS)), "a"))
          .isEqualTo("content");
    }
  }

  @Test
  void the_jdk_writes_what_we_read() throws IOException {
    Map<String, String> entries = new LinkedHashMap<>();
    entries.put("x.txt", "streamed, so sizes follow the data");
    entries.put("dir/y.txt", "y".repeat(5000));

    ZipPackage zip = open(TestPackages.zip(entries));

    assertThat(text(zip, "x.txt")).isEqualTo("streamed, so sizes follow the data");
    assertThat(text(zip, "dir/y.txt")).hasSize(5000);
  }

  @Test
  void zip64_directories_are_understood() throws IOException {
    byte[] file = new RawZip().add("a", "content", true).zip64().bytes();

    assertThat(text(open(file), "a")).isEqualTo("content");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.txt", "A.TXT", "a.Txt"})
  void the_same_name_twice_is_refused(String second) {
    byte[] file = new RawZip().add("a.txt", "1", false).add(second, "2", false).bytes();

    assertThat(refusedOnOpening(file)).isEqualTo(Refusal.Code.INVALID_PACKAGE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"../../etc/passwd", "/etc/passwd", "C:\\x", "a\0b", ".."})
  void hostile_names_are_only_keys(String name) throws IOException {
    byte[] file = new RawZip().add(name, "harmless", false).bytes();

    assertThat(text(open(file), name)).isEqualTo("harmless");
  }

  @Test
  void a_name_of_64_kilobytes_is_only_a_key() throws IOException {
    String name = "n".repeat(65_535);

    assertThat(text(open(new RawZip().add(name, "x", false).bytes()), name)).isEqualTo("x");
  }

  @Test
  void too_many_entries_are_refused() {
    RawZip zip = new RawZip();
    for (int i = 0; i < 51; i++) {
      zip.add("e" + i, "", false);
    }

    assertThat(refusedOnOpening(zip.bytes())).isEqualTo(Refusal.Code.TOO_COMPLEX);
  }

  @Test
  void overlapping_entries_are_refused() {
    RawZip zip = new RawZip().add("a", "the same bytes for both", false);
    zip.addAgain("a", 0);

    assertThat(refusedOnOpening(zip.bytes())).isEqualTo(Refusal.Code.ZIP_BOMB);
  }

  @Test
  void a_flat_bomb_is_refused_by_what_it_declares() {
    byte[] file = new RawZip().add("bomb", "0".repeat(1_000_000), true).bytes();

    assertThat(refusedOnOpening(file)).isEqualTo(Refusal.Code.ZIP_BOMB);
  }

  @Test
  void a_bomb_that_lies_about_its_size_is_stopped_while_inflating() {
    byte[] file = new RawZip().add("bomb", "0".repeat(1_000_000), true).declaring(10).bytes();

    assertThat(refusedOnReading(file, "bomb")).isEqualTo(Refusal.Code.ZIP_BOMB);
  }

  @Test
  void an_entry_shorter_than_declared_is_refused() {
    byte[] file = new RawZip().add("a", "some text, some text", true).declaring(500).bytes();

    assertThat(refusedOnReading(file, "a")).isEqualTo(Refusal.Code.INVALID_PACKAGE);
  }

  @Test
  void a_wrong_checksum_is_refused() {
    byte[] file = new RawZip().add("a", "content", false).withChecksum(1).bytes();

    assertThat(refusedOnReading(file, "a")).isEqualTo(Refusal.Code.INVALID_PACKAGE);
  }

  @Test
  void encrypted_linked_or_oddly_compressed_entries_are_refused() {
    assertThat(refusedOnOpening(new RawZip().add("a", "x", false).withFlags(1).bytes()))
        .isEqualTo(Refusal.Code.ENCRYPTED);
    assertThat(refusedOnOpening(new RawZip().add("a", "x", false).withMode(0xA1FF).bytes()))
        .isEqualTo(Refusal.Code.INVALID_PACKAGE);
    assertThat(refusedOnOpening(new RawZip().add("a", "x", false).withMethod(12).bytes()))
        .isEqualTo(Refusal.Code.INVALID_PACKAGE);
  }

  @Test
  void a_local_header_that_contradicts_the_directory_is_refused() {
    byte[] file = new RawZip().add("a", "x", false).bytes();
    file[30] = 'b';

    assertThat(refusedOnOpening(file)).isEqualTo(Refusal.Code.INVALID_PACKAGE);
  }

  @Test
  void a_file_cut_anywhere_is_refused() {
    byte[] file = new RawZip().add("a", "some content", true).add("b", "more", false).bytes();

    for (int length = 0; length < file.length; length++) {
      byte[] cut = Arrays.copyOf(file, length);
      assertThat(refusedOnOpening(cut)).isIn(Refusal.Code.TRUNCATED, Refusal.Code.INVALID_PACKAGE);
    }
  }

  /** Writes zip files byte by byte, so that every field can lie. */
  private static final class RawZip {
    private final ByteArrayOutputStream data = new ByteArrayOutputStream();
    private final ByteArrayOutputStream directory = new ByteArrayOutputStream();
    private int entries;
    private int lastCentral;
    private boolean zip64;

    RawZip add(String name, String content, boolean deflated) {
      int start = data.size();
      byte[] raw = content.getBytes(StandardCharsets.UTF_8);
      byte[] stored = deflated ? deflate(raw) : raw;
      CRC32 crc = new CRC32();
      crc.update(raw);
      byte[] nameBytes = name.getBytes(StandardCharsets.UTF_8);
      ByteBuffer local = buffer(30);
      local.putInt(0x04034b50).putShort((short) 20).putShort((short) 0);
      local.putShort((short) (deflated ? 8 : 0)).putInt(0).putInt((int) crc.getValue());
      local.putInt(stored.length).putInt(raw.length);
      local.putShort((short) nameBytes.length).putShort((short) 0);
      write(data, local);
      data.writeBytes(nameBytes);
      data.writeBytes(stored);
      central(nameBytes, deflated, (int) crc.getValue(), stored.length, raw.length, start);
      return this;
    }

    private void central(
        byte[] name, boolean deflated, int crc, int compressed, int size, int start) {
      lastCentral = directory.size();
      ByteBuffer header = buffer(46);
      header.putInt(0x02014b50).putShort((short) (3 << 8 | 20)).putShort((short) 20);
      header.putShort((short) 0).putShort((short) (deflated ? 8 : 0)).putInt(0).putInt(crc);
      header.putInt(compressed).putInt(size).putShort((short) name.length);
      header.position(42).putInt(start);
      write(directory, header);
      directory.writeBytes(name);
      entries++;
    }

    /** A second directory entry for the first local header, under the same name in capitals. */
    void addAgain(String name, int start) {
      byte[] content = "the same bytes for both".getBytes(StandardCharsets.UTF_8);
      CRC32 crc = new CRC32();
      crc.update(content);
      central(
          name.getBytes(StandardCharsets.UTF_8),
          false,
          (int) crc.getValue(),
          content.length,
          content.length,
          start);
    }

    RawZip declaring(int size) {
      return patch(24, 4, size, 22);
    }

    RawZip withChecksum(int crc) {
      return patch(16, 4, crc, -1);
    }

    RawZip withFlags(int flags) {
      return patch(8, 2, flags, -1);
    }

    RawZip withMethod(int method) {
      return patch(10, 2, method, 8);
    }

    RawZip withMode(int mode) {
      return patch(40, 2, mode, -1);
    }

    RawZip zip64() {
      zip64 = true;
      return this;
    }

    /** Overwrites a field of the last entry, in the directory and in the first local header. */
    private RawZip patch(int field, int width, int value, int localField) {
      byte[] central = directory.toByteArray();
      put(central, lastCentral + field, width, value);
      directory.reset();
      directory.writeBytes(central);
      if (localField >= 0) {
        byte[] local = data.toByteArray();
        put(local, localField, width, value);
        data.reset();
        data.writeBytes(local);
      }
      return this;
    }

    private static void put(byte[] bytes, int at, int width, int value) {
      for (int i = 0; i < width; i++) {
        bytes[at + i] = (byte) (value >>> (8 * i));
      }
    }

    byte[] bytes() {
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      all.writeBytes(data.toByteArray());
      all.writeBytes(directory.toByteArray());
      if (zip64) {
        ByteBuffer end = buffer(56 + 20);
        end.putInt(0x06064b50).putLong(44).putShort((short) 45).putShort((short) 45);
        end.putInt(0).putInt(0).putLong(entries).putLong(entries);
        end.putLong(directory.size()).putLong(data.size());
        end.putInt(0x07064b50).putInt(0).putLong(data.size() + (long) directory.size()).putInt(1);
        write(all, end);
      }
      ByteBuffer end = buffer(22);
      end.putInt(0x06054b50).putInt(0);
      end.putShort((short) (zip64 ? 0xFFFF : entries)).putShort((short) (zip64 ? 0xFFFF : entries));
      end.putInt(zip64 ? -1 : directory.size()).putInt(zip64 ? -1 : data.size());
      write(all, end);
      return all.toByteArray();
    }

    private static void write(ByteArrayOutputStream out, ByteBuffer fields) {
      byte[] bytes = new byte[fields.capacity()];
      fields.get(0, bytes);
      out.writeBytes(bytes);
    }

    private static ByteBuffer buffer(int length) {
      return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static byte[] deflate(byte[] raw) {
      Deflater deflater = new Deflater(9, true);
      deflater.setInput(raw);
      deflater.finish();
      byte[] out = new byte[raw.length + 64];
      int length = deflater.deflate(out);
      deflater.end();
      return Arrays.copyOf(out, length);
    }
  }
}

package io.ktizo.privacy.export;

import static org.assertj.core.api.Assertions.assertThat;

import io.ktizo.privacy.export.PackedStream.Tally;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import org.junit.jupiter.api.Test;

class PackedStreamTest {
  private final Random random = new Random(7);

  @Test
  void checksums_of_parts_join_to_the_checksum_of_the_whole() {
    for (int trial = 0; trial < 300; trial++) {
      byte[] whole = new byte[random.nextInt(5000)];
      random.nextBytes(whole);
      int cut = random.nextInt(whole.length + 1);
      int first = crc(Arrays.copyOf(whole, cut));
      int second = crc(Arrays.copyOfRange(whole, cut, whole.length));
      assertThat(Crc.joined(first, second, whole.length - cut)).isEqualTo(crc(whole));
    }
  }

  @Test
  void what_was_packed_unpacks_whether_it_shrinks_or_not() throws IOException {
    byte[] noise = new byte[PackedStream.BLOCK * 2 + 12_345];
    random.nextBytes(noise);
    byte[] text = "to be or not to be, ".repeat(40_000).getBytes(StandardCharsets.UTF_8);
    byte[] both = Arrays.copyOf(text, text.length + noise.length);
    System.arraycopy(noise, 0, both, text.length, noise.length);
    for (byte[] plain : new byte[][] {new byte[0], {1}, noise, text, both}) {
      for (boolean doubtful : new boolean[] {false, true}) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        PackedStream stream = new PackedStream(packed, doubtful, Tally.NOTHING);
        stream.write(plain);
        Tally tally = stream.finish();

        assertThat(unpacked(packed.toByteArray())).isEqualTo(plain);
        assertThat(tally).isEqualTo(new Tally(crc(plain), plain.length, packed.size()));
      }
    }
  }

  @Test
  void a_stream_taken_up_after_any_cut_gives_the_same_bytes() throws IOException {
    byte[] plain = new byte[900_000];
    for (int i = 0; i < plain.length; i++) {
      plain[i] = (byte) ("row " + i / 50).charAt(i % 5);
    }
    int[] cuts = {100_000, 100_001, 500_000, 899_999};
    byte[] whole = packed(plain, cuts, -1);
    for (int cut : cuts) {
      assertThat(packed(plain, cuts, cut)).isEqualTo(whole);
    }
  }

  /** Cuts at each place; at one of them the stream is left and another one goes on. */
  private static byte[] packed(byte[] plain, int[] cuts, int left) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PackedStream stream = new PackedStream(out, true, Tally.NOTHING);
    int from = 0;
    for (int cut : cuts) {
      stream.write(plain, from, cut - from);
      stream.cut();
      if (cut == left) {
        Tally tally = stream.tally();
        stream.abandon();
        stream = new PackedStream(out, true, tally);
      }
      from = cut;
    }
    stream.write(plain, from, plain.length - from);
    Tally tally = stream.finish();
    assertThat(tally.crc()).isEqualTo(crc(plain));
    return out.toByteArray();
  }

  private static byte[] unpacked(byte[] packed) throws IOException {
    try (InflaterInputStream in =
        new InflaterInputStream(new ByteArrayInputStream(packed), new Inflater(true))) {
      return in.readAllBytes();
    }
  }

  private static int crc(byte[] bytes) {
    CRC32 crc = new CRC32();
    crc.update(bytes);
    return (int) crc.getValue();
  }
}

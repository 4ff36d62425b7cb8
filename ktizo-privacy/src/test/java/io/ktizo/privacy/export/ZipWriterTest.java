package io.ktizo.privacy.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.ktizo.privacy.export.PackedStream.Tally;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ZipWriterTest {
  private static final Instant MOMENT = Instant.parse("2026-11-25T12:34:56Z");

  @TempDir private Path folder;

  @Test
  void more_entries_than_sixteen_bits_count_are_all_there() throws IOException {
    Path file = folder.resolve("many.zip");
    int count = 70_000;
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      ByteArrayOutputStream directory = new ByteArrayOutputStream();
      ZipWriter zip = new ZipWriter(out, directory, MOMENT, ZipWriter.State.BEGIN);
      byte[] nothing = {3, 0};
      for (int i = 0; i < count; i++) {
        zip.add("e" + i, new Tally(0, 0, 2), new ByteArrayInputStream(nothing));
      }
      zip.finish(new ByteArrayInputStream(directory.toByteArray()));
    }
    try (ZipFile zip = new ZipFile(file.toFile())) {
      assertThat(zip.size()).isEqualTo(count);
      assertThat(zip.getEntry("e69999")).isNotNull();
    }
  }

  @Test
  void large_entries_are_read_by_other_programs_from_their_heads_too() throws IOException {
    Path file = folder.resolve("large.zip");
    byte[] content = "hello".repeat(1000).getBytes(StandardCharsets.UTF_8);
    try (OutputStream out = Files.newOutputStream(file)) {
      ByteArrayOutputStream directory = new ByteArrayOutputStream();
      ZipWriter zip = new ZipWriter(out, directory, MOMENT, ZipWriter.State.BEGIN);
      entry(zip, "größer.txt", true, content);
      entry(zip, "after.txt", false, content);
      zip.finish(new ByteArrayInputStream(directory.toByteArray()));
    }
    try (var in = org.apache.commons.compress.archivers.zip.ZipFile.builder().setPath(file).get()) {
      assertThat(in.getInputStream(in.getEntry("größer.txt")).readAllBytes()).isEqualTo(content);
    }
    try (var in =
        new org.apache.commons.compress.archivers.zip.ZipArchiveInputStream(
            Files.newInputStream(file), "UTF-8", true, true)) {
      assertThat(in.getNextEntry().getName()).isEqualTo("größer.txt");
      assertThat(in.readAllBytes()).isEqualTo(content);
      assertThat(in.getNextEntry().getName()).isEqualTo("after.txt");
      assertThat(in.readAllBytes()).isEqualTo(content);
    }
    try (ZipFile zip = new ZipFile(file.toFile())) {
      assertThat(zip.getEntry("after.txt").getTimeLocal())
          .isEqualTo(LocalDateTime.of(2026, 11, 25, 12, 34, 56));
    }
  }

  @Test
  void entries_and_offsets_beyond_four_gibibytes_are_read_back() throws IOException {
    assumeThat(Boolean.getBoolean("ktizo.long"))
        .as("packs 4.5 GB: run with -Dktizo.long=true")
        .isTrue();
    Path file = folder.resolve("huge.zip");
    byte[] noise = new byte[1 << 20];
    new java.util.Random(5).nextBytes(noise);
    long blocks = 4_608;
    CRC32 crc = new CRC32();
    try (OutputStream out = Files.newOutputStream(file)) {
      ByteArrayOutputStream directory = new ByteArrayOutputStream();
      ZipWriter zip = new ZipWriter(out, directory, MOMENT, ZipWriter.State.BEGIN);
      zip.begin("huge.bin", true);
      PackedStream body = new PackedStream(zip.body(), true, Tally.NOTHING);
      for (long i = 0; i < blocks; i++) {
        body.write(noise);
        crc.update(noise);
      }
      Tally tally = body.finish();
      assertThat(tally.crc()).isEqualTo((int) crc.getValue());
      zip.end(tally);
      entry(zip, "behind.txt", false, noise);
      zip.finish(new ByteArrayInputStream(directory.toByteArray()));
    }
    try (ZipFile zip = new ZipFile(file.toFile())) {
      ZipEntry huge = zip.getEntry("huge.bin");
      assertThat(huge.getSize()).isEqualTo(blocks << 20);
      try (InputStream in = zip.getInputStream(huge)) {
        assertThat(in.transferTo(OutputStream.nullOutputStream())).isEqualTo(blocks << 20);
      }
      try (InputStream in = zip.getInputStream(zip.getEntry("behind.txt"))) {
        assertThat(in.readAllBytes()).isEqualTo(noise);
      }
    }
  }

  private static void entry(ZipWriter zip, String name, boolean large, byte[] content)
      throws IOException {
    zip.begin(name, large);
    PackedStream body = new PackedStream(zip.body(), true, Tally.NOTHING);
    body.write(content);
    zip.end(body.finish());
  }
}

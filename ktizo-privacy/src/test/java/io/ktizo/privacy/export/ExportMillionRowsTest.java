package io.ktizo.privacy.export;

import static org.assertj.core.api.Assertions.assertThat;

import io.ktizo.privacy.Databases;
import io.ktizo.privacy.KeySource;
import io.ktizo.privacy.Progress;
import io.ktizo.privacy.holder.Application;
import io.ktizo.privacy.store.Vault;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * One million rows and two gigabytes of files leave a process that has 64 MB of heap. Its heap
 * stays flat, and when it is killed the archive that comes out in the end is the same.
 */
@Execution(ExecutionMode.CONCURRENT)
class ExportMillionRowsTest {
  private static final int ROWS = 1_000_000;

  /** What PostgreSQL shows need not be shown a second time at that size, unless there is time. */
  private static final int ROWS_H2 = Boolean.getBoolean("ktizo.long") ? ROWS : 200_000;

  /** 32 files of 64 MiB. */
  private static final int FILES = 32;

  private static final long FLAT = 16L << 20;

  @TempDir private Path folder;

  /** What a process told before it ended or was killed. */
  private record Told(List<Long> heap, String sha256, double seconds, long files, long rows) {}

  @Test
  void a_million_rows_and_two_gigabytes_leave_postgresql_in_little_memory_through_kills()
      throws Exception {
    String url = Databases.POSTGRESQL.url();
    MillionRows.fill(MillionRows.source(url), false, ROWS);

    Told whole = run(url, "whole", FILES, "");
    assertThat(whole.sha256()).isNotEmpty();
    assertFlat(whole);
    readsBack(MillionRows.source(url), "whole");

    assertThat(run(url, "killed", FILES, "rows 600000").sha256()).isEmpty();
    assertThat(run(url, "killed", FILES, "files 17").sha256()).isEmpty();
    Told resumed = run(url, "killed", FILES, "");
    assertThat(resumed.sha256()).isEqualTo(whole.sha256());
    assertFlat(resumed);
    // It went on, and did not begin again.
    assertThat(resumed.rows()).isZero();
    assertThat(resumed.heap()).hasSizeLessThan(FILES - 10);
    System.out.printf(
        "ExportMillionRowsTest: 1,000,000 rows and %,d MiB in %.1f s, heap after collections %.1f"
            + " to %.1f MiB%n",
        FILES * 64L, whole.seconds(), min(whole) / 1048576.0, max(whole) / 1048576.0);
  }

  @Test
  void rows_leave_h2_inside_the_same_little_memory_through_a_kill() throws Exception {
    String url = "jdbc:h2:file:" + folder.resolve("db") + ";CACHE_SIZE=4096";
    MillionRows.fill(MillionRows.source(url), true, ROWS_H2);

    Told whole = run(url, "whole", 0, "");
    assertThat(whole.sha256()).isNotEmpty();
    assertFlat(whole);
    assertThat(run(url, "killed", 0, "rows " + ROWS_H2 / 2).sha256()).isEmpty();
    Told resumed = run(url, "killed", 0, "");
    assertThat(resumed.sha256()).isEqualTo(whole.sha256());
    assertFlat(resumed);
    System.out.printf(
        "ExportMillionRowsTest: %,d rows from H2 in %.1f s, heap after collections %.1f to"
            + " %.1f MiB%n",
        ROWS_H2, whole.seconds(), min(whole) / 1048576.0, max(whole) / 1048576.0);
  }

  private static void assertFlat(Told told) {
    assertThat(told.heap()).isNotEmpty();
    assertThat(max(told) - min(told)).isLessThan(FLAT);
  }

  private static long min(Told told) {
    return told.heap().stream().mapToLong(heap -> heap).min().orElseThrow();
  }

  private static long max(Told told) {
    return told.heap().stream().mapToLong(heap -> heap).max().orElseThrow();
  }

  /** Starts the process, and kills it at once when it says so. */
  private Told run(String url, String shelf, int files, String killAt) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                MillionRows.class.getName(),
                url,
                folder.resolve(shelf).toString(),
                Integer.toString(files))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    List<Long> heap = new ArrayList<>();
    String sha256 = "";
    double seconds = 0;
    long filesDone = 0;
    long rows = 0;
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] fact = line.split(" ", 2);
        switch (fact[0]) {
          case "heap" -> heap.add(Long.valueOf(fact[1]));
          case "sha256" -> sha256 = fact[1];
          case "seconds" -> seconds = Double.parseDouble(fact[1]);
          case "files" -> filesDone = Long.parseLong(fact[1]);
          case "rows" -> rows = Long.parseLong(fact[1]);
          default -> {}
        }
        if (line.equals(killAt)) {
          process.destroyForcibly();
          break;
        }
      }
    } finally {
      if (!process.waitFor(2, TimeUnit.MINUTES)) {
        process.destroyForcibly();
      }
    }
    if (killAt.isEmpty()) {
      assertThat(process.exitValue()).isZero();
    }
    return new Told(heap, sha256, seconds, filesDone, rows);
  }

  /** Every entry unpacks, its checksum fits, and every row is there. */
  private void readsBack(DataSource source, String shelf) throws Exception {
    Exports exports =
        new Exports(
            new Application(
                source,
                MillionRows.map(),
                List.of(),
                () -> MillionRows.NOW,
                Progress.SILENT,
                new Vault(KeySource.of("k", new byte[32]))),
            folder.resolve(shelf),
            Duration.ofDays(7),
            ExportSettings.NONE);
    String id = exports.list().getFirst().id();
    long rows = 0;
    long bytesOfFiles = 0;
    int filesSeen = 0;
    try (PipedInputStream in = new PipedInputStream(1 << 20);
        PipedOutputStream out = new PipedOutputStream(in)) {
      CompletableFuture<Void> fetching =
          CompletableFuture.runAsync(
              () -> {
                try (out) {
                  exports.fetch(id, out);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
      byte[] buffer = new byte[1 << 16];
      try (ZipInputStream zip = new ZipInputStream(in)) {
        for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
          boolean csv =
              entry.getName().startsWith("data/events") && entry.getName().endsWith("csv");
          boolean file = entry.getName().startsWith("files/");
          filesSeen += file ? 1 : 0;
          long lines = 0;
          for (int read = zip.read(buffer); read >= 0; read = zip.read(buffer)) {
            bytesOfFiles += file ? read : 0;
            for (int i = 0; csv && i < read; i++) {
              lines += buffer[i] == '\n' ? 1 : 0;
            }
          }
          rows += csv ? lines - 1 : 0;
        }
        while (in.read(buffer) >= 0) {}
      }
      fetching.get(1, TimeUnit.MINUTES);
    }
    assertThat(rows).isEqualTo(ROWS);
    assertThat(filesSeen).isEqualTo(FILES);
    assertThat(bytesOfFiles).isEqualTo(FILES * (64L << 20));
    assertThat(Files.isDirectory(folder.resolve(shelf))).isTrue();
  }
}

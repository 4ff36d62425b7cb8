package io.ktizo.storage.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.ktizo.core.id.TimeOrderedIds;
import io.ktizo.core.sql.Database;
import io.ktizo.core.sql.H2Address;
import io.ktizo.storage.StoreKey;
import io.ktizo.storage.Usage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What an embedded H2 still has after {@code kill -9} of what it had acknowledged, opened as {@link
 * H2Address#file} opens it. A loss of power is not shown, and would lose.
 */
final class H2KillTest {
  private static final int KILLS = Boolean.getBoolean("ktizo.long") ? 60 : 2;

  @TempDir private Path folder;

  @Test
  void nothing_that_was_acknowledged_is_lost_when_the_process_is_killed() throws Exception {
    Random moments = new Random(4);
    List<String> lost = new ArrayList<>();
    long acknowledged = 0;
    for (int run = 0; run < KILLS; run++) {
      // By turns with a connection that stays open, and opened and closed for each statement.
      String connections = run % 3 == 1 ? "single" : "pooled";
      long last = killed(folder.resolve("kill-" + run), connections, 50 + moments.nextInt(800));
      lost.addAll(missing(folder.resolve("kill-" + run), last, connections));
      acknowledged += last + 1;
    }
    for (int run = 0; run < KILLS; run++) {
      Path file = folder.resolve("halt-" + run);
      long last = writer(file, run % 3 == 1 ? "single" : "pooled", moments.nextInt(60), 0);
      lost.addAll(missing(file, last, "halted"));
      acknowledged += last + 1;
    }

    System.out.printf("%d kills, %d commits acknowledged%n", 2 * KILLS, acknowledged);
    assertThat(acknowledged).isGreaterThan(10L * KILLS);
    assertThat(lost).isEmpty();
  }

  private static long killed(Path file, String connections, int afterMillis) throws Exception {
    return writer(file, connections, Long.MAX_VALUE, afterMillis);
  }

  /** The last number that was acknowledged. */
  private static long writer(Path file, String connections, long halt, int killAfterMillis)
      throws Exception {
    String url = H2Address.file(file);
    JdbcDataSource source = new JdbcDataSource();
    source.setURL(url);
    SqlCatalogue.MIGRATIONS.apply(source);
    Path said = file.resolveSibling(file.getFileName() + ".said");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                AcknowledgingWriter.class.getName(),
                url,
                connections,
                Long.toString(halt))
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start();
    try {
      while (Files.size(said) == 0 && process.isAlive()) {
        process.waitFor(5, TimeUnit.MILLISECONDS);
      }
      if (killAfterMillis > 0) {
        process.waitFor(killAfterMillis, TimeUnit.MILLISECONDS);
        process.destroyForcibly();
      }
      process.waitFor();
    } finally {
      process.destroyForcibly();
    }
    // A line that was cut in half is no acknowledgement.
    String all = Files.readString(said);
    String whole = all.substring(0, all.lastIndexOf('\n') + 1);
    List<String> numbers = whole.lines().toList();
    assertThat(numbers).as(all).isNotEmpty().allMatch(number -> number.matches("\\d+"));
    return Long.parseLong(numbers.get(numbers.size() - 1));
  }

  private static List<String> missing(Path file, long last, String how) throws IOException {
    String url = H2Address.file(file);
    SqlCatalogue catalogue =
        new SqlCatalogue(
            Database.over(() -> DriverManager.getConnection(url)),
            new TimeOrderedIds(InstantSource.system(), new SecureRandom()));
    List<String> missing = new ArrayList<>();
    List<StoreKey> blobs = new ArrayList<>();
    for (long number = 0; number <= last; number += 2) {
      blobs.add(AcknowledgingWriter.blob(number));
    }
    catalogue.unknown(blobs).forEach(blob -> missing.add(how + ": " + blob));
    try (Connection open = DriverManager.getConnection(url)) {
      assertThat(open.isValid(1)).isTrue();
      for (long number = 1; number <= last; number += 2) {
        if (catalogue.usage(AcknowledgingWriter.owner(number)).equals(Usage.NONE)) {
          missing.add(how + ": upload " + number + " of " + last);
        }
      }
    } catch (SQLException e) {
      throw new IOException(e);
    }
    return missing;
  }
}

package io.ktizo.privacy;

import static org.assertj.core.api.Assertions.assertThat;

import io.ktizo.privacy.erasure.Certificate;
import io.ktizo.privacy.erasure.Certificate.DataSetPart;
import io.ktizo.privacy.erasure.Certificate.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@NullUnmarked
@Execution(ExecutionMode.CONCURRENT)
class KillAnywhereTest {
  private static final Subject ANN = new Subject("member", "1");
  private static final boolean LONG = Boolean.getBoolean("ktizo.long");
  private static final int NOWHERE = Integer.MAX_VALUE;

  @TempDir Path temp;

  /** What must be the same however often the work was interrupted. */
  private record End(
      List<String> rows,
      List<String> files,
      Set<String> keysAtPictures,
      Set<String> keysAtPreviews,
      List<String> certificates,
      long ledger) {}

  @ParameterizedTest
  @EnumSource(Databases.class)
  void an_exception_anywhere_leaves_work_that_another_instance_finishes(Databases database)
      throws Exception {
    anywhere(database, Fragile.Break.FAILURE);
  }

  @ParameterizedTest
  @EnumSource(Databases.class)
  void death_anywhere_leaves_work_that_another_instance_finishes(Databases database)
      throws Exception {
    anywhere(database, Fragile.Break.DEATH);
  }

  private void anywhere(Databases database, Fragile.Break how) throws Exception {
    DataSource source = Databases.pooled(database.url());
    try (Connection keep = source.getConnection()) {
      SmallClub.create(keep);
      Fragile counting = new Fragile(NOWHERE, how);
      End undisturbed = run(source, keep, counting);
      assertThat(undisturbed.rows())
          .containsExactlyInAnyOrder(
              "member|2|bob@club.example|Bob Bowman",
              "letter|1|null|gone|2|hello",
              "letter|2|2|Bob Bowman|null|hi",
              "invoice|1|null|2025-03-01|10",
              "invoice|3|2|2025-03-01|10",
              "picture|bob.png|2");
      assertThat(undisturbed.files()).containsExactly("bob.png");
      int points = counting.passed();
      assertThat(points).isGreaterThan(150);
      // The very first run also reads the schema and makes the engine's tables.
      // A point costs several times as much on PostgreSQL: every eighth unless there is time.
      int step = LONG || database == Databases.H2 ? 1 : 8;
      for (int at = how == Fragile.Break.DEATH && step > 1 ? 1 : 0; at < points; at += step) {
        assertThat(run(source, keep, new Fragile(at, how)))
            .as("%s at point %s of %s on %s", how, at, points, database)
            .isEqualTo(undisturbed);
      }
    }
  }

  private End run(DataSource source, Connection keep, Fragile fragile)
      throws SQLException, IOException {
    Path folder = Files.createTempDirectory(temp, "club");
    SmallClub.folder(folder);
    SmallClub.fill(keep, folder);
    try {
      SmallClub.engine(source, folder, fragile).erase(ANN);
    } catch (PrivacyException | Fragile.Broken broken) {
      assertThat(fragile.passed()).as("broke where it should").isLessThan(NOWHERE);
    }
    return end(source, keep, folder);
  }

  /** Another instance comes, finishes what is there, and asks again if nothing was begun. */
  private static End end(DataSource source, Connection keep, Path folder)
      throws SQLException, IOException {
    Privacy other = SmallClub.engine(source, folder, new Fragile(NOWHERE, Fragile.Break.DEATH));
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    other.start();
    // The server may need a moment to notice that a killed process is gone.
    while (active(keep) && System.nanoTime() < deadline) {
      other.resume();
    }
    List<Certificate> certificates = certificates(other, keep);
    if (certificates.isEmpty()) {
      certificates = List.of(other.erase(ANN));
    }
    for (Certificate certificate : certificates) {
      assertThat(other.verify(certificate).genuine()).isTrue();
      assertThat(certificate.outcome()).isEqualTo(Outcome.COMPLETE_BUT_KEPT);
      assertThat(certificate.dataSet("invoice"))
          .isEqualTo(
              new DataSetPart(
                  "invoice",
                  1,
                  List.of(new Certificate.Masked("member_id", 1, "set to NULL", true)),
                  1,
                  "2033-12-31",
                  List.of("books: DE § 147 AO"),
                  0));
    }
    List<String> files = new ArrayList<>();
    try (Stream<Path> all = Files.list(folder)) {
      all.map(path -> path.getFileName().toString())
          .filter(name -> name.endsWith(".png"))
          .forEach(files::add);
    }
    return new End(
        SmallClub.rows(keep),
        files,
        keys(folder, "pictures", certificates),
        keys(folder.resolve("previews"), "previews", certificates),
        certificates.stream().map(KillAnywhereTest::withoutChance).toList(),
        Files.readAllLines(folder.resolve("ledger")).size());
  }

  private static boolean active(Connection keep) throws SQLException {
    try (Statement statement = keep.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT COUNT(*) FROM \"ktizo_privacy\".erasure_run WHERE active_hash IS NOT"
                    + " NULL")) {
      rows.next();
      return rows.getLong(1) > 0;
    }
  }

  private static List<Certificate> certificates(Privacy privacy, Connection keep)
      throws SQLException {
    List<Certificate> found = new ArrayList<>();
    try (Statement statement = keep.createStatement();
        ResultSet rows = statement.executeQuery("SELECT id FROM \"ktizo_privacy\".erasure_run")) {
      while (rows.next()) {
        found.add(privacy.certificate(rows.getString(1)).orElseThrow());
      }
    }
    return found;
  }

  /** The keys that a holder saw, with the run's own id taken out, which chance made. */
  private static Set<String> keys(Path folder, String name, List<Certificate> certificates)
      throws IOException {
    Set<String> keys = new TreeSet<>();
    for (String key : FolderHolder.calls(folder, name)) {
      keys.add(key.replace(certificates.getFirst().id(), "run"));
    }
    return keys;
  }

  private static String withoutChance(Certificate certificate) {
    String signature = certificate.signature() == null ? "" : certificate.signature().value();
    return certificate
        .toJson()
        .replace(certificate.id(), "run")
        .replace(signature, "signature")
        // Where PostgreSQL's log stood.
        .replaceAll("up to [0-9A-F]+/[0-9A-F]+", "up to now");
  }

  // ---- a process that is really killed ----

  @ParameterizedTest
  @EnumSource(Databases.class)
  void a_killed_process_leaves_work_that_another_finishes(Databases database) throws Exception {
    String url =
        database == Databases.H2
            ? "jdbc:h2:file:"
                + temp.resolve("club")
                + ";MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE;WRITE_DELAY=0"
            : database.url();
    DataSource source = Databases.at(url);
    Path first = Files.createTempDirectory(temp, "killed");
    int points;
    End undisturbed;
    try (Connection keep = source.getConnection()) {
      SmallClub.create(keep);
      SmallClub.folder(first);
      Fragile counting = new Fragile(NOWHERE, Fragile.Break.DEATH);
      SmallClub.fill(keep, first);
      SmallClub.engine(source, first, counting).erase(ANN);
      undisturbed = end(source, keep, first);
      points = counting.passed();
    }
    int kills = LONG ? points : 3;
    for (int i = 0; i < kills; i++) {
      int at = (int) ((i + 0.5) * points / kills);
      Path folder = Files.createTempDirectory(temp, "killed");
      SmallClub.folder(folder);
      try (Connection keep = source.getConnection()) {
        SmallClub.fill(keep, folder);
      }
      assertThat(victim(url, folder, at)).as("killed at %s", at).isEqualTo(137);
      try (Connection keep = source.getConnection()) {
        assertThat(end(source, keep, folder)).as("killed at %s", at).isEqualTo(undisturbed);
      }
    }
  }

  private static int victim(String url, Path folder, int at)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xshare:auto",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Victim.class.getName(),
                url,
                folder.toString(),
                Integer.toString(at))
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("victim.log").toFile())
            .start();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
    return process.waitFor();
  }

  /** Erases until it is killed. */
  static final class Victim {
    private Victim() {}

    public static void main(String[] arguments) {
      SmallClub.engine(
              Databases.at(arguments[0]),
              Path.of(arguments[1]),
              new Fragile(Integer.parseInt(arguments[2]), Fragile.Break.HALT))
          .erase(ANN);
    }
  }
}

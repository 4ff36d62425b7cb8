package io.ktizo.privacy.export;

import io.ktizo.privacy.KeySource;
import io.ktizo.privacy.Subject;
import io.ktizo.privacy.datamap.Category;
import io.ktizo.privacy.datamap.DataMap;
import io.ktizo.privacy.datamap.LegalBasis;
import io.ktizo.privacy.datamap.Link;
import io.ktizo.privacy.datamap.Retention;
import io.ktizo.privacy.holder.Application;
import io.ktizo.privacy.holder.PersonalDataHolder;
import io.ktizo.privacy.store.Vault;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.Period;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A process with little memory that exports a person with many rows and large files; started,
 * killed and started again by {@link ExportMillionRowsTest}. Each line that it prints is a fact:
 * {@code heap} in bytes after a collection, {@code rows}, {@code files}, {@code seconds}, {@code
 * sha256}.
 */
final class MillionRows {
  static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");
  static final Subject SUBJECT = new Subject("customer", "7");
  private static final int FILE_SIZE = 64 << 20;

  private MillionRows() {}

  /**
   * Makes an archive, or goes on with one.
   *
   * @param arguments JDBC address, folder of the shelf, number of files of 64 MiB
   */
  public static void main(String[] arguments) throws Exception {
    DataSource source = source(arguments[0]);
    int files = Integer.parseInt(arguments[2]);
    Application application =
        new Application(
            source,
            map(),
            files == 0 ? List.of() : List.of(new Models(files)),
            () -> NOW,
            MillionRows::report,
            new Vault(KeySource.of("k", new byte[32])));
    Exports shelf =
        new Exports(application, Path.of(arguments[1]), Duration.ofDays(7), ExportSettings.NONE);
    long begin = System.nanoTime();
    Kept kept;
    if (shelf.list().isEmpty()) {
      kept = shelf.make(SUBJECT, Scope.ACCESS);
    } else {
      kept = shelf.resume().getFirst();
    }
    System.out.println("seconds " + (System.nanoTime() - begin) / 1e9);
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    try (OutputStream out = new DigestOutputStream(OutputStream.nullOutputStream(), digest)) {
      shelf.fetch(kept.id(), out);
    }
    heap();
    System.out.println("sha256 " + HexFormat.of().formatHex(digest.digest()));
  }

  private static void report(String step, String about, long done, long total) {
    if (about.equals("models")) {
      System.out.println("files " + done);
      heap();
    } else if (done % 50_000 == 0) {
      System.out.println("rows " + done);
      heap();
    }
  }

  private static void heap() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    System.out.println("heap " + (runtime.totalMemory() - runtime.freeMemory()));
  }

  static DataSource source(String url) {
    if (url.startsWith("jdbc:h2:")) {
      JdbcDataSource source = new JdbcDataSource();
      source.setURL(url);
      return source;
    }
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setUrl(url);
    return source;
  }

  /** A customer with many events among those of another one. */
  static void fill(DataSource source, boolean h2, int rows) throws SQLException {
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE customers (id INT PRIMARY KEY, email VARCHAR(100))");
      statement.execute("INSERT INTO customers VALUES (7, 'seven@example.org')");
      statement.execute("INSERT INTO customers VALUES (8, 'eight@example.org')");
      statement.execute(
          "CREATE TABLE events (id BIGINT PRIMARY KEY, customer_id INT REFERENCES customers(id),"
              + " happened TIMESTAMP, kind VARCHAR(40), amount NUMERIC(10,2), note VARCHAR(200))");
      String series = h2 ? "SELECT X AS n FROM SYSTEM_RANGE(1, " : "SELECT generate_series(1, ";
      statement.execute(
          "INSERT INTO events SELECT n, CASE WHEN MOD(n, 11) = 0 THEN 8 ELSE 7 END, TIMESTAMP"
              + " '2026-01-01 00:00:00', 'kind ' || MOD(n, 7), n / 100.0, 'note number ' || n ||"
              + " ', about what happened then' FROM ("
              + series
              + (h2 ? rows / 10 * 11 + ")" : rows / 10 * 11 + ") AS n")
              + ") numbers");
      statement.execute(h2 ? "ANALYZE" : "VACUUM ANALYZE");
    }
  }

  static DataMap map() {
    return DataMap.builder("million")
        .purpose("service", LegalBasis.CONTRACT, "To serve you")
        .retention("year", Period.ofYears(1), Retention.From.ROW, "our own rule")
        .retention("account", Period.ofDays(30), Retention.From.END_OF_RELATION, "our own rule")
        .subject("customer", "customers", "id", "email")
        .dataSet(
            "customers",
            "customers",
            "Your account",
            set ->
                set.retention("account")
                    .field("id", Category.UNIQUE_ID, "service")
                    .field("email", Category.EMAIL, "service"))
        .dataSet(
            "events",
            "events",
            "What happened",
            set ->
                set.retention("year")
                    .since("happened")
                    .link(
                        Link.Relation.OWNED_BY,
                        "customers",
                        Letters.GONE,
                        new Link.ShowAll(),
                        "customer_id",
                        "id")
                    .field("id", Category.REFERENCE, "service")
                    .field("customer_id", Category.REFERENCE, "service")
                    .field("happened", Category.TIMESTAMP, "service")
                    .field("kind", Category.USAGE, "service")
                    .field("amount", Category.TRANSACTION, "service")
                    .field("note", Category.FREE_TEXT, "service"))
        .build();
  }

  /** Files that exist only while they are read: some like meshes, some like pictures. */
  record Models(int count) implements PersonalDataHolder {
    @Override
    public Description describe() {
      return new Description(
          "models",
          "Your models",
          List.of(
              new Kind("model", "a model", Category.FILE, List.of(), List.of(), null, "subject")),
          List.of(),
          null);
    }

    @Override
    public void export(Request request, Items items) throws IOException {
      for (int i = 0; i < count; i++) {
        try (InputStream content = new Content(i)) {
          items.file("model", "model " + i + ".stl", FILE_SIZE, content);
        }
      }
    }

    @Override
    public Outcome erase(Request request) {
      return new Erased(Map.of());
    }

    @Override
    public Finding verify(Request request) {
      return new Nothing();
    }
  }

  /** The bytes of file {@code number}: 1 MiB drawn at random, told over and over with a count. */
  private static final class Content extends InputStream {
    private final byte[] pattern = new byte[1 << 20];
    private int at;

    Content(int number) {
      Random random = new Random(number);
      if (number % 4 == 0) {
        random.nextBytes(pattern);
      } else {
        // Facets of a binary STL: normal, three corners, attribute.
        for (int i = 0; i < pattern.length; i++) {
          pattern[i] = (byte) (i % 50 < 12 ? 0 : i % 50 < 48 ? (i / 50 * (i % 4 + 1)) >> 3 : 0);
        }
      }
    }

    @Override
    public int read() {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) {
      if (at == FILE_SIZE) {
        return -1;
      }
      int from = at % pattern.length;
      int taken = Math.min(length, pattern.length - from);
      System.arraycopy(pattern, from, bytes, offset, taken);
      if (from <= 4 && from + taken > 4) {
        bytes[offset + 4 - from] = (byte) (at >> 20);
      }
      at += taken;
      return taken;
    }
  }
}

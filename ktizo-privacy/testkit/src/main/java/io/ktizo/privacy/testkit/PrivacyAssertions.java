package io.ktizo.privacy.testkit;

import io.ktizo.privacy.Privacy;
import io.ktizo.privacy.Subject;
import io.ktizo.privacy.erasure.ErasurePlan;
import io.ktizo.privacy.erasure.Residue;
import io.ktizo.privacy.erasure.ResidueScan;
import io.ktizo.privacy.export.ExportArchive;
import io.ktizo.privacy.store.Session;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.opentest4j.AssertionFailedError;

/**
 * What must be true of exports and erasures in a host's own tests.
 *
 * <p>Values are looked for as text: give values that occur nowhere else ("canaries"), of five
 * characters or more.
 */
public final class PrivacyAssertions {
  private PrivacyAssertions() {}

  /**
   * Asserts that a person is gone: an export of him is empty, another erasure would find nothing to
   * do, and none of his values stands anywhere in the database, in any table, described or not, as
   * it is or in Base64, hex, URL encoding, UTF-16 or as a plain hash.
   *
   * @param values what was held of him: his e-mail address, his name, his texts
   */
  public static void assertErased(
      Privacy privacy, DataSource database, Subject subject, String... values) {
    List<String> wrong = new ArrayList<>();
    if (!privacy.export(subject, OutputStream.nullOutputStream()).empty()) {
      wrong.add("an export still finds something of the person");
    }
    ErasurePlan plan = privacy.planErasure(subject);
    if (!plan.empty()) {
      wrong.add("an erasure would still find something to do");
    }
    ResidueScan.Identifier canaries =
        new ResidueScan.Identifier("value", true, true, List.of(values));
    try (Session session = Session.open(database)) {
      Residue residue = ResidueScan.of(List.of(canaries)).run(session);
      residue
          .places()
          .forEach(
              place ->
                  wrong.add(
                      "%s.%s still holds a value as %s in %d rows"
                          .formatted(
                              place.table(), place.column(), place.encoding(), place.rows())));
      residue.skipped().forEach(skipped -> wrong.add("could not be looked for: " + skipped));
    }
    fail("the person is not erased", wrong);
  }

  /**
   * Asserts that each value stands somewhere in the rows of the person's export.
   *
   * @param values as text: a moment or an amount as the archive's JSON has it
   */
  public static void assertExportContains(Privacy privacy, Subject subject, String... values) {
    String all = exported(privacy, subject);
    List<String> wrong = new ArrayList<>();
    for (String value : values) {
      if (!all.contains(value)) {
        wrong.add("missing: " + value);
      }
    }
    fail("the export is not complete", wrong);
  }

  /** Asserts that no value stands anywhere in the person's export: secrets, other people's data. */
  public static void assertExportLacks(Privacy privacy, Subject subject, String... values) {
    String all = exported(privacy, subject);
    List<String> wrong = new ArrayList<>();
    for (String value : values) {
      if (all.contains(value)) {
        wrong.add("should not be there: " + value);
      }
    }
    fail("the export holds too much", wrong);
  }

  /** Asserts that the export holds exactly so many rows of a data set. */
  public static void assertExportedRows(
      Privacy privacy, Subject subject, String dataSet, long rows) {
    long[] count = {0};
    open(privacy, subject, archive -> archive.rows(dataSet, row -> count[0]++));
    if (count[0] != rows) {
      throw new AssertionFailedError(
          "the export holds another number of rows of " + dataSet, rows, count[0]);
    }
  }

  private static String exported(Privacy privacy, Subject subject) {
    StringBuilder all = new StringBuilder();
    open(
        privacy,
        subject,
        archive -> {
          for (String set : archive.dataSets()) {
            archive.rows(set, row -> row.values().forEach((name, value) -> text(all, name, value)));
          }
          for (String entry : archive.entries()) {
            if (!entry.startsWith("data/")) {
              try (InputStream content = archive.open(entry)) {
                all.append(new String(content.readAllBytes(), StandardCharsets.UTF_8));
              }
            }
          }
        });
    return all.toString();
  }

  private static void text(StringBuilder all, String name, @Nullable Object value) {
    all.append(name).append('=').append(value).append('\n');
  }

  /** What is done with an archive. */
  private interface Reading {
    void read(ExportArchive archive) throws IOException;
  }

  private static void open(Privacy privacy, Subject subject, Reading reading) {
    try {
      Path file = Files.createTempFile("export", ".zip");
      try {
        try (OutputStream out = Files.newOutputStream(file)) {
          privacy.export(subject, out);
        }
        try (ExportArchive archive = ExportArchive.open(file)) {
          reading.read(archive);
        }
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void fail(String message, List<String> wrong) {
    if (!wrong.isEmpty()) {
      throw new AssertionFailedError(message + ":\n  " + String.join("\n  ", wrong));
    }
  }
}

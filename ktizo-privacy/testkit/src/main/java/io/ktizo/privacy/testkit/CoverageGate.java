package io.ktizo.privacy.testkit;

import io.ktizo.privacy.datamap.Coverage;
import io.ktizo.privacy.datamap.DataMap;
import io.ktizo.privacy.datamap.Gap;
import java.sql.Connection;
import java.time.LocalDate;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.opentest4j.AssertionFailedError;

/**
 * Fails a test class, and with it the build, while the data map has a gap: a table or column that
 * nobody classified, a reference to people without a link, a waiver whose day has passed.
 *
 * <pre>{@code
 * @RegisterExtension
 * static final CoverageGate GATE = CoverageGate.of(MyTest::migratedDatabase, DataMap.read(path));
 * }</pre>
 */
public final class CoverageGate implements BeforeAllCallback {
  private final Supplier<DataSource> database;
  private final DataMap map;
  private final Supplier<LocalDate> today;

  private CoverageGate(Supplier<DataSource> database, DataMap map, Supplier<LocalDate> today) {
    this.database = database;
    this.map = map;
    this.today = today;
  }

  /**
   * A gate that judges waivers by today's date.
   *
   * @param database asked once, before the first test: a database with the application's schema
   */
  public static CoverageGate of(Supplier<DataSource> database, DataMap map) {
    return new CoverageGate(database, map, LocalDate::now);
  }

  /** The same on another day, for instance to see which waivers will have ended by then. */
  public CoverageGate on(LocalDate day) {
    return new CoverageGate(database, map, () -> day);
  }

  /** What is open now. */
  public List<Gap> gaps() {
    try (Connection connection = database.get().getConnection()) {
      return Coverage.of(map, connection, today.get()).gaps();
    } catch (java.sql.SQLException refused) {
      throw new AssertionFailedError("the schema could not be read", refused);
    }
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    List<Gap> gaps = gaps();
    if (!gaps.isEmpty()) {
      throw new AssertionFailedError(
          "the data map "
              + map.name()
              + " has "
              + gaps.size()
              + (gaps.size() == 1 ? " gap:\n" : " gaps:\n")
              + gaps.stream().map(gap -> "  " + gap).collect(Collectors.joining("\n")));
    }
  }
}

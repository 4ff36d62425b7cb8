package io.ktizo.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.ktizo.core.sql.UnavailableException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What becomes of work that gets no connection: always what the edge answers with 503. */
class FoundationTest {
  private static Foundation foundation;

  @BeforeAll
  static void open() {
    foundation = Foundation.open(new Foundation.Place.Memory(), 2, InstantSource.system());
  }

  @AfterAll
  static void close() {
    foundation.close();
  }

  private static int one() {
    return foundation.database().sql("SELECT 1 AS one").one(row -> row.integer("one"));
  }

  @Test
  void d06_without_a_free_connection_work_is_refused_in_time_and_goes_on_afterwards()
      throws SQLException {
    long start = System.nanoTime();
    try (Connection first = foundation.dataSource().getConnection();
        Connection second = foundation.dataSource().getConnection()) {
      assertThat(first.isValid(1) && second.isValid(1)).isTrue();
      assertThatExceptionOfType(UnavailableException.class).isThrownBy(FoundationTest::one);
    }
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
    assertThat(one()).isEqualTo(1);
  }

  /** As when the server stops, or Helidon ends a connection that was idle a moment before. */
  @Test
  void who_is_interrupted_while_he_waits_for_a_connection_is_refused_alike() throws SQLException {
    try (Connection first = foundation.dataSource().getConnection();
        Connection second = foundation.dataSource().getConnection()) {
      assertThat(first.isValid(1) && second.isValid(1)).isTrue();
      Thread.currentThread().interrupt();
      assertThatExceptionOfType(UnavailableException.class).isThrownBy(FoundationTest::one);
    } finally {
      // The test's own thread goes on.
      var unused = Thread.interrupted();
    }
    assertThat(one()).isEqualTo(1);
  }
}

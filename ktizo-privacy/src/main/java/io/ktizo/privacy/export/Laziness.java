package io.ktizo.privacy.export;

import io.ktizo.privacy.StepFailedException;
import io.ktizo.privacy.store.Dialect;
import io.ktizo.privacy.store.Session;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Locale;

/**
 * Lets a session hand out rows while it finds them. PostgreSQL does so inside a transaction with a
 * fetch size; H2 would first gather the whole answer, in memory and then on disk, unless told
 * otherwise.
 */
final class Laziness {
  private static final String STEP = "export";

  /** What is done meanwhile. */
  interface Work {
    void go() throws IOException;
  }

  private Laziness() {}

  static void during(Session session, Work work) throws IOException {
    boolean switched = session.dialect() == Dialect.H2 && !already(session);
    if (!switched) {
      work.go();
      return;
    }
    session.define(STEP, null, "SET LAZY_QUERY_EXECUTION 1");
    try {
      work.go();
    } finally {
      // Also when the work failed: the connection may come from a pool.
      session.define(STEP, null, "SET LAZY_QUERY_EXECUTION 0");
    }
  }

  /** The session is given back as it was: H2 knows no way to ask, but the address tells. */
  private static boolean already(Session session) {
    try {
      String url = session.connection().getMetaData().getURL();
      return url.toUpperCase(Locale.ROOT).contains("LAZY_QUERY_EXECUTION=1");
    } catch (SQLException refused) {
      throw StepFailedException.of(STEP, null, refused);
    }
  }
}

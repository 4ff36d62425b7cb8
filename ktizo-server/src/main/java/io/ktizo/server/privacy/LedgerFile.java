package io.ktizo.server.privacy;

import io.ktizo.privacy.Privacy;
import io.ktizo.privacy.erasure.FileLedger;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option that says where erasures are noted outside the database. */
final class LedgerFile {
  @Option(
      names = "--ledger",
      paramLabel = "FILE",
      description =
          "Where erasures are noted outside the database, so that a restored backup brings nobody"
              + " back. privacy erase makes it if there is none.")
  private @Nullable Path ledger;

  /** Whether there is to be one. */
  boolean isThere() {
    return ledger != null;
  }

  /** An engine that goes by the ledger, if one was named. */
  Privacy.Builder noted(Privacy.Builder engine) throws IOException {
    return ledger == null ? engine : engine.ledger(FileLedger.at(ledger));
  }

  /** The same; a ledger that was named and is not there is begun. */
  Privacy.Builder notedOrMade(Privacy.Builder engine) throws IOException {
    return ledger == null || Files.exists(ledger)
        ? noted(engine)
        : engine.ledger(FileLedger.create(ledger));
  }
}

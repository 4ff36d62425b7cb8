package io.ktizo.server.privacy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ktizo.privacy.PrivacyException;
import io.ktizo.privacy.Progress;
import io.ktizo.privacy.StepFailedException;
import io.ktizo.privacy.datamap.InvalidDataMapException;
import io.ktizo.privacy.erasure.LedgerException;
import io.ktizo.server.terminal.Terminal;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.NoSuchFileException;
import java.sql.SQLException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What all commands of the engine share: how they fail, and how they tell that they go on. */
@SuppressWarnings("NullAway.Init") // the library fills in the fields before call()
abstract class PrivacyCommand implements Callable<Integer> {
  static final int DONE = 0;
  static final int FAILED = 1;
  static final int CALLED_WRONGLY = 2;
  static final int NOT_ALL_IS_WELL = 3;

  static final JsonMapper MAPPER = JsonMapper.builder().build();

  @Option(names = "--json", description = "Tells the result as one JSON object.")
  boolean json;

  @Spec CommandSpec spec;

  private long lastShown;

  /**
   * Does it.
   *
   * @throws IllegalArgumentException if it was called wrongly
   */
  abstract int work() throws IOException, SQLException;

  @Override
  public final Integer call() {
    try {
      return work();
    } catch (InvalidDataMapException | IllegalArgumentException wrong) {
      return say(CALLED_WRONGLY, String.valueOf(wrong.getMessage()));
    } catch (LedgerException refused) {
      return say(FAILED, refused.getMessage() + " (option --ledger)");
    } catch (PrivacyException refused) {
      return say(FAILED, String.valueOf(refused.getMessage()));
    } catch (SQLException refused) {
      // What drivers say may hold values of rows.
      return say(
          FAILED,
          String.valueOf(StepFailedException.of("read the database", null, refused).getMessage()));
    } catch (NoSuchFileException none) {
      return say(CALLED_WRONGLY, "there is no file " + none.getFile());
    } catch (IOException refused) {
      return say(FAILED, "a file could not be read or written: " + refused.getMessage());
    } finally {
      clear();
    }
  }

  private int say(int code, String message) {
    clear();
    PrintWriter err = spec.commandLine().getErr();
    err.println(spec.qualifiedName() + ": " + message);
    err.flush();
    return code;
  }

  PrintWriter out() {
    return spec.commandLine().getOut();
  }

  void tell(ObjectNode result) {
    try {
      out().println(MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(result));
      out().flush();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree can always be written", e);
    }
  }

  /** Shows on a terminal how work goes on, some times a second. */
  Progress progress() {
    if (!Terminal.isAttached()) {
      return Progress.SILENT;
    }
    return (step, about, done, total) -> {
      long now = System.nanoTime();
      if (now - lastShown > 200_000_000L) {
        lastShown = now;
        PrintWriter err = spec.commandLine().getErr();
        err.printf(
            "\r\u001b[K%s: %s %,d%s",
            step, about, done, total > 0 ? " of %,d".formatted(total) : "");
        err.flush();
      }
    };
  }

  private void clear() {
    if (lastShown != 0) {
      lastShown = 0;
      spec.commandLine().getErr().print("\r\u001b[K");
      spec.commandLine().getErr().flush();
    }
  }
}

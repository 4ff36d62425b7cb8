package io.ktizo.server.operations;

import java.util.logging.Formatter;
import java.util.logging.LogRecord;
import java.util.logging.StreamHandler;

/**
 * Writes messages alone, one a line, to standard output: for logs whose lines are JSON already.
 * Named in {@code logging.properties}.
 */
public final class PlainLines extends StreamHandler {
  /** To standard output. */
  public PlainLines() {
    super(System.out, new Message());
  }

  @Override
  public synchronized void publish(LogRecord record) {
    super.publish(record);
    flush();
  }

  /** Standard output stays open. */
  @Override
  public synchronized void close() {
    flush();
  }

  private static final class Message extends Formatter {
    @Override
    public String format(LogRecord record) {
      return record.getMessage() + System.lineSeparator();
    }
  }
}

package io.ktizo.privacy;

import java.sql.SQLException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A step of the engine's work that a database or a holder did not carry out. Nothing of the step
 * remains half done; work that is journalled can be resumed once the reason is gone.
 *
 * <p>Of what a driver said only the SQLState is kept: its words may hold values of rows.
 */
public final class StepFailedException extends PrivacyException {
  private static final long serialVersionUID = 1L;

  private final String step;
  private final @Nullable String dataSet;
  private final @Nullable String field;
  private final @Nullable String sqlState;

  /**
   * Says what could not be done.
   *
   * @param step what was tried, for instance {@code delete rows}
   * @param dataSet the data set or holder; {@code null} if the step concerns none alone
   * @param field the field; {@code null} if the step concerns none alone
   * @param reason what to know or to do about it, free of personal data
   */
  public StepFailedException(
      String step, @Nullable String dataSet, @Nullable String field, String reason) {
    this(step, dataSet, field, reason, null);
  }

  private StepFailedException(
      String step,
      @Nullable String dataSet,
      @Nullable String field,
      String reason,
      @Nullable String sqlState) {
    super(step + place(dataSet, field) + " failed: " + reason);
    this.step = step;
    this.dataSet = dataSet;
    this.field = field;
    this.sqlState = sqlState;
  }

  /** What a database refused, without its words. */
  public static StepFailedException of(
      String step, @Nullable String dataSet, SQLException refused) {
    String state = refused.getSQLState() == null ? "none" : refused.getSQLState();
    StepFailedException failed =
        new StepFailedException(
            step, dataSet, null, "the database answered " + state + meaning(state), state);
    failed.setStackTrace(refused.getStackTrace());
    return failed;
  }

  /** What a state says to somebody who does not know the list by heart; empty for most. */
  private static String meaning(String state) {
    if (state.startsWith("08")) {
      return " (there is no connection)";
    }
    if (state.startsWith("28")) {
      return " (it does not accept this user and password)";
    }
    if (state.startsWith("23")) {
      return " (a constraint of the schema forbids it)";
    }
    return switch (state) {
      case "3D000", "90146", "90149" -> " (there is no such database)";
      case "42501", "90096" -> " (this user lacks the right)";
      case "90020" -> " (another process has its file open)";
      case "53100" -> " (its disk is full)";
      default -> "";
    };
  }

  private static String place(@Nullable String dataSet, @Nullable String field) {
    if (dataSet == null) {
      return "";
    }
    return " in " + dataSet + (field == null ? "" : "." + field);
  }

  /** What was tried. */
  public String step() {
    return step;
  }

  /** The data set or holder that the step was about. */
  public Optional<String> dataSet() {
    return Optional.ofNullable(dataSet);
  }

  /** The field that the step was about. */
  public Optional<String> field() {
    return Optional.ofNullable(field);
  }

  /** The SQLState (ISO/IEC 9075-2, subclause 24.1) if a database refused. */
  public Optional<String> sqlState() {
    return Optional.ofNullable(sqlState);
  }

  /**
   * Whether the same step may succeed at once if it is tried again: two transactions met (class 40,
   * or H2's lock time-out and concurrent update).
   */
  public boolean collided() {
    return sqlState != null
        && (sqlState.startsWith("40") || sqlState.equals("HYT00") || sqlState.equals("90131"));
  }

  /** Whether the connection was lost (class 08, or the server went down: 57P). */
  public boolean disconnected() {
    return sqlState != null && (sqlState.startsWith("08") || sqlState.startsWith("57P"));
  }
}

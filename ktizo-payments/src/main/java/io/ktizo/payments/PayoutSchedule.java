package io.ktizo.payments;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.TemporalAdjusters;
import java.util.Locale;
import java.util.Optional;

/**
 * On which days a payee is paid out. {@link #parse} and {@code toString} are inverse: {@code
 * daily}, {@code weekly:FRIDAY}, {@code monthly:1}, {@code manual}.
 */
public sealed interface PayoutSchedule {

  /** The latest day, up to this one, on which a payout is due; empty if none ever is. */
  Optional<LocalDate> latest(LocalDate today);

  /**
   * Whether a payout is due: none was asked for since the latest day of the schedule began.
   *
   * @param last when one was asked for last; empty if never
   */
  default boolean isDue(Optional<Instant> last, Instant now, ZoneId zone) {
    return latest(LocalDate.ofInstant(now, zone))
        .map(day -> day.atStartOfDay(zone).toInstant())
        .map(since -> last.isEmpty() || last.get().isBefore(since))
        .orElse(false);
  }

  /** Every day. */
  record Daily() implements PayoutSchedule {
    @Override
    public Optional<LocalDate> latest(LocalDate today) {
      return Optional.of(today);
    }

    @Override
    public String toString() {
      return "daily";
    }
  }

  /** Once a week. */
  record Weekly(DayOfWeek day) implements PayoutSchedule {
    @Override
    public Optional<LocalDate> latest(LocalDate today) {
      return Optional.of(today.with(TemporalAdjusters.previousOrSame(day)));
    }

    @Override
    public String toString() {
      return "weekly:" + day;
    }
  }

  /**
   * Once a month.
   *
   * @param day of the month, 1 to 28: every month has it
   */
  record Monthly(int day) implements PayoutSchedule {
    public Monthly {
      if (day < 1 || day > 28) {
        throw new IllegalArgumentException("a day that every month has, 1 to 28: " + day);
      }
    }

    @Override
    public Optional<LocalDate> latest(LocalDate today) {
      LocalDate thisMonth = today.withDayOfMonth(day);
      return Optional.of(thisMonth.isAfter(today) ? thisMonth.minusMonths(1) : thisMonth);
    }

    @Override
    public String toString() {
      return "monthly:" + day;
    }
  }

  /** Only when somebody asks. */
  record Manual() implements PayoutSchedule {
    @Override
    public Optional<LocalDate> latest(LocalDate today) {
      return Optional.empty();
    }

    @Override
    public String toString() {
      return "manual";
    }
  }

  /**
   * Reads a schedule.
   *
   * @throws IllegalArgumentException if it is none
   */
  static PayoutSchedule parse(String text) {
    int colon = text.indexOf(':');
    String name = colon < 0 ? text : text.substring(0, colon + 1);
    String day = colon < 0 ? "" : text.substring(colon + 1);
    return switch (name) {
      case "daily" -> new Daily();
      case "manual" -> new Manual();
      case "weekly:" -> new Weekly(DayOfWeek.valueOf(day.toUpperCase(Locale.ROOT)));
      case "monthly:" -> new Monthly(Integer.parseInt(day));
      default ->
          throw new IllegalArgumentException(
              "a payout schedule is daily, weekly:FRIDAY, monthly:1 or manual");
    };
  }
}

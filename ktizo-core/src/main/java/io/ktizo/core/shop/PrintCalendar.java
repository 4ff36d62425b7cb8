package io.ktizo.core.shop;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * When a printer runs: hours of each weekday, less days on which it rests.
 *
 * @param zone in which the hours are meant
 * @param week the hours by weekday; it rests on days that are missing; not empty
 * @param closed days on which it rests all the same, at most 400
 */
public record PrintCalendar(ZoneId zone, Map<DayOfWeek, Hours> week, Set<LocalDate> closed) {
  private static final int MOST_CLOSED = 400;

  /** Ten years of nothing but closed days are a mistake. */
  private static final int LONGEST_SEARCH_DAYS = 3_660;

  /**
   * From when to when, in minutes of the day.
   *
   * @param from 0 to 1439
   * @param until above from, at most 1440
   */
  public record Hours(int from, int until) {
    public Hours {
      if (from < 0 || until > 1440 || from >= until) {
        throw new IllegalArgumentException("hours are minutes, 0 <= from < until <= 1440");
      }
    }
  }

  public PrintCalendar {
    if (week.isEmpty()) {
      throw new IllegalArgumentException("a calendar has hours on at least one weekday");
    }
    if (closed.size() > MOST_CLOSED) {
      throw new IllegalArgumentException("at most " + MOST_CLOSED + " closed days");
    }
    week = Map.copyOf(new EnumMap<>(week));
    closed = Set.copyOf(closed);
  }

  /** Day and night. */
  public static PrintCalendar always(ZoneId zone) {
    Map<DayOfWeek, Hours> week = new EnumMap<>(DayOfWeek.class);
    for (DayOfWeek day : DayOfWeek.values()) {
      week.put(day, new Hours(0, 1440));
    }
    return new PrintCalendar(zone, week, Set.of());
  }

  /** Weekdays in order. */
  @Override
  public Map<DayOfWeek, Hours> week() {
    return new TreeMap<>(week);
  }

  /** Days in order. */
  @Override
  public Set<LocalDate> closed() {
    return new TreeSet<>(closed);
  }

  /** Hours of a mean day of the week, to a hundredth, half up. Closed days do not count. */
  public BigDecimal hoursPerDay() {
    int minutes = week.values().stream().mapToInt(day -> day.until() - day.from()).sum();
    return BigDecimal.valueOf(minutes).divide(BigDecimal.valueOf(7L * 60), 2, RoundingMode.HALF_UP);
  }

  /**
   * When work is done that begins at the next opportunity and pauses whenever the printer rests.
   *
   * @throws IllegalArgumentException if it would take more than ten years
   */
  public Instant done(Instant from, Duration work) {
    Duration left = work;
    LocalDate day = from.atZone(zone).toLocalDate();
    for (int i = 0; i < LONGEST_SEARCH_DAYS; i++, day = day.plusDays(1)) {
      Hours hours = week.get(day.getDayOfWeek());
      if (hours == null || closed.contains(day)) {
        continue;
      }
      Instant opens = moment(day, hours.from());
      Instant closes = moment(day, hours.until());
      Instant begins = opens.isAfter(from) ? opens : from;
      if (!begins.isBefore(closes)) {
        continue;
      }
      Duration today = Duration.between(begins, closes);
      if (left.compareTo(today) <= 0) {
        return begins.plus(left);
      }
      left = left.minus(today);
    }
    throw new IllegalArgumentException("so much work is not done within ten years");
  }

  private Instant moment(LocalDate day, int minute) {
    return minute == 1440
        ? day.plusDays(1).atStartOfDay(zone).toInstant()
        : ZonedDateTime.of(day, LocalTime.of(minute / 60, minute % 60), zone).toInstant();
  }
}

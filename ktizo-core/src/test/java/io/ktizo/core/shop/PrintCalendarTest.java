package io.ktizo.core.shop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.ktizo.core.shop.PrintCalendar.Hours;
import java.math.BigDecimal;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * When work is done: by calendars on the wall, whose days have 23, 24 or 25 hours. Central European
 * clocks go forward on the last Sunday of March at 01:00 UTC and back on the last of October
 * (Directive 2000/84/EC): in 2026 on 29 March and 25 October.
 */
class PrintCalendarTest {
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

  /** Mondays to Fridays. */
  private static PrintCalendar weekdays(int from, int until, String... closed) {
    Map<DayOfWeek, Hours> week = new EnumMap<>(DayOfWeek.class);
    for (DayOfWeek day : DayOfWeek.values()) {
      if (day.compareTo(DayOfWeek.SATURDAY) < 0) {
        week.put(day, new Hours(from * 60, until * 60));
      }
    }
    return new PrintCalendar(BERLIN, week, days(closed));
  }

  private static Set<LocalDate> days(String... days) {
    return Set.copyOf(java.util.Arrays.stream(days).map(LocalDate::parse).toList());
  }

  private static Instant berlin(String local) {
    return LocalDateTime.parse(local).atZone(BERLIN).toInstant();
  }

  private static Instant done(PrintCalendar calendar, String from, String work) {
    return calendar.done(berlin(from), Duration.parse(work));
  }

  @ParameterizedTest
  @CsvSource({
    // within a day, to its very end, over night, over a weekend
    "2026-06-03T09:00, PT2H, 2026-06-03T11:00",
    "2026-06-03T09:00, PT7H, 2026-06-03T16:00",
    "2026-06-03T09:00, PT7H1S, 2026-06-04T08:00:01",
    "2026-06-05T15:00, PT2H, 2026-06-08T09:00",
    // before it opens, when it closes, on a Sunday
    "2026-06-03T03:00, PT1H, 2026-06-03T09:00",
    "2026-06-03T16:00, PT1H, 2026-06-04T09:00",
    "2026-06-07T12:00, PT1H, 2026-06-08T09:00",
    // whole weeks, and nothing at all
    "2026-06-01T08:00, PT40H, 2026-06-05T16:00",
    "2026-06-01T08:00, PT40H1M, 2026-06-08T08:01",
    "2026-06-06T12:00, PT0S, 2026-06-08T08:00",
    // end of a month, of a leap February, of a year
    "2026-01-30T15:00, PT2H, 2026-02-02T09:00",
    "2028-02-28T15:00, PT9H, 2028-02-29T16:00",
    "2028-02-29T15:00, PT2H, 2028-03-01T09:00",
    "2026-12-31T15:00, PT2H, 2027-01-01T09:00",
  })
  void work_pauses_whenever_the_printer_rests(String from, String work, String expected) {
    assertThat(done(weekdays(8, 16), from, work)).isEqualTo(berlin(expected));
  }

  @Test
  void closed_days_are_skipped_also_when_they_are_where_it_would_begin() {
    PrintCalendar calendar = weekdays(8, 16, "2026-12-24", "2026-12-25", "2027-01-01");
    assertThat(done(calendar, "2026-12-23T15:00", "PT2H")).isEqualTo(berlin("2026-12-28T09:00"));
    assertThat(done(calendar, "2026-12-24T09:00", "PT1H")).isEqualTo(berlin("2026-12-28T09:00"));
    assertThat(done(calendar, "2026-12-31T15:00", "PT2H")).isEqualTo(berlin("2027-01-04T09:00"));
    assertThat(calendar.hoursPerDay()).as("40 h by 7 days").isEqualByComparingTo("5.71");
  }

  @Test
  void hours_on_the_wall_stay_when_the_clocks_change() {
    PrintCalendar calendar = weekdays(8, 16);
    assertThat(done(calendar, "2026-03-27T15:00", "PT2H"))
        .isEqualTo(Instant.parse("2026-03-30T07:00:00Z"));
    assertThat(done(calendar, "2026-10-23T15:00", "PT2H"))
        .isEqualTo(Instant.parse("2026-10-26T08:00:00Z"));
  }

  private static PrintCalendar nightly(int from, int until) {
    Map<DayOfWeek, Hours> week = new EnumMap<>(DayOfWeek.class);
    for (DayOfWeek day : DayOfWeek.values()) {
      week.put(day, new Hours(from, until));
    }
    return new PrintCalendar(BERLIN, week, Set.of());
  }

  @Test
  void a_night_is_an_hour_shorter_in_march_and_longer_in_october() {
    PrintCalendar calendar = nightly(60, 240);
    // 01:00 to 04:00 are two hours on 29 March; the third comes in the night after.
    assertThat(done(calendar, "2026-03-29T00:00", "PT2H"))
        .isEqualTo(Instant.parse("2026-03-29T02:00:00Z"));
    assertThat(done(calendar, "2026-03-29T00:00", "PT3H"))
        .isEqualTo(Instant.parse("2026-03-30T00:00:00Z"));
    // And four on 25 October.
    assertThat(done(calendar, "2026-10-25T00:00", "PT4H"))
        .isEqualTo(Instant.parse("2026-10-25T03:00:00Z"));
    assertThat(done(calendar, "2026-10-25T00:00", "PT4H1M"))
        .isEqualTo(Instant.parse("2026-10-26T00:01:00Z"));
  }

  @Test
  void hours_that_a_day_does_not_have_are_not_worked() {
    // On 29 March there is no 02:00 to 03:00.
    assertThat(done(nightly(120, 180), "2026-03-28T12:00", "PT30M"))
        .isEqualTo(Instant.parse("2026-03-30T00:30:00Z"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC"})
  void what_runs_day_and_night_is_done_after_so_much_time_whatever_clocks_do(String zone) {
    PrintCalendar calendar = PrintCalendar.always(ZoneId.of(zone));
    Instant from = Instant.parse("2026-01-01T05:30:00Z");
    for (int hours = 0; hours < 24 * 366; hours += 37) {
      assertThat(calendar.done(from, Duration.ofHours(hours)))
          .isEqualTo(from.plus(Duration.ofHours(hours)));
    }
    assertThat(calendar.hoursPerDay()).isEqualByComparingTo(BigDecimal.valueOf(24));
  }

  @Test
  void two_pieces_of_work_take_as_long_as_both_at_once() {
    PrintCalendar calendar = weekdays(7, 19, "2026-03-30", "2026-04-03", "2026-04-06");
    Instant from = berlin("2026-03-20T11:17");
    for (int first = 1; first < 200; first += 13) {
      Instant between = calendar.done(from, Duration.ofHours(first));
      assertThat(calendar.done(between, Duration.ofMinutes(777)))
          .isEqualTo(calendar.done(from, Duration.ofHours(first).plusMinutes(777)));
    }
  }

  @Test
  void work_without_end_is_refused() {
    PrintCalendar mondays =
        new PrintCalendar(ZoneOffset.UTC, Map.of(DayOfWeek.MONDAY, new Hours(0, 1)), Set.of());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> mondays.done(Instant.EPOCH, Duration.ofHours(10)))
        .withMessageContaining("ten years");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new PrintCalendar(ZoneOffset.UTC, Map.of(), Set.of()));
    assertThatIllegalArgumentException().isThrownBy(() -> new Hours(600, 600));
    assertThatIllegalArgumentException().isThrownBy(() -> new Hours(0, 1441));
  }
}

package io.ktizo.core.print;

import java.io.BufferedReader;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What PrusaSlicer's G-code says of a print: filament by the roles of its {@code ;TYPE:} comments,
 * layers by {@code ;LAYER_CHANGE}, and the time that it estimates.
 *
 * <p>Filament counts where the head moves and pushes; retractions and what makes up for them do
 * not.
 */
final class GcodeStatistics {
  private static final Pattern TIME =
      Pattern.compile(
          "; estimated printing time \\(normal mode\\) ="
              + " *(?:(\\d{1,6})d)? *(?:(\\d{1,2})h)? *(?:(\\d{1,2})m)? *(?:(\\d{1,2})s)?\\s*");

  private enum Kind {
    WALLS,
    SOLID,
    SPARSE,
    SUPPORT,
    /** Start and end of the print, and what no profile of ours asks for. */
    OTHER
  }

  private final Map<Kind, Double> pushed = new EnumMap<>(Kind.class);
  private Kind kind = Kind.OTHER;
  private boolean relative;
  private double extruder;
  private int layers;
  private @Nullable Duration time;

  private GcodeStatistics() {}

  static GcodeStatistics of(BufferedReader gcode) throws IOException {
    GcodeStatistics statistics = new GcodeStatistics();
    for (String line = gcode.readLine(); line != null; line = gcode.readLine()) {
      statistics.take(line);
    }
    return statistics;
  }

  int layers() {
    return layers;
  }

  /** The slicer's time; null if the text does not say. */
  @Nullable Duration time() {
    return time;
  }

  /** Filament in mm. */
  double walls() {
    return pushed.getOrDefault(Kind.WALLS, 0.0);
  }

  /** Filament in mm. */
  double solid() {
    return pushed.getOrDefault(Kind.SOLID, 0.0);
  }

  /** Filament in mm. */
  double sparse() {
    return pushed.getOrDefault(Kind.SPARSE, 0.0);
  }

  /** Filament in mm: supports, and skirt and brim, which are no part of the part either. */
  double support() {
    return pushed.getOrDefault(Kind.SUPPORT, 0.0);
  }

  private void take(String line) {
    if (line.startsWith("G1 ")) {
      move(line);
    } else if (line.startsWith(";TYPE:")) {
      kind = kindOf(line.substring(6).strip());
    } else if (line.startsWith(";LAYER_CHANGE")) {
      layers++;
    } else if (line.startsWith("G92 ")) {
      double reset = word(line, 'E');
      extruder = Double.isNaN(reset) ? extruder : reset;
    } else if (line.startsWith("M82")) {
      relative = false;
    } else if (line.startsWith("M83")) {
      relative = true;
    } else if (line.startsWith("; estimated printing time (normal")) {
      Matcher matcher = TIME.matcher(line);
      if (matcher.matches()) {
        time =
            Duration.ofDays(count(matcher, 1))
                .plusHours(count(matcher, 2))
                .plusMinutes(count(matcher, 3))
                .plusSeconds(count(matcher, 4));
      }
    }
  }

  private static long count(Matcher matcher, int group) {
    String digits = matcher.group(group);
    return digits == null ? 0 : Long.parseLong(digits);
  }

  private void move(String line) {
    double to = word(line, 'E');
    if (Double.isNaN(to)) {
      return;
    }
    double length = relative ? to : to - extruder;
    extruder = relative ? extruder : to;
    boolean travels = !Double.isNaN(word(line, 'X')) || !Double.isNaN(word(line, 'Y'));
    if (length > 0 && travels) {
      pushed.merge(kind, length, Double::sum);
    }
  }

  /** The number behind a letter, or NaN. */
  private static double word(String line, char letter) {
    int comment = line.indexOf(';');
    int end = comment < 0 ? line.length() : comment;
    int at = line.indexOf(letter);
    if (at < 1 || at >= end || line.charAt(at - 1) != ' ') {
      return Double.NaN;
    }
    int stop = line.indexOf(' ', at);
    String digits = line.substring(at + 1, stop < 0 || stop > end ? end : stop).strip();
    try {
      return Double.parseDouble(digits);
    } catch (NumberFormatException notANumber) {
      return Double.NaN;
    }
  }

  private static Kind kindOf(String type) {
    return switch (type) {
      case "External perimeter", "Perimeter", "Overhang perimeter", "Gap fill", "Thin wall" ->
          Kind.WALLS;
      case "Solid infill", "Top solid infill", "Bridge infill", "Ironing" -> Kind.SOLID;
      case "Internal infill" -> Kind.SPARSE;
      case "Support material", "Support material interface", "Skirt", "Skirt/Brim" -> Kind.SUPPORT;
      default -> Kind.OTHER;
    };
  }
}

package io.ktizo.core.print;

import io.ktizo.core.print.ProfileReading.Fault;
import io.ktizo.core.print.ProfileReading.Remark;
import io.ktizo.core.print.SlicerText.Setting;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Settings by key and kind of value. A wrong value becomes a fault and is replaced by the default,
 * so that reading goes on and all faults are found at once. Where a setting has a value for each
 * tool, the first counts.
 */
final class SettingsReader {
  /** More faults than this help nobody. */
  static final int MAX_FAULTS = 200;

  /** A number that is absolute or a percentage of something else. */
  record Amount(double value, boolean percent) {
    double of(double whole) {
      return percent ? value / 100 * whole : value;
    }

    boolean isZero() {
      return value == 0;
    }
  }

  private final Map<String, Setting> settings;
  private final Set<String> used = new HashSet<>();
  private final List<Fault> faults;
  private final List<Remark> remarks = new ArrayList<>();

  SettingsReader(Map<String, Setting> settings, List<Fault> faults) {
    this.settings = settings;
    this.faults = faults;
  }

  List<Remark> remarks() {
    remarks.sort(Comparator.comparingInt(Remark::line));
    return remarks;
  }

  boolean hasFaults() {
    return !faults.isEmpty();
  }

  int line(String key) {
    Setting setting = settings.get(key);
    return setting == null ? 0 : setting.line();
  }

  void fault(String key, Fault.Code code, String message) {
    if (faults.size() < MAX_FAULTS) {
      faults.add(new Fault(line(key), key, code, message));
    }
  }

  void assumed(String key, String message) {
    remarks.add(new Remark(line(key), key, Remark.Kind.ASSUMED, message));
  }

  /** The first tool's value, or null where there is none, it is empty or {@code nil}. */
  private @Nullable String first(String key) {
    Setting setting = settings.get(key);
    if (setting == null) {
      return null;
    }
    used.add(key);
    String value = setting.value();
    int end = indexOfSeparator(value);
    if (end >= 0) {
      value = value.substring(0, end);
    }
    value = SlicerText.unquoted(value.strip());
    return value.isEmpty() || value.equals("nil") ? null : value;
  }

  private static int indexOfSeparator(String value) {
    for (int i = 0; i < value.length(); i++) {
      if (value.charAt(i) == ',' || value.charAt(i) == ';') {
        return i;
      }
    }
    return -1;
  }

  /** How many tools a setting has values for; 1 if it is absent. */
  int tools(String key) {
    Setting setting = settings.get(key);
    return setting == null ? 1 : setting.value().split("[,;]", -1).length;
  }

  String word(String key, String otherwise) {
    String value = first(key);
    return value == null ? otherwise : value;
  }

  double number(String key, double otherwise, double least, double most) {
    String value = first(key);
    if (value == null) {
      return otherwise;
    }
    return checked(key, parsed(key, value, otherwise), otherwise, least, most);
  }

  int count(String key, int otherwise, int least, int most) {
    double value = number(key, otherwise, least, most);
    if (value != Math.rint(value)) {
      fault(key, Fault.Code.NOT_A_NUMBER, "A whole number is expected here.");
      return otherwise;
    }
    return (int) value;
  }

  /** Absolute or with a percent sign; the bounds hold for the absolute value. */
  Amount amount(String key, Amount otherwise, double least, double most) {
    String value = first(key);
    if (value == null) {
      return otherwise;
    }
    boolean percent = value.endsWith("%");
    String digits = percent ? value.substring(0, value.length() - 1).strip() : value;
    double number = parsed(key, digits, otherwise.value());
    // A percentage beyond 10,000 is a slip of the keyboard whatever it is taken of.
    return new Amount(
        percent
            ? checked(key, number, otherwise.value(), Math.min(0, least * 10_000), 10_000)
            : checked(key, number, otherwise.value(), least, most),
        percent);
  }

  /** A percentage, with or without its sign, as a share. */
  double share(String key, double otherwise, double least, double most) {
    String value = first(key);
    if (value == null) {
      return otherwise;
    }
    String digits = value.endsWith("%") ? value.substring(0, value.length() - 1).strip() : value;
    return checked(key, parsed(key, digits, otherwise * 100) / 100, otherwise, least, most);
  }

  boolean flag(String key, boolean otherwise) {
    String value = first(key);
    if (value == null) {
      return otherwise;
    }
    return switch (value.toLowerCase(Locale.ROOT)) {
      case "1", "true", "yes", "enabled", "on" -> true;
      case "0", "false", "no", "disabled", "off", "none" -> false;
      default -> {
        fault(key, Fault.Code.UNKNOWN_CHOICE, "Either 0 or 1 is expected here.");
        yield otherwise;
      }
    };
  }

  <T> T choice(String key, String otherwise, Map<String, T> choices) {
    String value = word(key, otherwise).toLowerCase(Locale.ROOT);
    T chosen = choices.get(value);
    if (chosen == null) {
      fault(
          key,
          Fault.Code.UNKNOWN_CHOICE,
          "One of these is expected here: "
              + String.join(", ", choices.keySet().stream().sorted().toList())
              + ".");
      chosen = choices.get(otherwise);
    }
    if (chosen == null) {
      throw new IllegalStateException("the default of " + key + " is none of its choices");
    }
    return chosen;
  }

  private double parsed(String key, String digits, double otherwise) {
    // Double.parseDouble also takes "1d", "0x1p3", "NaN" and "Infinity", which no slicer writes.
    if (!digits.matches("[+-]?(\\d{1,18}(\\.\\d{0,18})?|\\.\\d{1,18})([eE][+-]?\\d{1,3})?")) {
      fault(key, Fault.Code.NOT_A_NUMBER, "A number is expected here.");
      return otherwise;
    }
    return Double.parseDouble(digits);
  }

  private double checked(String key, double value, double otherwise, double least, double most) {
    if (!(value >= least && value <= most)) {
      fault(
          key,
          Fault.Code.OUT_OF_RANGE,
          String.format(
              Locale.ROOT, "A number from %s to %s is expected here.", plain(least), plain(most)));
      return otherwise;
    }
    return value;
  }

  private static String plain(double bound) {
    return bound == Math.rint(bound) && Math.abs(bound) < 1e9
        ? Long.toString((long) bound)
        : Double.toString(bound);
  }

  /** Sorts every key that was not read into those without effect, not modelled and unknown. */
  void remarkOnTheRest() {
    for (Map.Entry<String, Setting> entry : settings.entrySet()) {
      String key = entry.getKey();
      if (used.contains(key)) {
        continue;
      }
      int line = entry.getValue().line();
      Set<String> idle = PrusaSlicerKeys.NOT_MODELLED.get(key);
      if (idle != null) {
        if (!idle.contains(word(key, "").toLowerCase(Locale.ROOT))) {
          remarks.add(
              new Remark(
                  line,
                  key,
                  Remark.Kind.NOT_MODELLED,
                  "This changes the print; the estimate leaves it out."));
        } else {
          remarks.add(withoutEffect(line, key));
        }
      } else if (PrusaSlicerKeys.WITHOUT_EFFECT.contains(key)) {
        remarks.add(withoutEffect(line, key));
      } else {
        remarks.add(
            new Remark(
                line, shown(key), Remark.Kind.UNKNOWN_KEY, "This setting is not known here."));
      }
    }
  }

  private static Remark withoutEffect(int line, String key) {
    return new Remark(
        line, key, Remark.Kind.WITHOUT_EFFECT, "This changes neither filament nor time.");
  }

  /** A key as it may be shown: keys are short and plain, anything else could be anything. */
  private static String shown(String key) {
    return key.matches("[A-Za-z0-9_]{1,64}") ? key : "?";
  }
}

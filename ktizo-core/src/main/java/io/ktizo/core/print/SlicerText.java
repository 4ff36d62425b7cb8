package io.ktizo.core.print;

import io.ktizo.core.print.ProfileReading.Fault;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The text of a slicer's profile, taken apart into sections and settings but not yet understood: a
 * plain {@code .ini}, a bundle with {@code [kind:name]} sections that inherit from each other, or
 * the comments that PrusaSlicer leaves at the end of its G-code.
 */
final class SlicerText {
  /** Profiles of all printers of a maker in one bundle stay below a million characters. */
  static final int MAX_CHARACTERS = 8 << 20;

  /** No preset of the bundles in circulation stands deeper than ten levels of inheritance. */
  private static final int MAX_ANCESTORS = 1_000;

  private static final String GCODE_BEGIN = "; prusaslicer_config = begin";
  private static final String GCODE_END = "; prusaslicer_config = end";

  /** A value and its line, from 1. */
  record Setting(String value, int line) {}

  /** A section of a bundle; {@code kind} and {@code name} are empty for settings before any. */
  record Section(String kind, String name, int line, Map<String, Setting> settings) {
    @Nullable String value(String key) {
      Setting setting = settings.get(key);
      return setting == null ? null : setting.value();
    }
  }

  private final List<Section> sections;

  private SlicerText(List<Section> sections) {
    this.sections = sections;
  }

  static SlicerText parse(String text, List<Fault> faults) {
    List<Section> sections = new ArrayList<>();
    Section current = new Section("", "", 0, new LinkedHashMap<>());
    sections.add(current);
    boolean gcode = text.contains(GCODE_BEGIN);
    boolean within = !gcode;
    int number = 0;
    for (String raw : (Iterable<String>) text.lines()::iterator) {
      number++;
      String line = raw.strip();
      if (number == 1 && line.startsWith("\uFEFF")) {
        line = line.substring(1).strip();
      }
      if (gcode) {
        if (line.equals(GCODE_BEGIN) || line.equals(GCODE_END)) {
          within = line.equals(GCODE_BEGIN);
          continue;
        }
        if (!within || !line.startsWith(";")) {
          continue;
        }
        line = line.substring(1).strip();
      }
      if (line.isEmpty() || line.startsWith("#") || line.startsWith(";")) {
        continue;
      }
      if (line.startsWith("[") && line.endsWith("]")) {
        current = section(line.substring(1, line.length() - 1), number);
        sections.add(current);
        continue;
      }
      int equals = line.indexOf('=');
      if (equals <= 0) {
        faults.add(
            new Fault(
                number,
                "",
                Fault.Code.MALFORMED_LINE,
                "This line is neither a section, a setting nor a comment."));
        if (faults.size() >= SettingsReader.MAX_FAULTS) {
          break;
        }
        continue;
      }
      current
          .settings()
          .put(
              line.substring(0, equals).strip(),
              new Setting(line.substring(equals + 1).strip(), number));
    }
    return new SlicerText(sections);
  }

  private static Section section(String title, int line) {
    int colon = title.indexOf(':');
    return colon < 0
        ? new Section(title.strip(), "", line, new LinkedHashMap<>())
        : new Section(
            title.substring(0, colon).strip(),
            title.substring(colon + 1).strip(),
            line,
            new LinkedHashMap<>());
  }

  boolean isBundle() {
    return sections.stream()
        .anyMatch(
            section ->
                section.kind().equals("print")
                    || section.kind().equals("filament")
                    || section.kind().equals("printer"));
  }

  /** Settings that stand before any section. */
  Map<String, Setting> plain() {
    return sections.get(0).settings();
  }

  /** Presets of a kind that people may choose: those whose names are not in asterisks. */
  List<String> names(String kind) {
    return sections.stream()
        .filter(section -> section.kind().equals(kind) && !section.name().startsWith("*"))
        .map(Section::name)
        .distinct()
        .toList();
  }

  /** What the section {@code [presets]} says was active, or null. */
  @Nullable String active(String kind) {
    for (Section section : sections) {
      if (section.kind().equals("presets")) {
        return section.value(kind);
      }
    }
    return null;
  }

  /** A preset with all it inherits, or null with a fault added. */
  @Nullable Map<String, Setting> resolve(String kind, String name, List<Fault> faults) {
    Map<String, Setting> settings = new LinkedHashMap<>();
    Section section = find(kind, name);
    if (section == null) {
      faults.add(
          new Fault(
              0,
              "",
              Fault.Code.NO_SUCH_PRESET,
              "The text has no " + kind + " preset of that name."));
      return null;
    }
    int[] ancestors = {0};
    return inherit(section, settings, new HashSet<>(), ancestors, faults) ? settings : null;
  }

  private boolean inherit(
      Section section,
      Map<String, Setting> settings,
      Set<String> open,
      int[] ancestors,
      List<Fault> faults) {
    Setting parents = section.settings().get("inherits");
    if (ancestors[0]++ > MAX_ANCESTORS || !open.add(section.name())) {
      faults.add(
          new Fault(
              section.line(),
              "inherits",
              Fault.Code.CIRCULAR_INHERITANCE,
              "A preset must not inherit from itself."));
      return false;
    }
    if (parents != null) {
      for (String parent : parents.value().split(";", -1)) {
        String name = unquoted(parent.strip());
        Section ancestor = name.isEmpty() ? null : find(section.kind(), name);
        // Exported presets name the maker's preset that they began with, and hold all its settings.
        if (ancestor != null && !inherit(ancestor, settings, open, ancestors, faults)) {
          return false;
        }
      }
    }
    settings.putAll(section.settings());
    open.remove(section.name());
    return true;
  }

  private @Nullable Section find(String kind, String name) {
    for (Section section : sections) {
      if (section.kind().equals(kind) && section.name().equals(name)) {
        return section;
      }
    }
    return null;
  }

  static String unquoted(String value) {
    return value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"")
        ? value.substring(1, value.length() - 1)
        : value;
  }
}

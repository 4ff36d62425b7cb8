package io.ktizo.server.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What the sources say, options before variables before the file, and the complaints about it. A
 * name counts as known once it was asked for; what was said under another name is a mistake.
 */
final class Values {
  /** Variables of this beginning are ours. */
  static final String VARIABLES = "KTIZO_";

  /** Names the file. */
  static final String FILE_VARIABLE = "KTIZO_CONFIG";

  /** Ours, and no settings: the file's name, and the password that {@code ktizo privacy} reads. */
  static final Set<String> NO_SETTINGS = Set.of(FILE_VARIABLE, "KTIZO_DB_PASSWORD");

  /**
   * Said by a source.
   *
   * @param text as it was said
   * @param place line of the file, variable or option
   * @param folder from which relative paths count
   * @param secretsAllowed whether a secret may be said there
   */
  record Given(String text, String place, Path folder, boolean secretsAllowed) {
    /** Without the text, which may be a secret. */
    @Override
    public String toString() {
      return "Given[" + place + "]";
    }
  }

  private final Map<String, Given> options;
  private final Map<String, Given> variables;
  private final Map<String, List<Given>> file;
  private final SortedSet<String> known = new TreeSet<>();
  private final List<Fault> faults = new ArrayList<>();

  /**
   * What was said where.
   *
   * @param options by name of the setting; they win over all
   * @param variables by name of the variable
   * @param file by name of the setting
   */
  Values(Map<String, Given> options, Map<String, Given> variables, Map<String, List<Given>> file) {
    this.options = options;
    this.variables = variables;
    this.file = file;
  }

  static String variable(String key) {
    return VARIABLES + key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
  }

  Optional<Given> one(String key) {
    List<Given> all = find(key);
    if (all.size() > 1) {
      fault(all.get(1).place(), key + " takes one value, not a list");
      return Optional.empty();
    }
    return all.isEmpty() ? Optional.empty() : Optional.of(all.getFirst());
  }

  List<Given> many(String key) {
    known.add(key);
    Given strongest = strongest(key);
    return strongest != null ? split(strongest) : file.getOrDefault(key, List.of());
  }

  private List<Given> find(String key) {
    known.add(key);
    Given strongest = strongest(key);
    return strongest != null ? List.of(strongest) : file.getOrDefault(key, List.of());
  }

  private @Nullable Given strongest(String key) {
    return options.containsKey(key) ? options.get(key) : variables.get(variable(key));
  }

  private static List<Given> split(Given given) {
    return Arrays.stream(given.text().split(","))
        .map(String::strip)
        .filter(part -> !part.isEmpty())
        .map(part -> new Given(part, given.place(), given.folder(), given.secretsAllowed()))
        .toList();
  }

  void fault(String place, String message) {
    Fault fault = new Fault(place, message);
    if (!faults.contains(fault)) {
      faults.add(fault);
    }
  }

  /** Complains about everything that nobody asked for. */
  void complainAboutUnknown() {
    options.forEach((key, given) -> complain(key, given.place()));
    file.forEach((key, given) -> complain(key, given.isEmpty() ? "" : given.getFirst().place()));
    SortedSet<String> names = new TreeSet<>();
    known.forEach(key -> names.add(variable(key)));
    variables.forEach(
        (name, given) -> {
          if (!names.contains(name)) {
            fault(given.place(), "there is no setting for this variable");
          }
        });
  }

  private void complain(String key, String place) {
    if (!known.contains(key)) {
      fault(place, "there is no setting " + printable(key) + hint(key));
    }
  }

  private String hint(String key) {
    return known.stream()
        .filter(other -> distance(other, key) <= 2)
        .findFirst()
        .map(other -> "; is " + other + " meant?")
        .orElse("");
  }

  /** How many letters differ (Levenshtein). */
  private static int distance(String a, String b) {
    if (Math.abs(a.length() - b.length()) > 2) {
      return 3;
    }
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int above = row[j];
        int same = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        row[j] = Math.min(diagonal + same, Math.min(row[j] + 1, row[j - 1] + 1));
        diagonal = above;
      }
    }
    return row[b.length()];
  }

  private static String printable(String key) {
    String plain = key.replaceAll("[^\\x21-\\x7e]", "?");
    return plain.length() > 60 ? plain.substring(0, 60) + "…" : plain;
  }

  List<Fault> faults() {
    return List.copyOf(faults);
  }

  SortedSet<String> known() {
    return known;
  }
}

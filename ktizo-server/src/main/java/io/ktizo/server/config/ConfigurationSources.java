package io.ktizo.server.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/**
 * Puts the sources of settings together. An option wins over a variable of the environment, that
 * over the file, that over the default.
 *
 * <pre>{@code
 * Configuration configuration =
 *     new ConfigurationSources()
 *         .environment(System.getenv())
 *         .file(Path.of("ktizo.yaml"))
 *         .option("--port", "web.port", "9000")
 *         .read();
 * }</pre>
 */
public final class ConfigurationSources {
  private static final Path HERE = Path.of("");

  private final Map<String, Values.Given> options = new LinkedHashMap<>();
  private Map<String, String> environment = Map.of();
  private @Nullable Path file;

  /** Reads this file. Without one, {@code KTIZO_CONFIG} may name it, or there is none. */
  public ConfigurationSources file(@Nullable Path path) {
    this.file = path;
    return this;
  }

  /** Reads the variables {@code KTIZO_…} of this environment. */
  public ConfigurationSources environment(Map<String, String> variables) {
    this.environment = Map.copyOf(variables);
    return this;
  }

  /**
   * Takes a value from the command line.
   *
   * @param option as the person wrote it, for complaints
   * @param key name of the setting
   * @param value its value; {@code null} if the option was not given
   */
  public ConfigurationSources option(String option, String key, @Nullable String value) {
    if (value != null) {
      // A command line is seen by all on the machine: no place for secrets.
      options.put(key, new Values.Given(value, option, HERE, false));
    }
    return this;
  }

  /**
   * Reads all of it.
   *
   * @throws ConfigurationException with everything that is wrong
   */
  public Configuration read() {
    Values values = values();
    Configuration configuration = Configuration.read(new Section(values, ""));
    values.complainAboutUnknown();
    if (!values.faults().isEmpty()) {
      throw new ConfigurationException(values.faults());
    }
    return configuration;
  }

  private Values values() {
    Map<String, Values.Given> variables = new LinkedHashMap<>();
    List<String> names = new ArrayList<>(environment.keySet());
    names.sort(null);
    for (String name : names) {
      if (name.startsWith(Values.VARIABLES) && !Values.NO_SETTINGS.contains(name)) {
        variables.put(name, new Values.Given(environment.getOrDefault(name, ""), name, HERE, true));
      }
    }
    Path named = file;
    if (named == null && environment.containsKey(Values.FILE_VARIABLE)) {
      named = Path.of(environment.getOrDefault(Values.FILE_VARIABLE, ""));
    }
    return new Values(options, variables, named == null ? Map.of() : ConfigurationFile.read(named));
  }

  /** Names of all settings, in order; secrets with and without {@code -file}. */
  public static SortedSet<String> known() {
    Values values = new Values(Map.of(), Map.of(), Map.of());
    Configuration.read(new Section(values, ""));
    return values.known();
  }

  /** The variable of the environment that says a setting. */
  public static String variable(String key) {
    return Values.variable(key);
  }
}

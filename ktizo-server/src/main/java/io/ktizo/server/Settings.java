package io.ktizo.server;

import io.ktizo.server.config.Configuration;
import io.ktizo.server.config.ConfigurationSources;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options by which every command that needs the server's settings is given them. */
@SuppressWarnings("NullAway.Init") // the library fills in the fields before the command runs
final class Settings {
  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "Settings in YAML; the README lists them. Variables KTIZO_… win over it, options over"
              + " both.")
  private @Nullable Path file;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "One setting, for instance --set web.port=9000; can be repeated.")
  private Map<String, String> set = new LinkedHashMap<>();

  /** The sources as given, to which a command may add options of its own. */
  ConfigurationSources sources(Map<String, String> environment) {
    ConfigurationSources sources = new ConfigurationSources().file(file).environment(environment);
    set.forEach((key, value) -> sources.option("--set " + key, key, value));
    return sources;
  }

  /** Reads them. */
  Configuration read(Map<String, String> environment) {
    return sources(environment).read();
  }
}

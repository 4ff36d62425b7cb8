package io.ktizo.server.config;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads settings from YAML: mappings make dotted names, each scalar keeps its line. Lists hold
 * scalars. Aliases are refused; there is nothing here that would be said twice.
 */
final class ConfigurationFile {
  private static final long LARGEST = 1L << 20;

  private final Path path;
  private final Path folder;
  private final Map<String, List<Values.Given>> settings = new LinkedHashMap<>();
  private final List<Fault> faults = new ArrayList<>();

  private ConfigurationFile(Path path) {
    this.path = path;
    Path absolute = path.toAbsolutePath().getParent();
    this.folder = absolute == null ? Path.of("").toAbsolutePath() : absolute;
  }

  static Map<String, List<Values.Given>> read(Path path) {
    ConfigurationFile file = new ConfigurationFile(path);
    file.read();
    if (!file.faults.isEmpty()) {
      throw new ConfigurationException(file.faults);
    }
    return file.settings;
  }

  private void read() {
    try {
      if (Files.size(path) > LARGEST) {
        fault(0, "is larger than 1 MiB");
        return;
      }
    } catch (IOException e) {
      fault(0, "cannot be read");
      return;
    }
    try (Reader reader = Files.newBufferedReader(path);
        YAMLParser parser = new YAMLFactory().createParser(reader)) {
      JsonToken first = parser.nextToken();
      if (first == JsonToken.START_OBJECT) {
        mapping(parser, "");
      } else if (first != null && first != JsonToken.VALUE_NULL) {
        fault(line(parser), "is not a list of settings");
      }
    } catch (JsonProcessingException e) {
      // The message quotes the file, in which somebody may have written a secret.
      fault(e.getLocation() == null ? 0 : e.getLocation().getLineNr(), "is not YAML");
    } catch (IOException e) {
      fault(0, "cannot be read, or is not UTF-8");
    }
  }

  private void mapping(YAMLParser parser, String prefix) throws IOException {
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String key = prefix + parser.currentName();
      int line = line(parser);
      JsonToken value = parser.nextToken();
      if (parser.isCurrentAlias()) {
        fault(line, "aliases are not taken here");
        parser.skipChildren();
      } else if (value == JsonToken.START_OBJECT) {
        mapping(parser, key + ".");
      } else if (value == JsonToken.START_ARRAY) {
        keep(key, line, list(parser));
      } else if (value == JsonToken.VALUE_NULL) {
        // A name without a value says nothing: the default stands.
        keep(key, line, List.of());
      } else {
        keep(key, line, List.of(given(parser)));
      }
    }
  }

  private List<Values.Given> list(YAMLParser parser) throws IOException {
    List<Values.Given> list = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY && parser.currentToken() != null) {
      if (parser.currentToken().isScalarValue() && !parser.isCurrentAlias()) {
        list.add(given(parser));
      } else {
        fault(line(parser), "a list holds plain values");
        parser.skipChildren();
      }
    }
    return list;
  }

  private Values.Given given(YAMLParser parser) throws IOException {
    return new Values.Given(parser.getText(), place(line(parser)), folder, false);
  }

  private void keep(String key, int line, List<Values.Given> given) {
    if (settings.putIfAbsent(key, given) != null) {
      fault(line, "says a setting a second time");
    }
  }

  private static int line(JsonParser parser) {
    return parser.currentTokenLocation().getLineNr();
  }

  private String place(int line) {
    return line < 1 ? path.toString() : path + ":" + line;
  }

  private void fault(int line, String message) {
    faults.add(new Fault(place(line), message));
  }
}

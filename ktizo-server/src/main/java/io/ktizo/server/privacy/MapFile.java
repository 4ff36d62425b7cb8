package io.ktizo.server.privacy;

import io.ktizo.privacy.datamap.DataMap;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The option that says what the columns of the database mean. */
@SuppressWarnings("NullAway.Init") // the library fills in the fields
final class MapFile {
  @Option(names = "--map", required = true, paramLabel = "FILE", description = "The data map.")
  private Path map;

  /** The map, checked. */
  DataMap read() throws IOException {
    return DataMap.read(map);
  }

  /** A file beside it. */
  Path beside(String name) {
    return map.toAbsolutePath().resolveSibling(name);
  }
}

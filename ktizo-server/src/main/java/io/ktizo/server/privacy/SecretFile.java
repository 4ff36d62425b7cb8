package io.ktizo.server.privacy;

import io.ktizo.privacy.KeySource;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option that says where the engine's secret is. */
final class SecretFile {
  @Option(
      names = "--secret",
      paramLabel = "FILE",
      description =
          "The engine's secret, 32 bytes in Base64; by default ktizo-privacy.secret beside the map."
              + " privacy erase makes it if there is none.")
  private @Nullable Path secret;

  /** The secret, which must be there. */
  KeySource read(MapFile map) throws IOException {
    return Secret.read(place(map));
  }

  /** The secret; a new one if there is none. */
  KeySource readOrMake(MapFile map) throws IOException {
    return Secret.readOrMake(place(map));
  }

  private Path place(MapFile map) {
    return secret == null ? map.beside("ktizo-privacy.secret") : secret;
  }
}

package io.ktizo.storage.tus;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** tus-js-client in a process of its own, installed from its lock file below {@code target}. */
final class NodeClient {
  record Run(int exit, String output) {}

  private NodeClient() {}

  /** Installs it, or skips the test with the reason why that cannot be done. */
  static Path install() throws IOException, InterruptedException {
    Path home = Files.createDirectories(Path.of("target", "tus-js-client"));
    for (String name : List.of("package.json", "package-lock.json", "upload.js")) {
      try (InputStream in = NodeClient.class.getResourceAsStream("client/" + name)) {
        Files.copy(
            Objects.requireNonNull(in), home.resolve(name), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    Assumptions.assumeTrue(isThere("node"), "node is not installed");
    if (!Files.exists(home.resolve("node_modules/tus-js-client/package.json"))) {
      Assumptions.assumeTrue(isThere("npm"), "npm is not installed");
      Run install =
          run(home, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error");
      Assumptions.assumeTrue(
          install.exit() == 0, "npm cannot install tus-js-client: " + install.output());
    }
    return home;
  }

  private static boolean isThere(String program) throws IOException, InterruptedException {
    try {
      return run(Path.of("."), program, "--version").exit() == 0;
    } catch (IOException notFound) {
      return false;
    }
  }

  static Run upload(Path home, Path file, URI endpoint) throws IOException, InterruptedException {
    return run(home, "node", "upload.js", file.toAbsolutePath().toString(), endpoint.toString());
  }

  private static Run run(Path home, String... command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command).directory(home.toFile()).redirectErrorStream(true).start();
    try {
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(5, TimeUnit.MINUTES)) {
        return new Run(-1, "no end within five minutes: " + output);
      }
      return new Run(process.exitValue(), output);
    } finally {
      process.destroyForcibly();
    }
  }
}

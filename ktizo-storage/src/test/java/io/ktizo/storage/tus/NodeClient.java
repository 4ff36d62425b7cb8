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

/** Packages of npm in processes of their own, installed from lock files below {@code target}. */
final class NodeClient {
  record Run(int exit, String output) {}

  private NodeClient() {}

  /** Installs tus-js-client, or skips the test with the reason why that cannot be done. */
  static Path install() throws IOException, InterruptedException {
    return install("client", "tus-js-client", "upload.js");
  }

  /** Installs @tus/server and starts it over a directory, or skips the test as {@link #install}. */
  static Process serve(Path directory) throws IOException, InterruptedException {
    Path home = install("server", "@tus/server", "serve.mjs");
    return new ProcessBuilder("node", "serve.mjs", directory.toAbsolutePath().toString())
        .directory(home.toFile())
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  private static Path install(String folder, String what, String script)
      throws IOException, InterruptedException {
    Path home = Files.createDirectories(Path.of("target", "npm-" + folder));
    for (String name : List.of("package.json", "package-lock.json", script)) {
      try (InputStream in = NodeClient.class.getResourceAsStream(folder + "/" + name)) {
        Files.copy(
            Objects.requireNonNull(in), home.resolve(name), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    Assumptions.assumeTrue(isThere("node"), "node is not installed");
    if (!Files.exists(home.resolve("node_modules").resolve(what).resolve("package.json"))) {
      Assumptions.assumeTrue(isThere("npm"), "npm is not installed");
      Run install =
          run(home, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error");
      Assumptions.assumeTrue(
          install.exit() == 0, "npm cannot install " + what + ": " + install.output());
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

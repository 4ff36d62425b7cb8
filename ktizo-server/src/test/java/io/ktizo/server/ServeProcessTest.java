package io.ktizo.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The server as a process of its own. */
@Timeout(value = 90, unit = TimeUnit.SECONDS)
class ServeProcessTest {
  private static final Pattern READY = Pattern.compile("KTIZO is ready: (http://\\S+/)");

  /** Surefire hands the tests' class path on in a property of its own. */
  private static final String CLASS_PATH =
      System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));

  @TempDir Path data;

  @Test
  void it_tells_its_url_keeps_what_it_took_in_and_ends_when_told() throws Exception {
    String path;
    try (Running first = Running.start(data)) {
      HttpResponse<String> sent =
          first.send(
              HttpRequest.newBuilder(first.url.resolve("/api/v1/models?name=cube.stl"))
                  .POST(HttpRequest.BodyPublishers.ofByteArray(StlFiles.cube(20))));
      assertThat(sent.statusCode()).isEqualTo(201);
      path = sent.headers().firstValue("Location").orElseThrow();

      assertRefused(process(data, "0"), "using the folder");
      String port = Integer.toString(first.url.getPort());
      assertRefused(process(data.resolve("other"), port), "could not be bound");
    }
    // Killed, not stopped: what was acknowledged is there all the same.
    try (Running again = Running.start(data)) {
      HttpResponse<String> read = again.send(HttpRequest.newBuilder(again.url.resolve(path)));
      assertThat(read.statusCode()).isEqualTo(200);
      assertThat(read.body()).contains("cube.stl");
      again.process.destroy();
      assertThat(again.process.waitFor()).as("SIGTERM").isEqualTo(143);
      assertThat(errors(data)).as("on stderr").isEmptyFile();
    }
  }

  /** A file and not a stream: Java closes the streams of a process that it ends. */
  private static Path errors(Path data) {
    return data.resolve("stderr.txt");
  }

  /** It ends by itself, with exit code 1 and one line that says why. */
  private static void assertRefused(ProcessBuilder builder, String why) throws Exception {
    Process process = builder.redirectErrorStream(true).start();
    try {
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).as("has ended").isTrue();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.exitValue()).isEqualTo(1);
      assertThat(output.lines()).hasSize(1).allMatch(line -> line.contains(why));
    } finally {
      process.destroyForcibly();
    }
  }

  private static ProcessBuilder process(Path data, String port) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx256m", "-cp", CLASS_PATH));
    command.addAll(
        List.of("io.ktizo.server.Ktizo", "serve", "--port", port, "--data", data.toString()));
    return new ProcessBuilder(command);
  }

  /** A server that was started; killed at the end if it still runs. */
  private static final class Running implements AutoCloseable {
    private final Process process;
    private final URI url;
    private final HttpClient client = HttpClient.newHttpClient();

    private Running(Process process, URI url) {
      this.process = process;
      this.url = url;
    }

    static Running start(Path data) throws IOException {
      Process process = process(data, "0").redirectError(errors(data).toFile()).start();
      BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        Matcher ready = READY.matcher(line);
        if (ready.find()) {
          return new Running(process, URI.create(ready.group(1)));
        }
      }
      throw new AssertionError(Files.readString(errors(data)));
    }

    HttpResponse<String> send(HttpRequest.Builder request)
        throws IOException, InterruptedException {
      return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    @Override
    public void close() {
      client.shutdownNow();
      process.destroyForcibly().onExit().join();
    }
  }
}

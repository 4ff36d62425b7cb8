package io.ktizo.storage.tus;

import static org.assertj.core.api.Assertions.assertThat;

import io.ktizo.core.id.TimeOrderedIds;
import io.ktizo.storage.MemoryFileStore;
import io.ktizo.storage.Quota;
import io.ktizo.storage.Vault;
import io.ktizo.storage.store.MemoryCatalogue;
import io.ktizo.storage.upload.UploadLimits;
import io.ktizo.storage.upload.Uploading;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The same requests to {@link TusHandler} and to {@code @tus/server} 2.4.5, the reference server of
 * the protocol's authors. Wherever the two answer differently, the difference stands in {@link
 * #EXPLAINED} with its reason; what does not stand there fails, and so does what stands there and
 * does not happen.
 */
final class TusDifferentialTest {
  private static final String BYTES = "application/offset+octet-stream";

  /** Headers that are compared by their value; of the others only the status counts. */
  private static final List<String> COMPARED =
      List.of(
          "Tus-Resumable",
          "Tus-Version",
          "Upload-Offset",
          "Upload-Length",
          "Upload-Defer-Length",
          "Cache-Control");

  /** A request, without its upload's id. */
  private record Asked(String method, boolean collection, Map<String, String> headers, int body) {
    String header(String name) {
      return headers.getOrDefault(name, "-");
    }

    @Override
    public String toString() {
      return method + (collection ? " /uploads " : " /uploads/ID ") + headers + " " + body + " B";
    }
  }

  private record Answered(int status, Map<String, String> headers) {}

  private record Difference(Asked asked, Answered ours, Answered theirs) {
    boolean statuses(int our, int their) {
      return ours.status() == our && theirs.status() == their;
    }

    @Override
    public String toString() {
      return asked + "\n    ours   " + ours + "\n    theirs " + theirs;
    }
  }

  private record Explanation(String reason, Predicate<Difference> when) {}

  private static final List<Explanation> EXPLAINED =
      List.of(
          new Explanation(
              "another version: the protocol says 412, they say 400",
              one -> one.asked().header("Tus-Resumable").equals("0.2.2") && one.statuses(412, 400)),
          new Explanation(
              "with 412 the protocol wants Tus-Version, which they leave out",
              one -> one.statuses(412, 412)),
          new Explanation(
              "another content type: the protocol says 415, they say 400",
              one ->
                  one.asked().header("Content-Type").equals("application/octet-stream")
                      && one.statuses(415, 400)),
          new Explanation(
              "no content type: the protocol says 415, they say 403, or 400 for the offset",
              one ->
                  one.asked().header("Content-Type").equals("-")
                      && (one.statuses(415, 403) || one.statuses(415, 400))),
          new Explanation(
              "no Upload-Offset: the protocol names no status, and keeps 403 for final uploads",
              one -> one.asked().header("Upload-Offset").equals("-") && one.statuses(400, 403)),
          new Explanation(
              "the same Upload-Length again: the protocol forbids to change it, they to repeat it",
              one ->
                  one.asked().method().equals("PATCH")
                      && one.asked().header("Upload-Length").equals("100")
                      && (one.statuses(204, 400) || one.statuses(413, 400))),
          new Explanation(
              "a wrong offset: ours tells the right one, so that a client need not ask",
              one ->
                  one.statuses(409, 409)
                      && one.ours().headers().containsKey("Upload-Offset")
                      && !one.theirs().headers().containsKey("Upload-Offset")),
          new Explanation(
              "their store for files does not join uploads",
              one ->
                  one.asked().header("Upload-Concat").equals("partial")
                      && one.theirs().status() == 501),
          new Explanation(
              "the protocol wants X-HTTP-Method-Override to be honoured; they do for none of these",
              one -> !one.asked().header("X-HTTP-Method-Override").equals("-")),
          new Explanation(
              "a method that is none: 405 with Allow, they say 404",
              one -> one.asked().method().equals("PUT") && one.statuses(405, 404)),
          new Explanation(
              "ours forbids to keep any answer to HEAD, they only good ones",
              one -> one.asked().method().equals("HEAD") && one.statuses(404, 404)));

  @TempDir private Path folder;
  private TusServer ours;
  private Process theirs;
  private int theirPort;

  @BeforeEach
  void start() throws Exception {
    theirs = NodeClient.serve(folder);
    BufferedReader said =
        new BufferedReader(
            new InputStreamReader(theirs.getInputStream(), StandardCharsets.US_ASCII));
    theirPort = Integer.parseInt(said.readLine());
    Quota quota = new Quota(1L << 40, 1_000_000, 10_000, 1_000_000, Duration.ofHours(1));
    ours =
        TusServer.start(
            Uploading.builder(
                    Vault.unprotected(new MemoryFileStore()),
                    new MemoryCatalogue(),
                    new TimeOrderedIds(InstantSource.system(), new SecureRandom()))
                .quota(owner -> quota)
                // What the bytes are is no question of the protocol.
                .accepting(type -> true)
                .limits(UploadLimits.DEFAULT.handingOverWithin(Duration.ZERO))
                .build());
  }

  @AfterEach
  void stop() {
    if (ours != null) {
      ours.close();
    }
    if (theirs != null) {
      theirs.destroyForcibly();
    }
  }

  @Test
  void wherever_the_reference_server_answers_differently_there_is_a_reason() throws IOException {
    List<Difference> unexplained = new ArrayList<>();
    Set<Explanation> used = new LinkedHashSet<>();
    int requests = 0;
    for (List<Asked> script : scripts()) {
      List<Difference> differences = differences(script);
      requests += script.size();
      for (Difference difference : differences) {
        List<Explanation> reasons =
            EXPLAINED.stream().filter(one -> one.when().test(difference)).toList();
        used.addAll(reasons);
        if (reasons.isEmpty()) {
          unexplained.add(difference);
        }
      }
    }

    System.out.printf("%d requests to both servers%n", requests);
    assertThat(unexplained).isEmpty();
    assertThat(EXPLAINED).as("what stands there and does not happen").allMatch(used::contains);
  }

  /** Requests that belong together: what follows a creation goes to what it made. */
  private static List<List<Asked>> scripts() {
    List<List<Asked>> scripts = new ArrayList<>();
    creations(scripts);
    patches(scripts);
    journeys(scripts);
    return scripts;
  }

  private static void creations(List<List<Asked>> scripts) {
    for (String version : List.of("1.0.0", "0.2.2", "-")) {
      for (String length : List.of("100", "0", "10000", "10001", "-1", "1e3", "-")) {
        for (String deferred : List.of("-", "1", "0")) {
          for (String concat : List.of("-", "partial", "wrong")) {
            if (!version.equals("1.0.0") && !length.equals("100")) {
              continue;
            }
            for (String metadata :
                List.of("-", "filename cGFydC5zdGw=,secret", "filename !!!", "a YQ==,a YQ==")) {
              scripts.add(
                  List.of(
                      new Asked(
                          "POST",
                          true,
                          headers(
                              "Tus-Resumable", version,
                              "Upload-Length", length,
                              "Upload-Defer-Length", deferred,
                              "Upload-Concat", concat,
                              "Upload-Metadata", metadata),
                          0)));
            }
          }
        }
      }
    }
  }

  private static void patches(List<List<Asked>> scripts) {
    for (String version : List.of("1.0.0", "0.2.2", "-")) {
      for (String type : List.of(BYTES, "application/octet-stream", "-")) {
        for (String offset : List.of("0", "1", "-1", "x", "-")) {
          for (int body : List.of(0, 10, 100, 101)) {
            if (!version.equals("1.0.0") && !offset.equals("0")) {
              continue;
            }
            for (String length : List.of("-", "100", "99")) {
              scripts.add(
                  List.of(
                      creation("100"),
                      new Asked(
                          "PATCH",
                          false,
                          headers(
                              "Tus-Resumable", version,
                              "Content-Type", type,
                              "Upload-Offset", offset,
                              "Upload-Length", length),
                          body),
                      head()));
            }
          }
        }
      }
    }
  }

  private static void journeys(List<List<Asked>> scripts) {
    Asked none = new Asked("HEAD", false, headers("Tus-Resumable", "1.0.0"), 0);
    scripts.add(List.of(none));
    scripts.add(List.of(patch(0, 10)));
    scripts.add(List.of(new Asked("DELETE", false, headers("Tus-Resumable", "1.0.0"), 0)));
    scripts.add(List.of(new Asked("OPTIONS", true, headers(), 0)));
    scripts.add(List.of(new Asked("OPTIONS", true, headers("Tus-Resumable", "0.2.2"), 0)));
    scripts.add(List.of(new Asked("PUT", true, headers("Tus-Resumable", "1.0.0"), 0)));
    scripts.add(
        List.of(
            creation("100"),
            head(),
            patch(0, 40),
            head(),
            patch(0, 40),
            patch(40, 60),
            head(),
            patch(100, 0),
            patch(100, 1)));
    scripts.add(
        List.of(
            creation("100"),
            patch(0, 40),
            new Asked("DELETE", false, headers("Tus-Resumable", "1.0.0"), 0),
            head(),
            patch(40, 60),
            new Asked("DELETE", false, headers("Tus-Resumable", "1.0.0"), 0)));
    scripts.add(
        List.of(
            new Asked(
                "POST",
                true,
                headers("Tus-Resumable", "1.0.0", "Upload-Length", "100", "Content-Type", BYTES),
                100),
            head()));
    scripts.add(
        List.of(
            new Asked(
                "POST",
                true,
                headers("Tus-Resumable", "1.0.0", "Upload-Length", "100", "Content-Type", BYTES),
                40),
            head(),
            patch(40, 60)));
    Asked deferred =
        new Asked("POST", true, headers("Tus-Resumable", "1.0.0", "Upload-Defer-Length", "1"), 0);
    scripts.add(List.of(deferred, head(), patch(0, 40), head(), declaring(40, "100", 60), head()));
    scripts.add(List.of(deferred, patch(0, 40), declaring(40, "40", 0), head()));
    scripts.add(List.of(deferred, patch(0, 40), declaring(40, "39", 0), head()));
    scripts.add(List.of(deferred, declaring(0, "100", 40), declaring(40, "100", 60), head()));
    scripts.add(List.of(deferred, declaring(0, "100", 40), declaring(40, "101", 60), head()));
    scripts.add(List.of(deferred, declaring(0, "10001", 40), head()));
    scripts.add(List.of(deferred, patch(0, 9_000), patch(9_000, 1_001), head()));
    scripts.add(
        List.of(
            creation("100"),
            new Asked(
                "POST",
                false,
                headers(
                    "Tus-Resumable", "1.0.0",
                    "X-HTTP-Method-Override", "PATCH",
                    "Content-Type", BYTES,
                    "Upload-Offset", "0"),
                10),
            head()));
  }

  private static Asked creation(String length) {
    return new Asked("POST", true, headers("Tus-Resumable", "1.0.0", "Upload-Length", length), 0);
  }

  private static Asked head() {
    return new Asked("HEAD", false, headers("Tus-Resumable", "1.0.0"), 0);
  }

  private static Asked patch(int offset, int body) {
    return declaring(offset, "-", body);
  }

  private static Asked declaring(int offset, String length, int body) {
    return new Asked(
        "PATCH",
        false,
        headers(
            "Tus-Resumable",
            "1.0.0",
            "Content-Type",
            BYTES,
            "Upload-Offset",
            Integer.toString(offset),
            "Upload-Length",
            length),
        body);
  }

  /** Names and values by turns; a dash is not sent. */
  private static Map<String, String> headers(String... pairs) {
    Map<String, String> headers = new LinkedHashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      if (!pairs[i + 1].equals("-")) {
        headers.put(pairs[i], pairs[i + 1]);
      }
    }
    return headers;
  }

  private List<Difference> differences(List<Asked> script) throws IOException {
    List<Difference> differences = new ArrayList<>();
    String ourId = "upload_01h455vb4pex5vsknk084sn02q";
    String theirId = "0123456789abcdef0123456789abcdef";
    for (Asked asked : script) {
      Answered our = ask(ours.port(), asked, ourId);
      Answered their = ask(theirPort, asked, theirId);
      ourId = our.headers().containsKey("Location") ? lastPart(our) : ourId;
      theirId = their.headers().containsKey("Location") ? lastPart(their) : theirId;
      if (our.status() != their.status() || !compared(our).equals(compared(their))) {
        differences.add(
            new Difference(
                asked,
                new Answered(our.status(), compared(our)),
                new Answered(their.status(), compared(their))));
        if (our.status() != their.status()) {
          // From here on the two stand elsewhere.
          return differences;
        }
      }
    }
    return differences;
  }

  private static String lastPart(Answered answered) {
    String location = answered.headers().getOrDefault("Location", "");
    return location.substring(location.lastIndexOf('/') + 1);
  }

  private static Map<String, String> compared(Answered answered) {
    Map<String, String> compared = new TreeMap<>(answered.headers());
    compared.keySet().retainAll(COMPARED);
    return compared;
  }

  /** By hand, since HTTP clients refuse or repair some of this. */
  private static Answered ask(int port, Asked asked, String id) throws IOException {
    StringBuilder head = new StringBuilder();
    head.append(asked.method()).append(asked.collection() ? " /uploads" : " /uploads/" + id);
    head.append(" HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n");
    asked.headers().forEach((name, value) -> head.append(name + ": " + value + "\r\n"));
    head.append("Content-Length: " + asked.body() + "\r\n\r\n");
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(10_000);
      OutputStream out = socket.getOutputStream();
      out.write(head.toString().getBytes(StandardCharsets.ISO_8859_1));
      out.write(new byte[asked.body()]);
      out.flush();
      return read(socket.getInputStream());
    }
  }

  private static Answered read(InputStream in) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    while (!bytes.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
      int next = in.read();
      if (next < 0) {
        break;
      }
      bytes.write(next);
    }
    List<String> lines = bytes.toString(StandardCharsets.ISO_8859_1).lines().toList();
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    for (String line : lines.subList(1, lines.size())) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        headers.put(canonical(line.substring(0, colon)), line.substring(colon + 1).strip());
      }
    }
    return new Answered(Integer.parseInt(lines.get(0).split(" ", -1)[1]), headers);
  }

  private static String canonical(String name) {
    return COMPARED.stream()
        .filter(known -> known.equalsIgnoreCase(name))
        .findAny()
        .orElse(name.toLowerCase(Locale.ROOT).equals("location") ? "Location" : name);
  }
}

package io.ktizo.storage.tus;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.ktizo.core.id.TimeOrderedIds;
import io.ktizo.storage.Owner;
import io.ktizo.storage.Quota;
import io.ktizo.storage.Vault;
import io.ktizo.storage.crypto.MemoryWrappedKeys;
import io.ktizo.storage.directory.DirectoryStore;
import io.ktizo.storage.store.MemoryCatalogue;
import io.ktizo.storage.upload.UploadFixtures;
import io.ktizo.storage.upload.Uploading;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * Uploads over HTTP against {@code cat} and against the same server writing what comes into a file
 * and no more; then many at once. The server is a process of its own with 512 MiB of heap; what it
 * needs is the kernel's word. See docs/benchmarks/storage.md.
 *
 * <pre>{@code HttpUploadBenchmark FOLDER [MEGABYTES] [ROUNDS] [PARALLEL]}</pre>
 */
final class HttpUploadBenchmark {
  private static final long MB = 1_000_000;

  private final Path folder;
  private final Path model;
  private final Process server;
  private final int port;

  private HttpUploadBenchmark(Path folder, Path model, Process server, int port) {
    this.folder = folder;
    this.model = model;
    this.server = server;
    this.port = port;
  }

  public static void main(String[] arguments) throws Exception {
    if (arguments[0].equals("serve")) {
      serve(Path.of(arguments[1]));
      return;
    }
    Path folder = Files.createDirectories(Path.of(arguments[0]));
    long bytes = (arguments.length > 1 ? Long.parseLong(arguments[1]) : 100) * MB;
    int rounds = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 7;
    int parallel = arguments.length > 3 ? Integer.parseInt(arguments[3]) : 100;
    Path model = folder.resolve("model.stl");
    write(model, bytes);
    Process server =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-cp",
                System.getProperty("java.class.path"),
                HttpUploadBenchmark.class.getName(),
                "serve",
                folder.resolve("served").toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      BufferedReader said =
          new BufferedReader(
              new InputStreamReader(server.getInputStream(), StandardCharsets.US_ASCII));
      HttpUploadBenchmark benchmark =
          new HttpUploadBenchmark(folder, model, server, Integer.parseInt(said.readLine()));
      benchmark.compare(rounds);
      if (parallel > 0) {
        benchmark.together(parallel);
      }
    } finally {
      server.destroyForcibly().waitFor();
      delete(folder.resolve("served"));
    }
  }

  // The server

  private static void serve(Path folder) throws IOException {
    Files.createDirectories(folder);
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 200);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    AtomicLong copies = new AtomicLong();
    server.createContext(
        "/plain", exchange -> copy(exchange, folder.resolve("copy-" + copies.incrementAndGet())));
    DirectoryStore sealed = DirectoryStore.open(folder.resolve("sealed"));
    serve(server, "/sealed", UploadFixtures.vault(sealed, new MemoryWrappedKeys()));
    serve(server, "/open", Vault.unprotected(DirectoryStore.open(folder.resolve("open"))));
    server.start();
    System.out.println(server.getAddress().getPort());
  }

  private static void copy(HttpExchange exchange, Path file) throws IOException {
    try (exchange) {
      try (FileChannel out =
          FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        byte[] block = new byte[1 << 18];
        InputStream in = exchange.getRequestBody();
        for (int read = in.read(block); read >= 0; read = in.read(block)) {
          out.write(ByteBuffer.wrap(block, 0, read));
        }
        out.force(true);
      }
      Files.delete(file);
      exchange.sendResponseHeaders(201, -1);
    }
  }

  private static void serve(HttpServer server, String path, Vault vault) {
    Quota roomy = new Quota(1L << 50, 1_000_000, 1L << 40, 1_000_000, Duration.ofHours(1));
    Uploading uploading =
        Uploading.builder(
                vault,
                new MemoryCatalogue(),
                new TimeOrderedIds(InstantSource.system(), new SecureRandom()))
            .quota(owner -> roomy)
            .build();
    TusHandler handler = new TusHandler(uploading, path);
    server.createContext(
        path,
        exchange -> {
          try (exchange) {
            TusResponse response =
                handler.handle(
                    new TusRequest(
                        new Owner(exchange.getRequestHeaders().getFirst("X-Owner")),
                        exchange.getRequestMethod(),
                        "",
                        exchange.getRequestHeaders()::getFirst,
                        exchange.getRequestBody()));
            boolean kept = response.headers().containsKey("Ktizo-File");
            exchange.sendResponseHeaders(kept ? response.status() : 500, -1);
          }
        });
  }

  // The clients

  private void compare(int rounds) throws Exception {
    String[] names = {"cat", "cat and sync", "copied over HTTP", "whole chain", "encryption off"};
    double[][] seconds = new double[names.length][rounds];
    // By turns, so that whatever else the machine does falls on all; the first two are warm-up.
    for (int round = -2; round < rounds; round++) {
      double[] now = {
        cat(false),
        cat(true),
        send("/plain", "1"),
        send("/sealed", "round-" + round),
        send("/open", "round-" + round)
      };
      for (int i = 0; i < names.length && round >= 0; i++) {
        seconds[i][round] = now[i];
      }
    }
    for (int i = 0; i < names.length; i++) {
      System.out.printf("%-17s %.3f s (median)%n", names[i], median(seconds[i]));
    }
    double chain = median(seconds[3]);
    System.out.printf(
        "whole chain / cat %.2f, / cat and sync %.2f, / copied over HTTP %.2f, / encryption off"
            + " %.2f%n",
        chain / median(seconds[0]),
        chain / median(seconds[1]),
        chain / median(seconds[2]),
        chain / median(seconds[4]));
  }

  private double cat(boolean sync) throws Exception {
    Path copy = folder.resolve("copy");
    long start = System.nanoTime();
    Process process =
        new ProcessBuilder("cat", model.toString()).redirectOutput(copy.toFile()).start();
    if (process.waitFor() != 0) {
      throw new IllegalStateException("cat failed");
    }
    if (sync) {
      try (FileChannel channel = FileChannel.open(copy, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    Files.delete(copy);
    return seconds;
  }

  /** Sends the file from the page cache, so that the client costs next to nothing. */
  private double send(String path, String owner) throws IOException {
    long length = Files.size(model);
    long start = System.nanoTime();
    try (FileChannel file = FileChannel.open(model);
        SocketChannel socket =
            SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))) {
      String head =
          "POST "
              + path
              + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nTus-Resumable: 1.0.0\r\n"
              + "Content-Type: application/offset+octet-stream\r\nX-Owner: "
              + owner
              + "\r\nUpload-Length: "
              + length
              + "\r\nContent-Length: "
              + length
              + "\r\n\r\n";
      socket.write(ByteBuffer.wrap(head.getBytes(StandardCharsets.US_ASCII)));
      for (long sent = 0; sent < length; ) {
        sent += file.transferTo(sent, length - sent, socket);
      }
      InputStream in = socket.socket().getInputStream();
      String answer = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
      if (!answer.startsWith("HTTP/1.1 201")) {
        throw new IllegalStateException("not taken: " + answer);
      }
    }
    return (System.nanoTime() - start) / 1e9;
  }

  private void together(int uploads) throws Exception {
    long before = memory("VmRSS");
    long start = System.nanoTime();
    List<Future<Double>> running = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(uploads)) {
      for (int i = 0; i < uploads; i++) {
        String owner = "together-" + i;
        running.add(threads.submit(() -> send("/sealed", owner)));
      }
      for (Future<Double> one : running) {
        one.get();
      }
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    long peak = memory("VmHWM");
    System.out.printf(
        "%d at once over HTTP: all kept, %.1f s; the server's process had %d MiB before and %d MiB"
            + " at its peak, %.1f MiB an upload%n",
        uploads, seconds, before >> 20, peak >> 20, ((peak - before) >> 20) / (double) uploads);
  }

  /** Of the server's process, heap and everything else, as the kernel has it. */
  private long memory(String what) throws IOException {
    return Files.readAllLines(Path.of("/proc/" + server.pid() + "/status")).stream()
        .filter(line -> line.startsWith(what + ":"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D+", "")) << 10)
        .sum();
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private static void write(Path file, long bytes) throws IOException {
    long triangles = (bytes - 84) / 50;
    byte[] block = new byte[50 * 10_000];
    new SplittableRandom(1).nextBytes(block);
    try (OutputStream out = Files.newOutputStream(file)) {
      ByteBuffer header = ByteBuffer.allocate(84).order(ByteOrder.LITTLE_ENDIAN);
      header.putInt(80, (int) triangles);
      out.write(header.array());
      for (long left = triangles * 50; left > 0; left -= block.length) {
        out.write(block, 0, (int) Math.min(left, block.length));
      }
    }
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> paths = Files.walk(directory)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}

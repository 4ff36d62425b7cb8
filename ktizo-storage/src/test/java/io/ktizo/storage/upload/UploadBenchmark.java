package io.ktizo.storage.upload;

import io.ktizo.core.id.TimeOrderedIds;
import io.ktizo.storage.Quota;
import io.ktizo.storage.Vault;
import io.ktizo.storage.crypto.MemoryWrappedKeys;
import io.ktizo.storage.directory.DirectoryStore;
import io.ktizo.storage.store.MemoryCatalogue;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
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
import java.util.stream.Stream;

/**
 * Uploads through the whole chain against {@code cat} into a file, and many at once in little
 * memory. Ratios within one run; see docs/benchmarks/storage.md.
 *
 * <pre>{@code UploadBenchmark FOLDER [MEGABYTES] [ROUNDS] [PARALLEL]}</pre>
 */
final class UploadBenchmark {
  private static final long MB = 1_000_000;

  private final Path folder;
  private final Path model;
  private int runs;

  private UploadBenchmark(Path folder, long bytes) throws IOException {
    this.folder = folder;
    this.model = folder.resolve("model.stl");
    write(model, bytes);
  }

  public static void main(String[] arguments) throws Exception {
    Path folder = Files.createDirectories(Path.of(arguments[0]));
    long megabytes = arguments.length > 1 ? Long.parseLong(arguments[1]) : 100;
    int rounds = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 7;
    int parallel = arguments.length > 3 ? Integer.parseInt(arguments[3]) : 100;
    UploadBenchmark benchmark = new UploadBenchmark(folder, megabytes * MB);
    benchmark.compare(rounds);
    if (parallel > 0) {
      benchmark.together(parallel);
    }
  }

  private void compare(int rounds) throws Exception {
    double[] cat = new double[rounds];
    double[] synced = new double[rounds];
    double[] chain = new double[rounds];
    double[] plain = new double[rounds];
    // By turns, so that whatever else the machine does falls on all of them; the first is warm-up.
    for (int round = -1; round < rounds; round++) {
      double catSeconds = cat(false);
      double syncedSeconds = cat(true);
      double chainSeconds = upload(true);
      double plainSeconds = upload(false);
      if (round >= 0) {
        cat[round] = catSeconds;
        synced[round] = syncedSeconds;
        chain[round] = chainSeconds;
        plain[round] = plainSeconds;
      }
    }
    System.out.printf(
        "median seconds: cat %.3f, cat and sync %.3f, whole chain %.3f, encryption off %.3f%n",
        median(cat), median(synced), median(chain), median(plain));
    System.out.printf(
        "ratios: chain/cat %.2f, chain/(cat and sync) %.2f, chain/encryption off %.2f%n",
        median(chain) / median(cat), median(chain) / median(synced), median(chain) / median(plain));
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

  private double upload(boolean encrypted) throws IOException {
    Path directory = folder.resolve("store-" + runs++);
    Uploading uploading = uploading(directory, encrypted);
    long start = System.nanoTime();
    take(uploading);
    double seconds = (System.nanoTime() - start) / 1e9;
    delete(directory);
    return seconds;
  }

  private Uploading uploading(Path directory, boolean encrypted) {
    DirectoryStore store = DirectoryStore.open(directory);
    Vault vault =
        encrypted ? UploadFixtures.vault(store, new MemoryWrappedKeys()) : Vault.unprotected(store);
    Quota roomy = new Quota(1L << 50, 1_000_000, 1L << 40, 1_000_000, Duration.ofHours(1));
    return Uploading.builder(
            vault,
            new MemoryCatalogue(),
            new TimeOrderedIds(InstantSource.system(), new SecureRandom()))
        .quota(owner -> roomy)
        .build();
  }

  private void take(Uploading uploading) throws IOException {
    try (InputStream in = Files.newInputStream(model)) {
      long length = Files.size(model);
      Outcome outcome =
          uploading.take(Intake.of(UploadFixtures.OWNER, "model.stl", length), Body.of(in, length));
      if (!(outcome instanceof Outcome.Kept)) {
        throw new IllegalStateException("not kept: " + outcome);
      }
    }
  }

  private void together(int uploads) throws Exception {
    Path directory = folder.resolve("together");
    Uploading uploading = uploading(directory, true);
    long start = System.nanoTime();
    List<Future<?>> running = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(uploads)) {
      for (int i = 0; i < uploads; i++) {
        running.add(
            threads.submit(
                () -> {
                  take(uploading);
                  return null;
                }));
      }
      for (Future<?> one : running) {
        one.get();
      }
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    long peak =
        ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getType() == MemoryType.HEAP)
            .mapToLong(pool -> pool.getPeakUsage().getUsed())
            .sum();
    System.out.printf(
        "%d at once: %.1f s, peak heap %d MiB of %d MiB, at most %.1f MiB an upload%n",
        uploads,
        seconds,
        peak >> 20,
        Runtime.getRuntime().maxMemory() >> 20,
        (peak >> 20) / (double) uploads);
    delete(directory);
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
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer header = ByteBuffer.allocate(84).order(ByteOrder.LITTLE_ENDIAN);
      header.putInt(80, (int) triangles);
      channel.write(header);
      for (long left = triangles * 50; left > 0; left -= block.length) {
        channel.write(ByteBuffer.wrap(block, 0, (int) Math.min(left, block.length)));
      }
      channel.force(true);
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

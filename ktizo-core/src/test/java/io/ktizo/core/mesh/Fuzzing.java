package io.ktizo.core.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * What all fuzz tests of readers share. Each has one target of Jazzer's, which runs for long under
 * the build's fuzz profile, and one test that throws some thousand mutants of good files at it in
 * every build, always the same ones. Whatever the bytes are, the answer is a sound model, of which
 * a report can be made, or a refusal.
 */
public final class Fuzzing {
  static final MeshLimits LIMITS =
      new MeshLimits(1 << 20, 1 << 22, 200, 100, 10_000, 32, Duration.ofSeconds(2));
  private static final int MUTANTS = 1_500;

  private Fuzzing() {}

  /** A reader of one format, as the package has it. */
  @FunctionalInterface
  interface Reader {
    Model read(Source source, MeshLimits limits, Budget budget) throws IOException;
  }

  /** Reads with one certain reader, whatever the bytes look like, and with whoever feels meant. */
  static void read(byte[] file, Reader reader) throws IOException {
    try (Source source = Source.of(file)) {
      requireSound(reader.read(source, LIMITS, Budget.startingNow(LIMITS)));
    } catch (RefusedException refused) {
      requireSound(refused.refusal());
    }
    read(file);
  }

  /** Reads as a customer's file is read. */
  static void read(byte[] file) throws IOException {
    switch (MeshReader.withLimits(LIMITS).read(file)) {
      case MeshReading.Accepted accepted -> requireSound(accepted.model());
      case MeshReading.Refused refused -> requireSound(refused.refusal());
    }
  }

  static void requireSound(Model model) {
    Mesh mesh = model.mesh();
    assertThat(mesh.triangleCount()).isBetween(1, LIMITS.triangles());
    for (float coordinate : mesh.positions()) {
      assertThat(Math.abs(coordinate)).isLessThanOrEqualTo(MeshBuilder.LARGEST_COORDINATE);
    }
    MeshReport report = MeshReport.of(mesh);
    assertThat(report.faces()).isEqualTo(mesh.triangleCount());
    assertThat(report.volume()).isFinite();
    assertThat(report.area()).isFinite().isNotNegative();
    // One pass and the table of edges see the same solid.
    MeshMeasure measure = MeshMeasure.of(mesh);
    assertThat(measure.triangles()).isEqualTo(mesh.triangleCount());
    if (report.watertight() && report.degenerateFaces().isEmpty()) {
      assertThat(measure.closedAndOriented()).isTrue();
    }
  }

  static void requireSound(Refusal refusal) {
    assertThat(refusal.message()).endsWith(".").hasSizeLessThan(250);
    assertThat(refusal.location()).hasSizeLessThan(150);
  }

  /** Bytes changed, runs deleted, doubled or moved: always the same for the same seed. */
  public static List<byte[]> mutants(byte[] original, long seed) {
    Random random = new Random(seed);
    return IntStream.range(0, MUTANTS).mapToObj(i -> mutant(original.clone(), random)).toList();
  }

  private static byte[] mutant(byte[] bytes, Random random) {
    byte[] mutant = bytes;
    for (int step = random.nextInt(4); step >= 0; step--) {
      int at = random.nextInt(mutant.length);
      int length = Math.min(random.nextInt(40), mutant.length - at);
      switch (random.nextInt(5)) {
        case 0 -> mutant[at] = (byte) random.nextInt(256);
        case 1 -> mutant[at] ^= (byte) (1 << random.nextInt(8));
        case 2 -> mutant = spliced(mutant, at, length, 0);
        case 3 -> mutant = Arrays.copyOf(mutant, at);
        default -> mutant = spliced(mutant, at, length, 2);
      }
      if (mutant.length == 0) {
        return mutant;
      }
    }
    return mutant;
  }

  /** The bytes with a run of them written so many times instead of once. */
  private static byte[] spliced(byte[] bytes, int at, int length, int times) {
    byte[] result = Arrays.copyOf(bytes, bytes.length + (times - 1) * length);
    for (int i = 0; i < times; i++) {
      System.arraycopy(bytes, at, result, at + i * length, length);
    }
    System.arraycopy(bytes, at + length, result, at + times * length, bytes.length - at - length);
    return result;
  }
}

package io.ktizo.core.mesh;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Reading and measuring against what the same bytes cost without understanding them. Single shots,
 * many of them: on a machine that others use too, the fastest is the one that was not disturbed.
 * {@link MeshBenchmarks} runs them and writes the report.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 12)
@Measurement(iterations = 40)
@Fork(value = 2, jvmArgsAppend = "-Xmx1200m")
public class MeshBenchmark {
  static final int RINGS = 800;
  static final int SEGMENTS = 1000;

  /** In the binary file and in the meshes. */
  static final int TRIANGLES = 2 * RINGS * SEGMENTS;

  /** In the text file, which takes four times the bytes. */
  static final int TEXT_TRIANGLES = TRIANGLES / 4;

  private static final int BLOCK = 50 * 1024;
  private static final VarHandle FLOAT =
      MethodHandles.byteArrayViewVarHandle(float[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** A binary STL file, as large as scans are. */
  @State(Scope.Benchmark)
  public static class BinaryFile extends TemporaryFile {
    @Setup
    public void write() throws IOException {
      write(MeshFiles.binaryStl(Solids.roughSphere(50, RINGS, SEGMENTS, 1)));
    }
  }

  /** An ASCII STL file as most programs write it, {@code %e} and seven lines a facet. */
  @State(Scope.Benchmark)
  public static class TextFile extends TemporaryFile {
    /** Behind the point: what {@code %e} gives, and what every float needs. */
    @Param({"6", "8"})
    int decimals;

    @Setup
    public void write() throws IOException {
      write(MeshFiles.asciiStl(Solids.roughSphere(50, RINGS / 2, SEGMENTS / 2, 1), decimals));
    }
  }

  /** The mesh as a program would write it, and with faces and vertices in random order. */
  @State(Scope.Benchmark)
  public static class Meshes {
    Mesh inOrder = Solids.tetrahedron(1);
    Mesh shuffled = inOrder;

    @Setup
    public void build() {
      inOrder = Solids.roughSphere(50, RINGS, SEGMENTS, 1);
      shuffled = Solids.shuffled(inOrder, 2);
    }
  }

  /** Baseline: the bytes of the file added up, eight at a time. */
  @Benchmark
  public long binaryChecksum(BinaryFile file) throws IOException {
    return checksum(file.path);
  }

  /** Baseline: the nine coordinates of each triangle added up. */
  @Benchmark
  public float binaryBareFloats(BinaryFile file) throws IOException {
    float sum = 0;
    ByteBuffer block = ByteBuffer.allocate(BLOCK);
    byte[] bytes = block.array();
    try (FileChannel channel = FileChannel.open(file.path, StandardOpenOption.READ)) {
      channel.position(84);
      while (true) {
        block.clear();
        while (block.hasRemaining() && channel.read(block) >= 0) {}
        int end = block.position();
        for (int triangle = 0; triangle + 50 <= end; triangle += 50) {
          for (int i = 12; i < 48; i += 4) {
            sum += (float) FLOAT.get(bytes, triangle + i);
          }
        }
        if (end < BLOCK) {
          return sum;
        }
      }
    }
  }

  /** Volume, area, box, closed and oriented: one pass, no mesh. */
  @Benchmark
  public MeshMeasuring binaryMeasure(BinaryFile file) throws IOException {
    return MeshReader.withLimits(MeshLimits.DEFAULT).measure(file.path);
  }

  /** The mesh, vertices welded. */
  @Benchmark
  public MeshReading binaryRead(BinaryFile file) throws IOException {
    return MeshReader.withLimits(MeshLimits.DEFAULT).read(file.path);
  }

  /** Baseline: the bytes of the text added up, eight at a time. */
  @Benchmark
  public long textChecksum(TextFile file) throws IOException {
    return checksum(file.path);
  }

  /** Volume, area, box, closed and oriented from text. */
  @Benchmark
  public MeshMeasuring textMeasure(TextFile file) throws IOException {
    return MeshReader.withLimits(MeshLimits.DEFAULT).measure(file.path);
  }

  /** Baseline: every corner of every triangle looked up in an indexed mesh and added up. */
  @Benchmark
  public float meshBareFloats(Meshes meshes) {
    return sum(meshes.inOrder);
  }

  /** The same where neighbours do not lie beside each other. */
  @Benchmark
  public float meshBareFloatsShuffled(Meshes meshes) {
    return sum(meshes.shuffled);
  }

  /** All that a report says. */
  @Benchmark
  public MeshReport meshReport(Meshes meshes) {
    return MeshReport.of(meshes.inOrder);
  }

  /** All that a report says, faces and vertices in random order. */
  @Benchmark
  public MeshReport meshReportShuffled(Meshes meshes) {
    return MeshReport.of(meshes.shuffled);
  }

  private static float sum(Mesh mesh) {
    float[] positions = mesh.positionsShared();
    float sum = 0;
    for (int corner : mesh.cornersShared()) {
      int at = 3 * corner;
      sum += positions[at] + positions[at + 1] + positions[at + 2];
    }
    return sum;
  }

  private static long checksum(Path path) throws IOException {
    long sum = 0;
    ByteBuffer block = ByteBuffer.allocate(BLOCK);
    byte[] bytes = block.array();
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      while (true) {
        block.clear();
        while (block.hasRemaining() && channel.read(block) >= 0) {}
        int end = block.position();
        for (int at = 0; at + 8 <= end; at += 8) {
          sum += (long) LONG.get(bytes, at);
        }
        if (end < BLOCK) {
          return sum;
        }
      }
    }
  }

  /** Gone when the trial is over. */
  @State(Scope.Benchmark)
  public abstract static class TemporaryFile {
    Path path = Path.of("unwritten");

    final void write(byte[] content) throws IOException {
      path = Files.createTempFile("mesh-benchmark", ".stl");
      Files.write(path, content);
    }

    @TearDown
    public void delete() throws IOException {
      Files.deleteIfExists(path);
    }
  }
}

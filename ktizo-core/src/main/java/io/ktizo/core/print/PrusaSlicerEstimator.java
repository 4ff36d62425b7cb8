package io.ktizo.core.print;

import io.ktizo.core.mesh.BoundingBox;
import io.ktizo.core.mesh.Mesh;
import io.ktizo.core.mesh.MeshReport;
import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Asks PrusaSlicer's command line: what a Shop gets that trusts its slicer more than an estimate.
 * Written for version 2.5 and those after it that take its configuration.
 *
 * <p>Every estimate is a process of its own in a directory of its own, which is deleted whatever
 * happens. No shell is involved, and no argument comes from a model or a profile: names are fixed,
 * numbers go into a configuration file. Wall clock and size of the output are limited here; memory
 * and size of any one file also by the kernel where {@code /usr/bin/prlimit} (util-linux) is
 * present. Elsewhere a host that takes models from strangers limits memory itself, for instance by
 * a container. When a limit is reached the process and all that it started are killed.
 *
 * <p>The same part and profile give the same estimate as far as the program is deterministic, which
 * it is for all practical purposes. It gives no spread, so {@code timeP90} equals {@code time}.
 * Filament of skirt and brim counts as support. Safe for use by many threads; each call takes a
 * process, so a host bounds the threads.
 */
public final class PrusaSlicerEstimator implements PrintEstimator {
  private static final System.Logger LOG = System.getLogger(PrusaSlicerEstimator.class.getName());

  private static final Path PRLIMIT = Path.of("/usr/bin/prlimit");
  private static final String MODEL = "part.stl";
  private static final String PROFILE = "profile.ini";
  private static final String OUTPUT = "part.gcode";
  private static final String LOG_FILE = "log.txt";

  /** Room beside the part for skirt, brim and supports, mm. */
  private static final double MARGIN = 200;

  /** Larger parts fit no plate that the slicer knows how to handle, mm. */
  private static final double LARGEST = 5000;

  private static final long LOOK_AGAIN_MILLIS = 50;
  private static final int KILL_SECONDS = 10;

  /**
   * What one estimate may take.
   *
   * @param time on the wall clock
   * @param outputBytes of G-code and messages together
   * @param memoryBytes of address space, by {@code prlimit}
   */
  public record Limits(Duration time, long outputBytes, long memoryBytes) {
    /** Two minutes, 500 MB, 6 GB: enough for any part that is printed on a desktop. */
    public static final Limits DEFAULT =
        new Limits(Duration.ofMinutes(2), 500_000_000, 6_000_000_000L);

    public Limits {
      Require.positive("time", (double) time.toMillis());
      Require.positive("output size", (double) outputBytes);
      Require.positive("memory", (double) memoryBytes);
    }
  }

  private final Path program;
  private final Path workspace;
  private final Limits limits;

  private PrusaSlicerEstimator(Path program, Path workspace, Limits limits) {
    this.program = program;
    this.workspace = workspace;
    this.limits = limits;
  }

  /**
   * With the program at this place.
   *
   * @param program the executable, for instance {@code /usr/bin/prusa-slicer}
   * @param workspace a directory in which each estimate gets a directory of its own
   */
  public static PrusaSlicerEstimator running(Path program, Path workspace, Limits limits) {
    return new PrusaSlicerEstimator(program.toAbsolutePath(), workspace.toAbsolutePath(), limits);
  }

  @Override
  public PrintEstimate estimate(Mesh mesh, PrintProfile profile) {
    BoundingBox box = MeshReport.of(mesh).bounds();
    if (!(box.longestSide() <= LARGEST)) {
      throw new EstimationFailedException("The part is larger than any printer's plate.");
    }
    Path directory = null;
    try {
      directory = Files.createTempDirectory(workspace, "slice-");
      writeStl(directory.resolve(MODEL), mesh, box);
      Files.writeString(directory.resolve(PROFILE), configuration(profile, box));
      run(directory);
      return read(directory.resolve(OUTPUT), profile);
    } catch (IOException e) {
      throw new EstimationFailedException("The slicer could not be run.", e);
    } finally {
      if (directory != null) {
        delete(directory);
      }
    }
  }

  private static String configuration(PrintProfile profile, BoundingBox box) {
    long side = (long) Math.ceil(Math.max(box.sizeX(), box.sizeY()) + 2 * MARGIN);
    return PrusaSlicerProfile.write(profile)
        + "bed_shape = 0x0,%1$dx0,%1$dx%1$d,0x%1$d\n".formatted(side)
        + "max_print_height = %d\n".formatted((long) Math.ceil(box.sizeZ() + MARGIN))
        + "start_gcode = G28\n"
        + "end_gcode = M84\n";
  }

  private void run(Path directory) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command())
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")))
            .redirectOutput(directory.resolve(LOG_FILE).toFile());
    Map<String, String> environment = builder.environment();
    environment.clear();
    environment.put("PATH", "/usr/local/bin:/usr/bin:/bin");
    environment.put("HOME", directory.toString());
    environment.put("TMPDIR", directory.toString());
    environment.put("LC_ALL", "C");
    Process process = builder.start();
    try {
      long deadline = System.nanoTime() + limits.time().toNanos();
      while (!process.waitFor(LOOK_AGAIN_MILLIS, TimeUnit.MILLISECONDS)) {
        if (System.nanoTime() - deadline > 0) {
          throw new EstimationFailedException("Slicing took too long.");
        }
        if (size(directory.resolve(OUTPUT)) + size(directory.resolve(LOG_FILE))
            > limits.outputBytes()) {
          throw new EstimationFailedException("Slicing gave more output than is allowed.");
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EstimationFailedException("Slicing was interrupted.", e);
    } finally {
      kill(process);
    }
    if (process.exitValue() != 0 || !Files.isRegularFile(directory.resolve(OUTPUT))) {
      LOG.log(System.Logger.Level.INFO, "slicer ended with {0}", process.exitValue());
      throw new EstimationFailedException("The slicer did not slice the part.");
    }
  }

  private List<String> command() {
    List<String> command = new ArrayList<>();
    if (Files.isExecutable(PRLIMIT)) {
      command.add(PRLIMIT.toString());
      command.add("--as=" + limits.memoryBytes());
      command.add("--fsize=" + limits.outputBytes());
      command.add("--core=0");
      command.add("--");
    }
    command.addAll(
        List.of(
            program.toString(),
            "--export-gcode",
            "--datadir",
            "data",
            "--load",
            PROFILE,
            "--output",
            OUTPUT,
            MODEL));
    return command;
  }

  private static long size(Path file) throws IOException {
    return Files.exists(file) ? Files.size(file) : 0;
  }

  /** The process and whatever it started. */
  private static void kill(Process process) {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    if (process.isAlive()) {
      process.destroyForcibly();
      boolean interrupted = Thread.interrupted();
      try {
        if (!process.waitFor(KILL_SECONDS, TimeUnit.SECONDS)) {
          LOG.log(System.Logger.Level.WARNING, "slicer {0} does not end", process.pid());
        }
      } catch (InterruptedException e) {
        interrupted = true;
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static PrintEstimate read(Path gcode, PrintProfile profile) throws IOException {
    GcodeStatistics statistics;
    // The slicer may repeat names from the configuration in any encoding; all bytes are letters.
    try (BufferedReader reader = Files.newBufferedReader(gcode, StandardCharsets.ISO_8859_1)) {
      statistics = GcodeStatistics.of(reader);
    }
    Duration time = statistics.time();
    if (time == null || statistics.layers() == 0) {
      throw new EstimationFailedException("The slicer's answer was not understood.");
    }
    PrintProfile.Calibration measured = profile.calibration();
    double section = profile.filament().crossSection() * measured.filament();
    Duration calibrated =
        measured.time() == 1
            ? time
            : Duration.ofMillis(Math.round(time.toMillis() * measured.time()));
    return new PrintEstimate(
        statistics.walls() * section,
        statistics.solid() * section,
        statistics.sparse() * section,
        statistics.support() * section,
        statistics.layers(),
        calibrated,
        calibrated,
        profile.filament().density(),
        profile.filament().diameter());
  }

  /** Binary STL, moved to the middle of the plate. */
  private static void writeStl(Path file, Mesh mesh, BoundingBox box) throws IOException {
    double side = Math.ceil(Math.max(box.sizeX(), box.sizeY()) + 2 * MARGIN);
    double right = side / 2 - (box.minX() + box.maxX()) / 2;
    double back = side / 2 - (box.minY() + box.maxY()) / 2;
    ByteBuffer record = ByteBuffer.allocate(84).order(ByteOrder.LITTLE_ENDIAN);
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 16)) {
      record.putInt(80, mesh.triangleCount());
      out.write(record.array(), 0, 84);
      record.putInt(80, 0);
      // A normal of zero is computed from the corners. Minus zero, as the slicer takes a file for
      // text
      // whose first bytes behind the head are all below 128.
      for (int axis = 0; axis < 3; axis++) {
        record.putFloat(4 * axis, -0.0f);
      }
      for (int face = 0; face < mesh.triangleCount(); face++) {
        for (int corner = 0; corner < 3; corner++) {
          int vertex = mesh.vertex(face, corner);
          record.putFloat(12 + 12 * corner, (float) (mesh.x(vertex) + right));
          record.putFloat(16 + 12 * corner, (float) (mesh.y(vertex) + back));
          record.putFloat(20 + 12 * corner, (float) (mesh.z(vertex) - box.minZ()));
        }
        out.write(record.array(), 0, 50);
      }
    }
  }

  private static void delete(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException | UncheckedIOException e) {
      LOG.log(System.Logger.Level.WARNING, "a slicer''s directory could not be deleted", e);
    }
  }
}

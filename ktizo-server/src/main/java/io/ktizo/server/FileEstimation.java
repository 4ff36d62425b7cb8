package io.ktizo.server;

import io.ktizo.core.mesh.LengthUnit;
import io.ktizo.core.mesh.Mesh;
import io.ktizo.core.mesh.MeshLimits;
import io.ktizo.core.mesh.MeshReader;
import io.ktizo.core.mesh.MeshReading;
import io.ktizo.core.mesh.MeshReport;
import io.ktizo.core.mesh.Model;
import io.ktizo.core.mesh.UnitGuess;
import io.ktizo.core.print.EstimationFailedException;
import io.ktizo.core.print.PrintEstimate;
import io.ktizo.core.print.PrintEstimator;
import io.ktizo.core.print.PrintProfile;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** From a file to an estimate. Whatever the file holds, the answer is a value. */
final class FileEstimation {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final MeshReader reader = MeshReader.withLimits(MeshLimits.DEFAULT);
  private final PrintEstimator estimator;
  private final PrintProfile profile;
  private final Optional<LengthUnit> unit;
  private final double scale;

  /**
   * Estimates files for one profile.
   *
   * @param unit of files that do not say theirs; nothing for the most probable one
   * @param scale each model is estimated so many times as large
   */
  FileEstimation(
      PrintEstimator estimator, PrintProfile profile, Optional<LengthUnit> unit, double scale) {
    this.estimator = estimator;
    this.profile = profile;
    this.unit = unit;
    this.scale = scale;
  }

  /** What became of a file. */
  sealed interface Result {
    /** As it was given. */
    Path file();

    /** CPU time of the thread that worked on it, in ms. */
    double cpuMillis();

    /** It was estimated. */
    record Estimated(Path file, MeshReport report, PrintEstimate estimate, double cpuMillis)
        implements Result {}

    /**
     * It was not.
     *
     * @param code stable: that of the reader's refusal, or one of {@code file.not-found}, {@code
     *     file.unreadable}, {@code estimate.failed}, {@code estimate.size}
     * @param message one sentence
     */
    record Refused(Path file, String code, String message, double cpuMillis) implements Result {}
  }

  Result of(Path file) {
    long start = THREADS.getCurrentThreadCpuTime();
    try {
      if (Files.isDirectory(file)) {
        return refused(file, "file.unreadable", "This is a folder, not a file.", start);
      }
      return switch (reader.read(file)) {
        case MeshReading.Refused refused -> {
          String place = refused.refusal().location();
          String message =
              refused.refusal().message() + (place.isEmpty() ? "" : " (" + place + ")");
          yield refused(file, refused.refusal().code().id(), message, start);
        }
        case MeshReading.Accepted accepted -> estimate(file, accepted.model(), start);
      };
    } catch (NoSuchFileException e) {
      return refused(file, "file.not-found", "There is no such file.", start);
    } catch (AccessDeniedException e) {
      return refused(file, "file.unreadable", "The file may not be read.", start);
    } catch (IOException e) {
      return refused(file, "file.unreadable", "The file cannot be read.", start);
    }
  }

  private Result estimate(Path file, Model model, long start) {
    Mesh mesh = model.mesh();
    double factor = scale;
    if (model.unit() == null) {
      factor *= unit.orElseGet(() -> guess(mesh)).millimetres();
    }
    Mesh sized;
    try {
      sized = factor == 1 ? mesh : mesh.scaled(factor);
    } catch (IllegalArgumentException beyondSinglePrecision) {
      return refused(file, "estimate.size", "The model would be too large to compute.", start);
    }
    MeshReport report = MeshReport.of(sized);
    try {
      PrintEstimate estimate = estimator.estimate(sized, profile);
      return new Result.Estimated(file, report, estimate, cpuMillis(start));
    } catch (EstimationFailedException e) {
      return refused(file, "estimate.failed", String.valueOf(e.getMessage()), start);
    }
  }

  private static LengthUnit guess(Mesh mesh) {
    return UnitGuess.of(mesh, MeshReport.of(mesh)).best().unit();
  }

  private static Result refused(Path file, String code, String message, long start) {
    return new Result.Refused(file, code, message, cpuMillis(start));
  }

  private static double cpuMillis(long start) {
    return (THREADS.getCurrentThreadCpuTime() - start) / 1e6;
  }
}

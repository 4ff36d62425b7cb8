package io.ktizo.core.mesh;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Reads files in a process of its own, whose heap the caller bounds, and says of each what it came
 * to: one line a file of the form {@code name TAB milliseconds of CPU TAB answer TAB location TAB
 * message}. The answer is {@code read}, a code of {@link Refusal.Code}, {@code hang} or {@code
 * crash}.
 */
final class OddFilesProcess {
  /** Elapsed time, so that a busy machine is not taken for a hang. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private OddFilesProcess() {}

  public static void main(String[] files) throws InterruptedException {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    for (String name : files) {
      Path file = Path.of(name);
      String[] answer = {""};
      long[] cpuNanos = {0};
      Thread reading =
          new Thread(
              () -> {
                answer[0] = answer(file);
                cpuNanos[0] = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
              });
      reading.setDaemon(true);
      reading.start();
      if (!reading.join(PATIENCE)) {
        answer[0] = "hang\t\t";
      }
      out.println(file + "\t" + cpuNanos[0] / 1_000_000 + "\t" + answer[0]);
    }
  }

  /** Whatever happens is the answer: an error of the virtual machine is a crash as well. */
  private static String answer(Path file) {
    try {
      return switch (MeshReader.withLimits(MeshLimits.DEFAULT).read(file)) {
        case MeshReading.Refused refused ->
            String.join(
                "\t",
                refused.refusal().code().name(),
                refused.refusal().location(),
                refused.refusal().message());
        case MeshReading.Accepted accepted -> {
          MeshReport report = MeshReport.of(accepted.model().mesh());
          yield "read\t" + report.faces() + "\t";
        }
      };
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (RuntimeException | Error e) {
      return "crash\t\t" + e;
    }
  }
}

package io.ktizo.server;

import io.ktizo.core.mesh.LengthUnit;
import io.ktizo.core.print.PrintEstimator;
import io.ktizo.core.print.PrintProfile;
import io.ktizo.core.print.ProfileReading;
import io.ktizo.core.print.PrusaSlicerProfile;
import io.ktizo.server.terminal.Terminal;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Estimates files one by one: several at once, told in the order in which they were given. */
@Command(
    name = "estimate",
    description =
        "Tells what printing each model takes with a profile that PrusaSlicer exported: filament,"
            + " time, layers. Several files are worked on at once and told in the order given.",
    mixinStandardHelpOptions = true,
    versionProvider = Ktizo.Version.class,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:Every file was estimated.",
      "1:It failed: the output cannot be written.",
      "2:It was called wrongly, or the profile cannot be read.",
      "3:Some files were refused; each says why."
    },
    footer = {
      "",
      "With --json each file is one line of JSON: file, closed, volumeMm3, areaMm2, filamentMm3,"
          + " filamentGrams, timeSeconds, layers, cpuMillis; for a refused file, file, refusal"
          + " {code, message} and cpuMillis."
    })
@SuppressWarnings("NullAway.Init") // the library fills in the fields before call()
final class Estimate implements Callable<Integer> {
  /** From so many files on, a terminal shows a bar. */
  private static final int MANY = 4;

  @Option(
      names = "--profile",
      required = true,
      paramLabel = "X.ini",
      description = "Profile, or bundle of presets, as PrusaSlicer exports it.")
  private Path profile;

  @Option(
      names = "--print-preset",
      paramLabel = "NAME",
      defaultValue = "",
      description = "Which print preset of a bundle; by default its active or only one.")
  private String printPreset;

  @Option(
      names = "--filament-preset",
      paramLabel = "NAME",
      defaultValue = "",
      description = "Which filament preset of a bundle.")
  private String filamentPreset;

  @Option(
      names = "--printer-preset",
      paramLabel = "NAME",
      defaultValue = "",
      description = "Which printer preset of a bundle.")
  private String printerPreset;

  @Option(names = "--json", description = "One line of JSON for each file instead of a table.")
  private boolean json;

  @Option(
      names = "--unit",
      paramLabel = "UNIT",
      description =
          "Unit of files that do not say theirs: MICRON, MILLIMETRE, CENTIMETRE, INCH, FOOT or"
              + " METRE; GUESS takes the most probable. By default MILLIMETRE, as slicers do.",
      defaultValue = "MILLIMETRE")
  private String unit;

  @Option(
      names = "--scale",
      paramLabel = "FACTOR",
      defaultValue = "1",
      description = "Estimates each model so many times as large.")
  private double scale;

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "0",
      description = "How many files are worked on at once; by default as many as there are cores.")
  private int threads;

  @Parameters(arity = "1..*", paramLabel = "FILE", description = "Model files.")
  private List<Path> files;

  @Spec private CommandSpec spec;

  private final PrintEstimator estimator;

  Estimate(PrintEstimator estimator) {
    this.estimator = estimator;
  }

  @Override
  public Integer call() throws InterruptedException {
    FileEstimation estimation =
        new FileEstimation(estimator, readProfile(), readUnit(), readScale());
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    ResultWriter writer = json ? new ResultWriter.Lines(out) : new ResultWriter.Table(out, files);
    ProgressBar bar =
        files.size() >= MANY && Terminal.isAttached()
            ? ProgressBar.on(err, files.size())
            : ProgressBar.none();
    boolean refused = false;
    try (ExecutorService workers = Executors.newFixedThreadPool(workers())) {
      Deque<Future<FileEstimation.Result>> running = new ArrayDeque<>();
      for (Path file : files) {
        running.add(
            workers.submit(
                () -> {
                  FileEstimation.Result result = estimation.of(file);
                  bar.step();
                  return result;
                }));
      }
      while (!running.isEmpty()) {
        FileEstimation.Result result = get(running.remove());
        refused |= result instanceof FileEstimation.Result.Refused;
        bar.around(() -> writer.write(result));
      }
    }
    bar.end();
    writer.end();
    if (out.checkError()) {
      throw new CommandFailedException("the output could not be written");
    }
    return refused ? Ktizo.DONE_IN_PART : Ktizo.DONE;
  }

  private static FileEstimation.Result get(Future<FileEstimation.Result> future)
      throws InterruptedException {
    try {
      return future.get();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case RuntimeException cause -> throw cause;
        case Error cause -> throw cause;
        case null, default -> throw new IllegalStateException(e);
      }
    }
  }

  private PrintProfile readProfile() {
    String text;
    try {
      text = Files.readString(profile, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw wrong("the profile cannot be read: " + profile, e);
    }
    PrusaSlicerProfile.Selection presets =
        new PrusaSlicerProfile.Selection(printPreset, filamentPreset, printerPreset);
    Path name = profile.getFileName();
    return switch (PrusaSlicerProfile.read(
        name == null ? "profile" : name.toString(), text, presets)) {
      case ProfileReading.Accepted accepted -> {
        remark(accepted);
        yield accepted.profile();
      }
      case ProfileReading.Refused refused -> {
        ProfileReading.Fault fault = refused.faults().getFirst();
        String place =
            (fault.line() > 0 ? ", line " + fault.line() : "")
                + (fault.key().isEmpty() ? "" : ", " + fault.key());
        String more = refused.faults().size() > 1 ? " (and more)" : "";
        throw wrong("the profile is refused" + place + ": " + fault.message() + more, null);
      }
    };
  }

  /** Unknown keys are told, not ignored. */
  private void remark(ProfileReading.Accepted accepted) {
    tell("unknown settings", accepted.unknownKeys());
    tell("settings left out of the estimate", accepted.keysNotModelled());
  }

  private void tell(String what, List<String> keys) {
    if (!keys.isEmpty()) {
      spec.commandLine()
          .getErr()
          .println("ktizo estimate: " + what + " in the profile: " + String.join(", ", keys));
    }
  }

  private Optional<LengthUnit> readUnit() {
    if (unit.equals("GUESS")) {
      return Optional.empty();
    }
    for (LengthUnit known : LengthUnit.values()) {
      if (known.name().equals(unit)) {
        return Optional.of(known);
      }
    }
    throw wrong("--unit is none of those that --help names", null);
  }

  private double readScale() {
    if (!(scale > 0) || scale > 1e6) {
      throw wrong("--scale must be above 0 and at most 1000000", null);
    }
    return scale;
  }

  private int workers() {
    if (threads < 0 || threads > 1_000) {
      throw wrong("--threads must be from 0 to 1000", null);
    }
    int wanted = threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
    return Math.min(wanted, files.size());
  }

  private ParameterException wrong(String message, @Nullable Throwable cause) {
    return new ParameterException(spec.commandLine(), message, cause);
  }
}

package io.ktizo.server;

import io.ktizo.core.print.LayerEstimator;
import io.ktizo.server.privacy.PrivacyCommands;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.time.InstantSource;
import java.util.Properties;
import java.util.logging.LogManager;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The program. Its commands are registered in {@link #commandLine}, and nowhere else. */
@Command(
    name = "ktizo",
    description = "On-demand 3D printing: quotes from model files, and the server around them.",
    mixinStandardHelpOptions = true,
    versionProvider = Ktizo.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:Done.",
      "1:It failed: a disk, a port or the like. One line on stderr says what.",
      "2:It was called wrongly: an unknown option, a profile that cannot be read.",
      "3:Done in part: some of the files given were refused; each says why."
    },
    footer = {"", "ktizo COMMAND --help tells more about a command."})
public final class Ktizo implements Runnable {
  static final int DONE = CommandLine.ExitCode.OK;
  static final int FAILED = CommandLine.ExitCode.SOFTWARE;
  static final int CALLED_WRONGLY = CommandLine.ExitCode.USAGE;
  static final int DONE_IN_PART = 3;

  @Spec private CommandSpec spec;

  /** Filled in by the library before {@link #run}. */
  @SuppressWarnings("NullAway.Init")
  Ktizo() {}

  /** Runs a command and ends the process with its exit code. */
  public static void main(String[] arguments) {
    configureLogging();
    System.exit(commandLine().execute(arguments));
  }

  /** All commands. */
  static CommandLine commandLine() {
    CommandLine commands =
        new CommandLine(new Ktizo())
            .addSubcommand(new Serve(System.getenv()))
            .addSubcommand(new Check(System.getenv(), InstantSource.system()))
            .addSubcommand(new Key(InstantSource.system()))
            .addSubcommand(new FilesCommand(System.getenv(), InstantSource.system()))
            .addSubcommand(new Estimate(new LayerEstimator()))
            .addSubcommand(PrivacyCommands.commandLine());
    return commands
        .setParameterExceptionHandler(Ktizo::calledWrongly)
        .setExecutionExceptionHandler(Ktizo::failed);
  }

  /** Without a command there is nothing to do. */
  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is missing");
  }

  private static int calledWrongly(ParameterException e, String[] arguments) {
    CommandLine command = e.getCommandLine();
    String name = command.getCommandSpec().qualifiedName();
    line(command.getErr(), name, e.getMessage() + "; see " + name + " --help");
    return CALLED_WRONGLY;
  }

  private static int failed(Exception e, CommandLine command, CommandLine.ParseResult parsed) {
    String message =
        e instanceof CommandFailedException ? String.valueOf(e.getMessage()) : String.valueOf(e);
    line(command.getErr(), command.getCommandSpec().qualifiedName(), message);
    return FAILED;
  }

  private static void line(PrintWriter err, String command, String message) {
    err.println(command + ": " + message.lines().reduce((a, b) -> a + " " + b.strip()).orElse(""));
    err.flush();
  }

  private static void configureLogging() {
    try (InputStream in = Ktizo.class.getResourceAsStream("logging.properties")) {
      if (in != null && System.getProperty("java.util.logging.config.file") == null) {
        LogManager.getLogManager().readConfiguration(in);
      }
    } catch (IOException e) {
      System.err.println("ktizo: logging could not be configured");
    }
  }

  /** The version that was built. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() throws IOException {
      Properties properties = new Properties();
      try (InputStream in = Ktizo.class.getResourceAsStream("version.properties")) {
        if (in == null) {
          throw new IOException("version.properties is missing");
        }
        properties.load(in);
      }
      return new String[] {
        "ktizo " + properties.getProperty("version"), "Java ${java.version}, ${os.name} ${os.arch}"
      };
    }
  }
}

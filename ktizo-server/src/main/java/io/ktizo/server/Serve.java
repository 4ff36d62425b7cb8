package io.ktizo.server;

import io.ktizo.core.print.LayerEstimator;
import io.ktizo.server.config.Configuration;
import io.ktizo.server.config.ConfigurationCheck;
import io.ktizo.server.config.ConfigurationException;
import io.ktizo.server.config.Finding;
import io.ktizo.server.desk.DeskException;
import java.io.PrintWriter;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Starts the server and stays until the process is told to end. */
@Command(
    name = "serve",
    description = {
      "Starts the server with three demo Shops and prints its URL. It runs until it gets SIGTERM or"
          + " Ctrl-C, then finishes what it is doing.",
      "",
      "A demo: its accounts have passwords that everybody knows, and there is no TLS. It listens on"
          + " the loopback address alone."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Ktizo.Version.class,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "143:It was stopped by SIGTERM (130 by Ctrl-C), as is usual for Java programs.",
      "1:It could not start: the port or the data folder is taken, or ktizo check finds errors.",
      "2:It was called wrongly."
    })
@SuppressWarnings("NullAway.Init") // the library fills in the fields before call()
final class Serve implements Callable<Integer> {
  private final Map<String, String> environment;

  @Mixin private Settings settings;

  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      description =
          "Address to bind to; 127.0.0.1 by default, so that only this machine sees it. Same as"
              + " --set web.address.")
  private @Nullable String host;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "Port to bind to; 0 takes a free one. By default 8080. Same as --set web.port.")
  private @Nullable String port;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "Folder for the database and uploaded models; made if it is not there. Without it,"
              + " everything is gone when the server stops. Same as --set data.folder.")
  private @Nullable String data;

  @Spec private CommandSpec spec;

  /** Reads variables from this environment. */
  Serve(Map<String, String> environment) {
    this.environment = environment;
  }

  private Configuration configuration() {
    try {
      return settings
          .sources(environment)
          .option("--host", "web.address", host)
          .option("--port", "web.port", port)
          .option("--data", "data.folder", data)
          .read();
    } catch (ConfigurationException e) {
      throw new ParameterException(
          spec.commandLine(), "the settings cannot be read: " + e.getMessage(), e);
    }
  }

  /** Whether anything forbids to start; what does is told. */
  private boolean isForbidden(Configuration configuration) {
    List<Finding> errors =
        ConfigurationCheck.findings(
                configuration, Check.process(), InstantSource.system().instant())
            .stream()
            .filter(finding -> finding.severity() == Finding.Severity.ERROR)
            .toList();
    PrintWriter err = spec.commandLine().getErr();
    errors.forEach(error -> err.println(ConfigurationCheck.text(error)));
    if (!errors.isEmpty()) {
      err.println("The server does not start on errors; ktizo check tells everything.");
    }
    err.flush();
    return !errors.isEmpty();
  }

  @Override
  public Integer call() throws InterruptedException {
    Configuration configuration = configuration();
    if (isForbidden(configuration)) {
      return Ktizo.FAILED;
    }
    Path folder = configuration.dataFolder();
    KtizoServer server;
    try {
      InstantSource clock = InstantSource.system();
      server =
          KtizoServer.start(
              Composition.settings(configuration, clock),
              configuration.demo().shops() ? DemoShops.load() : List.of(),
              new LayerEstimator(),
              clock);
    } catch (UnknownHostException e) {
      throw new ParameterException(
          spec.commandLine(), "an address in the settings is none of this machine", e);
    } catch (IllegalStateException | IllegalArgumentException | DeskException e) {
      throw new CommandFailedException(String.valueOf(e.getMessage()), e);
    }
    CountDownLatch stopped = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  server.close();
                  stopped.countDown();
                },
                "ktizo-stop"));
    PrintWriter out = spec.commandLine().getOut();
    out.println("KTIZO is ready: " + server.url());
    server
        .operationsPort()
        .ifPresent(
            port -> out.println("Health and metrics: port " + port + ", for this machine's eyes"));
    String shops = configuration.demo().shops() ? "Demo Shops, " : "";
    out.println(
        folder == null && configuration.database().isEmbedded()
            ? shops + "nothing is kept after the end (--data DIR keeps it). Ctrl-C stops."
            : shops + "data in " + folder + ". Ctrl-C stops.");
    out.println("Payments: " + server.provider() + ".");
    if (configuration.demo().accounts()) {
      String ofShops = configuration.demo().shops() ? "owner, operator, finance, " : "";
      out.println(
          "Demo accounts: customer, "
              + ofShops
              + "support and administrator @demo.example, password "
              + DemoAccount.PASSWORD);
      if (configuration.mail() == null) {
        out.println("Mails are not sent but shown to support: " + server.url() + "mails");
      }
    }
    server
        .firstAdministratorToken()
        .ifPresent(
            token ->
                out.println(
                    "To become the first administrator, within 15 minutes, at "
                        + server.url()
                        + "first-administrator: "
                        + token));
    out.flush();
    stopped.await();
    return Ktizo.DONE;
  }
}

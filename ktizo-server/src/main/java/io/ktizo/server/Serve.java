package io.ktizo.server;

import io.ktizo.core.print.LayerEstimator;
import io.ktizo.server.desk.DeskException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
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
      "There are no accounts and no TLS yet: for evaluation on a machine of your own."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Ktizo.Version.class,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "143:It was stopped by SIGTERM (130 by Ctrl-C), as is usual for Java programs.",
      "1:It could not start: the port or the data folder is taken.",
      "2:It was called wrongly."
    })
@SuppressWarnings("NullAway.Init") // the library fills in the fields before call()
final class Serve implements Callable<Integer> {
  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      defaultValue = "127.0.0.1",
      description =
          "Address to bind to; ${DEFAULT-VALUE} by default, so that only this machine sees it.")
  private String host;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "8080",
      description = "Port to bind to; 0 takes a free one. By default ${DEFAULT-VALUE}.")
  private int port;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "Folder for the database and uploaded models; made if it is not there. Without it,"
              + " everything is gone when the server stops.")
  private @Nullable Path data;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    if (port < 0 || port > 65_535) {
      throw new ParameterException(spec.commandLine(), "--port must be from 0 to 65535");
    }
    KtizoServer server;
    try {
      InetAddress address = InetAddress.getByName(host);
      server =
          KtizoServer.start(
              new KtizoServer.Settings(new InetSocketAddress(address, port), data),
              DemoShops.load(),
              new LayerEstimator(),
              InstantSource.system());
    } catch (UnknownHostException e) {
      throw new ParameterException(spec.commandLine(), "--host is no address of this machine", e);
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
    out.println(
        data == null
            ? "Demo Shops, nothing is kept after the end (--data DIR keeps it). Ctrl-C stops."
            : "Demo Shops, data in " + data + ". Ctrl-C stops.");
    out.println("No accounts and no TLS yet: for evaluation on a machine of your own.");
    out.flush();
    stopped.await();
    return Ktizo.DONE;
  }
}

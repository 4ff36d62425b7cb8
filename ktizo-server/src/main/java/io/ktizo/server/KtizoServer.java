package io.ktizo.server;

import io.ktizo.core.mesh.MeshLimits;
import io.ktizo.core.print.PrintEstimator;
import io.ktizo.server.desk.Database;
import io.ktizo.server.desk.Intake;
import io.ktizo.server.desk.MeshWork;
import io.ktizo.server.desk.Models;
import io.ktizo.server.desk.QuoteDesk;
import io.ktizo.server.desk.Retention;
import io.ktizo.server.desk.Shop;
import io.ktizo.server.http.Api;
import io.ktizo.server.http.Web;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A running server: libraries, desk and HTTP put together. Several may run in one JVM, each with a
 * folder and a port of its own.
 */
public final class KtizoServer implements AutoCloseable {
  private static final Logger LOG = System.getLogger(KtizoServer.class.getName());

  /** What a stranger's file may cost: 128 MiB, 512 MiB inflated, 4 million triangles, 20 s. */
  private static final MeshLimits LIMITS =
      new MeshLimits(128L << 20, 512L << 20, 200, 2_000, 4_000_000, 32, Duration.ofSeconds(20));

  private static final int WAITING_MODELS = 32;

  private final Deque<AutoCloseable> open;
  private final Web web;
  private final String host;

  private KtizoServer(Deque<AutoCloseable> open, Web web, String host) {
    this.open = open;
    this.web = web;
    this.host = host;
  }

  /**
   * What an operator decides.
   *
   * @param address where to listen; port 0 takes a free one
   * @param data folder for database and files; {@code null} for a temporary one and a database in
   *     memory
   * @param retention how much is kept of models that nobody ordered
   * @param limits what one file may cost
   */
  public record Settings(
      InetSocketAddress address, @Nullable Path data, Retention retention, MeshLimits limits) {
    /** With the limits of a demo. */
    public Settings(InetSocketAddress address, @Nullable Path data) {
      this(address, data, Retention.DEMO, LIMITS);
    }
  }

  /**
   * Starts a server.
   *
   * @throws IllegalStateException if the port is taken
   * @throws io.ktizo.server.desk.DeskException if the folder is taken or cannot be written
   */
  public static KtizoServer start(
      Settings settings, List<Shop> shops, PrintEstimator estimator, InstantSource clock) {
    Deque<AutoCloseable> open = new ArrayDeque<>();
    try {
      Path folder = folder(settings.data(), open);
      Database database = settings.data() == null ? Database.inMemory() : Database.in(folder);
      open.push(database);
      Models models = Models.in(folder, database.dataSource());
      int cores = Runtime.getRuntime().availableProcessors();
      MeshWork work = new MeshWork(cores, WAITING_MODELS);
      open.push(work);
      Intake intake = new Intake(models, work, settings.limits(), settings.retention(), clock);
      QuoteDesk desk =
          new QuoteDesk(
              models, database.dataSource(), work, settings.limits(), shops, estimator, clock);
      open.push(tidying(models, settings.retention(), clock));
      Web web = Web.start(settings.address(), new Api(intake, models, desk, clock));
      open.push(web);
      return new KtizoServer(open, web, settings.address().getHostString());
    } catch (RuntimeException e) {
      closeAll(open);
      throw e;
    }
  }

  /** For instance {@code http://127.0.0.1:8080/}. */
  public String url() {
    String authority = host.contains(":") ? "[" + host + "]" : host;
    return "http://" + authority + ":" + web.port() + "/";
  }

  /** Finishes what it is doing, then gives everything back. */
  @Override
  public void close() {
    closeAll(open);
  }

  private static Path folder(@Nullable Path data, Deque<AutoCloseable> open) {
    try {
      if (data != null) {
        return Files.createDirectories(data);
      }
      Path temporary = Files.createTempDirectory("ktizo-");
      open.push(() -> remove(temporary));
      return temporary;
    } catch (IOException e) {
      throw new IllegalStateException("the data folder could not be made: " + data, e);
    }
  }

  private static AutoCloseable tidying(Models models, Retention retention, InstantSource clock) {
    ScheduledExecutorService timer =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("ktizo-tidy").factory());
    var unused =
        timer.scheduleWithFixedDelay(
            () -> {
              try {
                int removed = models.tidy(retention, clock.instant());
                if (removed > 0) {
                  LOG.log(Level.INFO, "removed {0} models whose time was over", removed);
                }
              } catch (RuntimeException e) {
                // Thrown on, it would end the timer for good.
                LOG.log(Level.WARNING, "old models could not be removed", e);
              }
            },
            0,
            10,
            TimeUnit.MINUTES);
    return timer::shutdownNow;
  }

  private static void closeAll(Deque<AutoCloseable> open) {
    while (!open.isEmpty()) {
      AutoCloseable next = open.pop();
      try {
        next.close();
      } catch (Exception e) {
        LOG.log(Level.WARNING, "could not be closed: " + next.getClass().getSimpleName(), e);
      }
    }
  }

  private static void remove(Path folder) {
    try {
      Files.walkFileTree(
          folder,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              Files.delete(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure)
                throws IOException {
              Files.delete(visited);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException("the temporary folder could not be removed", e);
    }
  }
}

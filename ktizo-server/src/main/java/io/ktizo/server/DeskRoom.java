package io.ktizo.server;

import io.ktizo.core.print.PrintEstimator;
import io.ktizo.core.shop.ShopEnvironment;
import io.ktizo.server.desk.Intake;
import io.ktizo.server.desk.MeshWork;
import io.ktizo.server.desk.Models;
import io.ktizo.server.desk.PriceTrials;
import io.ktizo.server.desk.QuoteDesk;
import io.ktizo.server.desk.Shop;
import io.ktizo.server.http.ModelEndpoints;
import io.ktizo.server.http.PriceTrialEndpoints;
import io.ktizo.server.http.QuoteEndpoints;
import io.ktizo.server.http.Route;
import io.ktizo.server.http.ShopEndpoints;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Where strangers' models come in and quotes go out. */
final class DeskRoom implements AutoCloseable {
  private static final Logger LOG = System.getLogger(DeskRoom.class.getName());
  private static final int WAITING_MODELS = 32;

  private final Intake intake;
  private final MeshWork work;
  private final ScheduledExecutorService tidying;
  private final List<Route> routes;

  private DeskRoom(
      Intake intake, MeshWork work, ScheduledExecutorService tidying, List<Route> routes) {
    this.intake = intake;
    this.work = work;
    this.tidying = tidying;
    this.routes = routes;
  }

  /**
   * Opens the room.
   *
   * @param folder for files of models; this process owns it
   * @param shopRoom the Shops that can be asked, and their prices
   */
  static DeskRoom open(
      Foundation foundation,
      Path folder,
      KtizoServer.Settings settings,
      ShopRoom shopRoom,
      PrintEstimator estimator) {
    Supplier<List<Shop>> shops = shopRoom.window();
    ShopEnvironment environment = shopRoom.environment();
    InstantSource clock = foundation.clock();
    Models models = Models.in(folder, foundation.dataSource());
    int threads = Runtime.getRuntime().availableProcessors();
    MeshWork work = new MeshWork(threads, WAITING_MODELS);
    Intake intake = new Intake(models, work, settings.limits(), settings.retention(), clock);
    QuoteDesk desk =
        new QuoteDesk(
            models, foundation.dataSource(), work, settings.limits(), shops, estimator, clock);
    List<Route> routes =
        Stream.of(
                new ModelEndpoints(intake, models, desk).routes(),
                new QuoteEndpoints(desk).routes(),
                new ShopEndpoints(shops).routes(),
                new PriceTrialEndpoints(
                        environment.shops(),
                        environment.prices(),
                        new PriceTrials(shopRoom.prices(), work, Math.max(1, threads / 2)))
                    .routes())
            .flatMap(List::stream)
            .toList();
    return new DeskRoom(intake, work, tidying(models, settings, clock), routes);
  }

  List<Route> routes() {
    return routes;
  }

  /** Takes models in that come from elsewhere than a request's body. */
  Intake intake() {
    return intake;
  }

  long mostBodyBytes() {
    return intake.mostBytes();
  }

  /** Not a job of the database: each instance has its own folder. */
  private static ScheduledExecutorService tidying(
      Models models, KtizoServer.Settings settings, InstantSource clock) {
    ScheduledExecutorService timer =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("ktizo-tidy").factory());
    var unused =
        timer.scheduleWithFixedDelay(
            () -> {
              try {
                int removed = models.tidy(settings.retention(), clock.instant());
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
    return timer;
  }

  @Override
  public void close() {
    tidying.shutdownNow();
    work.close();
  }
}

package io.ktizo.server.operations;

import io.ktizo.server.http.Observer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Counts and times, in the form that Prometheus reads (Micrometer). The labels of a request are its
 * method, the route's path and the status: as many series as the table of routes has lines,
 * whatever strangers send.
 */
public final class Metrics implements Observer, AutoCloseable {
  /** Series of requests; beyond it a request is counted under {@code other}. */
  private static final int MOST_SERIES = 2_000;

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics collector = new JvmGcMetrics();
  private final Map<Series, Timer> timers = new ConcurrentHashMap<>();

  private record Series(String method, String route, int status) {}

  /** With what the virtual machine tells of itself. */
  public Metrics() {
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new FileDescriptorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    collector.bindTo(registry);
  }

  /**
   * Shows a number that is asked for at each look.
   *
   * @param name with dots, for instance {@code ktizo.events.parked}
   * @param help what it is, in a sentence
   */
  public void gauge(String name, String help, LongSupplier value) {
    Gauge.builder(name, value, asked -> asked.getAsLong())
        .description(help)
        .strongReference(true)
        .register(registry);
  }

  @Override
  public void answered(Observation observation) {
    Series series = new Series(observation.method(), observation.route(), observation.status());
    Timer timer = timers.get(series);
    if (timer == null) {
      timer =
          timers.size() < MOST_SERIES
              ? timers.computeIfAbsent(series, this::timer)
              : timers.computeIfAbsent(new Series("OTHER", "other", 0), this::timer);
    }
    timer.record(Duration.ofNanos(observation.nanos()));
  }

  private Timer timer(Series series) {
    return Timer.builder("http.server.requests")
        .description("Requests and how long they took")
        .tag("method", series.method())
        .tag("route", series.route())
        .tag("status", Integer.toString(series.status()))
        .serviceLevelObjectives(
            Duration.ofMillis(5),
            Duration.ofMillis(10),
            Duration.ofMillis(25),
            Duration.ofMillis(50),
            Duration.ofMillis(100),
            Duration.ofMillis(250),
            Duration.ofMillis(500),
            Duration.ofSeconds(1),
            Duration.ofSeconds(2),
            Duration.ofSeconds(5))
        .register(registry);
  }

  /** All of it, in the text format 0.0.4. */
  public String text() {
    return registry.scrape();
  }

  @Override
  public void close() {
    collector.close();
    registry.close();
  }
}

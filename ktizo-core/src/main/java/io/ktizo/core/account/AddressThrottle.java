package io.ktizo.core.account;

import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.EstimationProbe;
import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Limits what comes from one network address, and from all together, on this instance: token
 * buckets by bucket4j. Remembered are the addresses used last, up to a bound, so that an attacker
 * with many addresses costs no memory; the bucket for all together holds him.
 *
 * <p>Addresses live in memory only and are gone with the process. Any number of threads may call
 * it.
 */
public final class AddressThrottle {
  /**
   * How much is let through.
   *
   * @param perAddress attempts that one address may make at once
   * @param perAddressMinute attempts that it gets back each minute
   * @param all attempts at once from everywhere
   * @param allSecond attempts that are got back each second
   * @param remembered how many addresses are remembered
   */
  public record Limits(
      int perAddress, int perAddressMinute, int all, int allSecond, int remembered) {
    /** 20 at once and 10 a minute per address; 200 at once and 50 a second for all. */
    public static final Limits DEFAULT = new Limits(20, 10, 200, 50, 10_000);
  }

  private final Limits limits;
  private final TimeMeter time;
  private final Bucket all;
  private final Map<String, Bucket> buckets;

  /** A throttle that begins with full buckets. */
  public AddressThrottle(Limits limits, InstantSource clock) {
    this.limits = limits;
    this.time = new ClockTime(clock);
    this.all = bucket(limits.all(), limits.allSecond(), Duration.ofSeconds(1));
    this.buckets =
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
            return size() > limits.remembered();
          }
        };
  }

  private record ClockTime(InstantSource clock) implements TimeMeter {
    @Override
    public long currentTimeNanos() {
      Instant now = clock.instant();
      return now.getEpochSecond() * 1_000_000_000L + now.getNano();
    }

    @Override
    public boolean isWallClockBased() {
      return true;
    }
  }

  private Bucket bucket(int capacity, int refill, Duration period) {
    return Bucket.builder()
        .withCustomTimePrecision(time)
        .addLimit(Bandwidth.builder().capacity(capacity).refillGreedy(refill, period).build())
        .build();
  }

  /**
   * How long to wait until there is an attempt for this address; takes none.
   *
   * @param address as for {@link #take}
   */
  public Optional<Duration> pause(String address) {
    Bucket own;
    synchronized (buckets) {
      own = buckets.get(address);
    }
    if (own == null) {
      return Optional.empty();
    }
    EstimationProbe probe = own.estimateAbilityToConsume(1);
    return probe.canBeConsumed()
        ? Optional.empty()
        : Optional.of(Duration.ofNanos(probe.getNanosToWaitForRefill()));
  }

  /**
   * Takes one attempt.
   *
   * @param address as the host sees it, best cut to its network (IPv6 /64)
   * @return how long to wait if there is none left
   */
  public Optional<Duration> take(String address) {
    Bucket own;
    synchronized (buckets) {
      own =
          buckets.computeIfAbsent(
              address,
              ignored ->
                  bucket(limits.perAddress(), limits.perAddressMinute(), Duration.ofMinutes(1)));
    }
    ConsumptionProbe mine = own.tryConsumeAndReturnRemaining(1);
    if (!mine.isConsumed()) {
      return Optional.of(Duration.ofNanos(mine.getNanosToWaitForRefill()));
    }
    ConsumptionProbe everybodys = all.tryConsumeAndReturnRemaining(1);
    return everybodys.isConsumed()
        ? Optional.empty()
        : Optional.of(Duration.ofNanos(everybodys.getNanosToWaitForRefill()));
  }
}

package io.ktizo.core.event;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** An outbox in memory, for tests and for hosts that can afford to lose events with the process. */
public final class MemoryOutbox implements Outbox {
  private static final class Stream {
    final Deque<Event> events = new ArrayDeque<>();
    Instant due;
    int attempts;
    @Nullable UUID owner;
    @Nullable Instant parkedAt;
    String failure = "";

    Stream(Instant due) {
      this.due = due;
    }
  }

  private final Map<String, Stream> streams = new HashMap<>();

  /** Adds events. */
  public synchronized void append(Collection<Event> events) {
    for (Event event : events) {
      streams
          .computeIfAbsent(event.about(), ignored -> new Stream(event.at()))
          .events
          .addLast(event);
    }
  }

  @Override
  public synchronized List<Claim> claim(Instant now, Instant leaseEnd, int most) {
    UUID owner = Outbox.newOwner();
    List<Map.Entry<String, Stream>> due =
        streams.entrySet().stream()
            .filter(entry -> entry.getValue().parkedAt == null)
            .filter(entry -> !entry.getValue().due.isAfter(now))
            .sorted(Comparator.comparing(entry -> entry.getValue().due))
            .limit(most)
            .toList();
    due.forEach(
        entry -> {
          entry.getValue().owner = owner;
          entry.getValue().due = leaseEnd;
        });
    return due.stream()
        .map(entry -> new Claim(entry.getKey(), owner, entry.getValue().attempts))
        .toList();
  }

  @Override
  public synchronized Optional<Event> next(Claim claim) {
    Stream stream = streams.get(claim.about());
    return stream == null ? Optional.empty() : Optional.ofNullable(stream.events.peekFirst());
  }

  @Override
  public synchronized boolean delivered(Claim claim, EventId event, Instant leaseEnd) {
    Stream stream = inForce(claim);
    if (stream == null) {
      return false;
    }
    stream.events.removeIf(waiting -> waiting.id().equals(event));
    stream.attempts = 0;
    stream.due = leaseEnd;
    return true;
  }

  @Override
  public synchronized boolean release(Claim claim, Instant due) {
    Stream stream = inForce(claim);
    if (stream == null) {
      return false;
    }
    stream.owner = null;
    stream.due = due;
    if (stream.events.isEmpty()) {
      streams.remove(claim.about());
    }
    return true;
  }

  @Override
  public synchronized boolean failed(Claim claim, Instant due) {
    Stream stream = inForce(claim);
    if (stream == null) {
      return false;
    }
    stream.owner = null;
    stream.attempts++;
    stream.due = due;
    return true;
  }

  @Override
  public synchronized boolean park(Claim claim, String failure, Instant now) {
    Stream stream = inForce(claim);
    if (stream == null) {
      return false;
    }
    stream.owner = null;
    stream.attempts++;
    stream.parkedAt = now;
    stream.failure = failure;
    return true;
  }

  private @Nullable Stream inForce(Claim claim) {
    Stream stream = streams.get(claim.about());
    return stream != null && claim.owner().equals(stream.owner) ? stream : null;
  }

  private record Parked(Stream stream, Event event, Instant since) {}

  @Override
  public synchronized List<ParkedEvent> parked(int most) {
    return streams.values().stream()
        .flatMap(stream -> asParked(stream).stream())
        .sorted(Comparator.comparing(Parked::since))
        .limit(most)
        .map(
            parked ->
                new ParkedEvent(
                    parked.event(),
                    parked.since(),
                    parked.stream().attempts,
                    parked.stream().failure,
                    parked.stream().events.size() - 1L))
        .toList();
  }

  private static Optional<Parked> asParked(Stream stream) {
    Event oldest = stream.events.peekFirst();
    Instant since = stream.parkedAt;
    return oldest == null || since == null
        ? Optional.empty()
        : Optional.of(new Parked(stream, oldest, since));
  }

  @Override
  public synchronized boolean retry(EventId parked, Instant now) {
    return unpark(parked, now).isPresent();
  }

  @Override
  public synchronized boolean drop(EventId parked, Instant now) {
    Optional<Parked> found = unpark(parked, now);
    found.ifPresent(unparked -> unparked.stream().events.removeFirst());
    return found.isPresent();
  }

  private Optional<Parked> unpark(EventId parked, Instant now) {
    Optional<Parked> found =
        streams.values().stream()
            .flatMap(stream -> asParked(stream).stream())
            .filter(candidate -> candidate.event().id().equals(parked))
            .findFirst();
    found.ifPresent(
        unparked -> {
          unparked.stream().parkedAt = null;
          unparked.stream().attempts = 0;
          unparked.stream().due = now;
        });
    return found;
  }

  @Override
  public synchronized Backlog backlog() {
    List<Event> all = streams.values().stream().flatMap(stream -> stream.events.stream()).toList();
    Instant oldest = all.stream().map(Event::at).min(Comparator.naturalOrder()).orElse(null);
    long parked = streams.values().stream().filter(stream -> stream.parkedAt != null).count();
    return new Backlog(all.size(), oldest, parked);
  }
}

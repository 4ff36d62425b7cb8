package io.ktizo.core.event;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How much is undelivered.
 *
 * @param events all events that are not delivered, parked ones included
 * @param oldest when the oldest of them happened; {@code null} if there is none
 * @param parked how many things have a parked event
 */
public record Backlog(long events, @Nullable Instant oldest, long parked) {}

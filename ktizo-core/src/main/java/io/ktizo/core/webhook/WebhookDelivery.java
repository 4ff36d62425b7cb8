package io.ktizo.core.webhook;

import io.ktizo.core.event.EventId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One message to one webhook.
 *
 * @param id of the message; the same for all its attempts
 * @param webhook to which
 * @param event about which event
 * @param replay 0 for the message itself, 1 and more when its Shop asked for it again
 * @param type of the event
 * @param body what is sent, JSON
 * @param state what became of it
 * @param attempts how many there were
 * @param dueAt when the next one is due
 * @param lastResult of the newest attempt, for instance {@code 204} or {@code TIMED_OUT}; empty
 *     before the first
 * @param lastAt when that was; {@code null} before the first
 * @param createdAt when it was written
 */
public record WebhookDelivery(
    WebhookDeliveryId id,
    WebhookId webhook,
    EventId event,
    int replay,
    String type,
    String body,
    State state,
    int attempts,
    Instant dueAt,
    String lastResult,
    @Nullable Instant lastAt,
    Instant createdAt) {

  /** What became of a message. */
  public enum State {
    /** It is sent, or will be again. */
    PENDING,
    /** The other side said that it has it. */
    DELIVERED,
    /** It was given up. */
    FAILED
  }

  /** Without the body. */
  @Override
  public String toString() {
    return "WebhookDelivery[" + id + ", " + type + ", " + state + ", attempts=" + attempts + "]";
  }
}

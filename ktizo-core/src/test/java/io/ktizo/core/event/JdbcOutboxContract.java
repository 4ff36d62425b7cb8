package io.ktizo.core.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ktizo.core.testkit.TestDatabase;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What an outbox in a database promises beyond the others: it is part of the transaction. */
abstract class JdbcOutboxContract extends OutboxContract {
  private final JdbcOutbox outbox = new JdbcOutbox(database().database());

  abstract TestDatabase database();

  @Override
  protected Outbox outbox() {
    return outbox;
  }

  @Override
  protected void append(List<Event> events) {
    database().database().run(transaction -> outbox.append(transaction, events));
  }

  @Override
  protected void empty() {
    database().empty("events", "event_streams");
  }

  @Test
  void what_is_rolled_back_was_never_told() {
    Event event =
        new Event(EventId.FORM.next(ids), "thing-changed", "a", clock.instant(), Map.of());
    assertThatThrownBy(
            () ->
                database()
                    .database()
                    .run(
                        transaction -> {
                          outbox.append(transaction, List.of(event));
                          throw new IllegalCallerException("on purpose");
                        }))
        .isInstanceOf(IllegalCallerException.class);
    assertThat(outbox.backlog().events()).isZero();
    assertThat(outbox.claim(clock.instant(), clock.instant(), 10)).isEmpty();
  }
}

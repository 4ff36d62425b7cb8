package io.ktizo.core.event;

import java.util.List;

class MemoryOutboxTest extends OutboxContract {
  private MemoryOutbox outbox = new MemoryOutbox();

  @Override
  protected Outbox outbox() {
    return outbox;
  }

  @Override
  protected void append(List<Event> events) {
    outbox.append(events);
  }

  @Override
  protected void empty() {
    outbox = new MemoryOutbox();
  }
}

package io.ktizo.core.event;

import io.ktizo.core.id.Id;
import io.ktizo.core.id.IdForm;
import java.util.UUID;

/** Names an event; receivers remember it to know what they have done already. */
public record EventId(UUID value) implements Id {
  /** {@code event_…} */
  public static final IdForm<EventId> FORM = IdForm.of("event", EventId::new);

  @Override
  public String toString() {
    return FORM.text(this);
  }
}

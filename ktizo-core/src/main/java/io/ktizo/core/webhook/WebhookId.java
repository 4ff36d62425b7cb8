package io.ktizo.core.webhook;

import io.ktizo.core.id.Id;
import io.ktizo.core.id.IdForm;
import java.util.UUID;

/** Names a webhook. */
public record WebhookId(UUID value) implements Id {
  /** {@code webhook_…} */
  public static final IdForm<WebhookId> FORM = IdForm.of("webhook", WebhookId::new);

  @Override
  public String toString() {
    return FORM.text(this);
  }
}

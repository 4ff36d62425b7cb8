package io.ktizo.core.webhook;

import io.ktizo.core.id.Id;
import io.ktizo.core.id.IdForm;
import java.util.UUID;

/** Names one message to a webhook. */
public record WebhookDeliveryId(UUID value) implements Id {
  /** {@code delivery_…} */
  public static final IdForm<WebhookDeliveryId> FORM =
      IdForm.of("delivery", WebhookDeliveryId::new);

  @Override
  public String toString() {
    return FORM.text(this);
  }
}

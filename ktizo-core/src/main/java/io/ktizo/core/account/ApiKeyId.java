package io.ktizo.core.account;

import io.ktizo.core.id.Id;
import io.ktizo.core.id.IdForm;
import java.util.UUID;

/** Names an API key; not a secret, unlike the key itself. */
public record ApiKeyId(UUID value) implements Id {
  /** {@code key_…} */
  public static final IdForm<ApiKeyId> FORM = IdForm.of("key", ApiKeyId::new);

  @Override
  public String toString() {
    return FORM.text(this);
  }
}

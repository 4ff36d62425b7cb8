package io.ktizo.storage;

import io.ktizo.core.id.Id;
import io.ktizo.core.id.IdForm;
import java.util.UUID;

/**
 * Names the key of one content; the vault alone has the key itself.
 *
 * @param value of version 7
 */
public record KeyId(UUID value) implements Id {
  /** Its text form. */
  public static final IdForm<KeyId> FORM = IdForm.of("key", KeyId::new);

  @Override
  public String toString() {
    return FORM.text(this);
  }
}

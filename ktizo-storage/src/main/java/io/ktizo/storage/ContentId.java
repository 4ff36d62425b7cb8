package io.ktizo.storage;

import io.ktizo.core.id.Id;
import io.ktizo.core.id.IdForm;
import java.util.UUID;

/**
 * Names one content: the bytes that one or several files of an owner consist of.
 *
 * @param value of version 7
 */
public record ContentId(UUID value) implements Id {
  /** Its text form. */
  public static final IdForm<ContentId> FORM = IdForm.of("content", ContentId::new);

  @Override
  public String toString() {
    return FORM.text(this);
  }
}

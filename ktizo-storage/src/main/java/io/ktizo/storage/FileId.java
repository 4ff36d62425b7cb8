package io.ktizo.storage;

import io.ktizo.core.id.Id;
import io.ktizo.core.id.IdForm;
import java.util.UUID;

/**
 * Names one file that was kept.
 *
 * @param value of version 7
 */
public record FileId(UUID value) implements Id {
  /** Its text form. */
  public static final IdForm<FileId> FORM = IdForm.of("file", FileId::new);

  @Override
  public String toString() {
    return FORM.text(this);
  }
}

package io.ktizo.storage;

import io.ktizo.core.id.Id;
import io.ktizo.core.id.IdForm;
import java.util.UUID;

/**
 * Names one upload.
 *
 * @param value of version 7
 */
public record UploadId(UUID value) implements Id {
  /** Its text form. */
  public static final IdForm<UploadId> FORM = IdForm.of("upload", UploadId::new);

  @Override
  public String toString() {
    return FORM.text(this);
  }
}

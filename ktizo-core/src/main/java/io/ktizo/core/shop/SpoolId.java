package io.ktizo.core.shop;

import io.ktizo.core.id.Id;
import io.ktizo.core.id.IdForm;
import java.util.UUID;

/** Names a spool. */
public record SpoolId(UUID value) implements Id {
  /** {@code spool_…} */
  public static final IdForm<SpoolId> FORM = IdForm.of("spool", SpoolId::new);

  @Override
  public String toString() {
    return FORM.text(this);
  }
}

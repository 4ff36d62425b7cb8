package io.ktizo.core.shop;

import io.ktizo.core.id.Id;
import io.ktizo.core.id.IdForm;
import java.util.UUID;

/** Names a printer, or several equal ones. */
public record PrinterId(UUID value) implements Id {
  /** {@code printer_…} */
  public static final IdForm<PrinterId> FORM = IdForm.of("printer", PrinterId::new);

  @Override
  public String toString() {
    return FORM.text(this);
  }
}

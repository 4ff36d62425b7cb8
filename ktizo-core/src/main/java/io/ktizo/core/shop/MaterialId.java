package io.ktizo.core.shop;

import io.ktizo.core.id.Id;
import io.ktizo.core.id.IdForm;
import java.util.UUID;

/** Names a material of a Shop. */
public record MaterialId(UUID value) implements Id {
  /** {@code material_…} */
  public static final IdForm<MaterialId> FORM = IdForm.of("material", MaterialId::new);

  @Override
  public String toString() {
    return FORM.text(this);
  }
}

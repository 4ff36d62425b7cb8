package io.ktizo.core.shop;

import io.ktizo.core.id.Id;
import io.ktizo.core.id.IdForm;
import java.util.UUID;

/** Names a way in which parcels reach customers. */
public record ShippingMethodId(UUID value) implements Id {
  /** {@code shipping_…} */
  public static final IdForm<ShippingMethodId> FORM = IdForm.of("shipping", ShippingMethodId::new);

  @Override
  public String toString() {
    return FORM.text(this);
  }
}

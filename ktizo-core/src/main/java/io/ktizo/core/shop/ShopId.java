package io.ktizo.core.shop;

import io.ktizo.core.id.Id;
import io.ktizo.core.id.IdForm;
import java.util.UUID;

/** Names a Shop. */
public record ShopId(UUID value) implements Id {
  /** {@code shop_…} */
  public static final IdForm<ShopId> FORM = IdForm.of("shop", ShopId::new);

  @Override
  public String toString() {
    return FORM.text(this);
  }
}

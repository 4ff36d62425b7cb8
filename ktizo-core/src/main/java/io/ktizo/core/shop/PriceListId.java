package io.ktizo.core.shop;

import io.ktizo.core.id.Id;
import io.ktizo.core.id.IdForm;
import java.util.UUID;

/** Names one version of a price list. */
public record PriceListId(UUID value) implements Id {
  /** {@code pricelist_…} */
  public static final IdForm<PriceListId> FORM = IdForm.of("pricelist", PriceListId::new);

  @Override
  public String toString() {
    return FORM.text(this);
  }
}

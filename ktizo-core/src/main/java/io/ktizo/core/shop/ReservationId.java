package io.ktizo.core.shop;

import io.ktizo.core.id.Id;
import io.ktizo.core.id.IdForm;
import java.util.UUID;

/** Names material that is held for an order. */
public record ReservationId(UUID value) implements Id {
  /** {@code reservation_…} */
  public static final IdForm<ReservationId> FORM = IdForm.of("reservation", ReservationId::new);

  @Override
  public String toString() {
    return FORM.text(this);
  }
}

package io.ktizo.core.shop;

import io.ktizo.core.id.Id;
import io.ktizo.core.id.IdForm;
import java.util.UUID;

/** Names an invitation to belong to a Shop. */
public record InvitationId(UUID value) implements Id {
  /** {@code invitation_…} */
  public static final IdForm<InvitationId> FORM = IdForm.of("invitation", InvitationId::new);

  @Override
  public String toString() {
    return FORM.text(this);
  }
}

package io.ktizo.core.account;

import io.ktizo.core.id.Id;
import io.ktizo.core.id.IdForm;
import java.util.UUID;

/** Names a session; not a secret, unlike its token. */
public record SessionId(UUID value) implements Id {
  /** {@code session_…} */
  public static final IdForm<SessionId> FORM = IdForm.of("session", SessionId::new);

  @Override
  public String toString() {
    return FORM.text(this);
  }
}

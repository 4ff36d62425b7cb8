package io.ktizo.core.account;

import io.ktizo.core.id.Id;
import io.ktizo.core.id.IdForm;
import java.util.UUID;

/** Names a passkey in lists; the authenticator knows it by another id. */
public record PasskeyId(UUID value) implements Id {
  /** {@code passkey_…} */
  public static final IdForm<PasskeyId> FORM = IdForm.of("passkey", PasskeyId::new);

  @Override
  public String toString() {
    return FORM.text(this);
  }
}

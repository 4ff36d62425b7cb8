package io.ktizo.core.account;

import io.ktizo.core.id.Id;
import io.ktizo.core.id.IdForm;
import java.util.UUID;

/** Names an account. */
public record AccountId(UUID value) implements Id {
  /** {@code account_…} */
  public static final IdForm<AccountId> FORM = IdForm.of("account", AccountId::new);

  @Override
  public String toString() {
    return FORM.text(this);
  }
}

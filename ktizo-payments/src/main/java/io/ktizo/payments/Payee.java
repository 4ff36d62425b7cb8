package io.ktizo.payments;

import io.ktizo.payments.ProviderObject.PayeeStanding;
import java.util.List;

/**
 * Somebody who is paid, as he stands with the provider.
 *
 * @param id the host's name for him
 * @param account his account at the provider
 * @param standing what the account may do, as last seen
 * @param requirements what the provider still asks of him, as last seen; its stable codes
 */
public record Payee(PayeeId id, String account, PayeeStanding standing, List<String> requirements) {
  public Payee {
    requirements = List.copyOf(requirements);
  }
}

package io.ktizo.payments.paying;

import io.ktizo.payments.PaymentsException;

/**
 * More messages come than can be kept, or the database is slow. The message was not acknowledged:
 * the provider sends it again. Answer 503.
 */
public final class InboxBusyException extends PaymentsException {
  private static final long serialVersionUID = 1L;

  InboxBusyException() {
    super("more messages come than can be kept; the provider sends this one again");
  }
}

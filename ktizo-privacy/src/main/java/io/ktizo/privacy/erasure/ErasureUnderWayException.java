package io.ktizo.privacy.erasure;

import io.ktizo.privacy.PrivacyException;

/** Somebody else is erasing this person just now; there is nothing to do but to wait. */
public final class ErasureUnderWayException extends PrivacyException {
  private static final long serialVersionUID = 1L;

  ErasureUnderWayException() {
    super("another instance or thread is erasing this person just now");
  }
}

package io.ktizo.payments;

/**
 * What came of a call to the provider: one of three, and the third is neither of the others.
 *
 * @param <T> what the call makes or changes
 */
public sealed interface Answer<T> {

  /** It was done; the object is as the provider now has it, which may still be on its way. */
  record Done<T>(T object) implements Answer<T> {}

  /**
   * The provider said no, and nothing was done. The same call would be refused again.
   *
   * @param code stable: the provider's decline or error code, for instance {@code
   *     insufficient_funds}
   * @param reason what kind of no it is
   */
  record Refused<T>(String code, Reason reason) implements Answer<T> {}

  /**
   * Nobody knows: the answer was lost, late or unreadable. It may have been done. Only a look-up or
   * the same call with the same key can tell.
   *
   * @param cause what was seen, without anything of the message's content
   */
  record InDoubt<T>(Doubt cause) implements Answer<T> {}

  /** Kinds of no. */
  enum Reason {
    /** The customer's bank or the provider's risk rules declined. */
    DECLINED,
    /** The object is not in a state for this, for instance captured already. */
    WRONG_STATE,
    /** More was asked for than there is: to capture, to refund, to reverse, to pay out. */
    TOO_MUCH,
    /** The provider does not know the object or the payee's account. */
    UNKNOWN_OBJECT,
    /** The payee's account may not be paid yet, or any more. */
    PAYEE_NOT_READY,
    /** The call itself was wrong: a fault of this library or of its configuration. */
    INVALID_CALL
  }

  /** What was seen when nobody knows. */
  enum Doubt {
    /** No answer in time. */
    TIME_OUT,
    /** The connection broke before or while the answer came. */
    CONNECTION_LOST,
    /** The provider said that it had a fault, or answered something else than it should. */
    PROVIDER_FAULT,
    /** The provider asked to come back later; it has done nothing, but did not refuse. */
    TOO_BUSY,
    /**
     * The provider was not asked this time, since he has not answered for a while. An earlier call
     * with the same key may have been done.
     */
    NOT_ASKED
  }
}

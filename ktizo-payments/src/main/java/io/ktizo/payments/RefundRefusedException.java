package io.ktizo.payments;

/** A refund that cannot be divided; nothing was given back. */
public final class RefundRefusedException extends PaymentsException {
  private static final long serialVersionUID = 1L;

  /** Why. */
  public enum Reason {
    /** No line was named, or nothing is left. */
    NOTHING_TO_REFUND("there is nothing to refund"),
    /** The payable has no such line. */
    UNKNOWN_LINE("the payable has no such line"),
    /** The line appears twice in one refund. */
    LINE_NAMED_TWICE("the line is named twice"),
    /** The amount is zero or negative. */
    NOT_POSITIVE("the amount must be more than zero"),
    /** The amount has another currency than the payable. */
    OTHER_CURRENCY("the amount has another currency than the payable"),
    /** Less is left of the line than is to be given back. */
    MORE_THAN_IS_LEFT("less than this is left of the line");

    private final String sentence;

    Reason(String sentence) {
      this.sentence = sentence;
    }
  }

  private final Reason reason;
  private final String lineId;

  RefundRefusedException(Reason reason, String lineId) {
    super(lineId.isEmpty() ? reason.sentence : "line " + lineId + ": " + reason.sentence);
    this.reason = reason;
    this.lineId = lineId;
  }

  /** Why. */
  public Reason reason() {
    return reason;
  }

  /** The line concerned; empty if it is none in particular. */
  public String lineId() {
    return lineId;
  }
}

package io.ktizo.storage.upload;

/**
 * Why a file was not kept.
 *
 * @param code for programs
 * @param detail the type or signature that was found; may be empty; at most 80 characters
 */
public record Refusal(Code code, String detail) {
  /** For programs; stable. */
  public enum Code {
    /** Files of this type are not taken. The detail is the media type. */
    TYPE_NOT_ACCEPTED,
    /** A scanner found malware. The detail is its signature. */
    INFECTED,
    /** What was stored could not be read back as it was. */
    DAMAGED
  }

  /** Bounds the detail. */
  public Refusal {
    detail = detail.substring(0, Math.min(80, detail.length()));
  }

  /** Reads what {@link #toString} wrote. */
  public static Refusal parse(String text) {
    int blank = text.indexOf(' ');
    return blank < 0
        ? new Refusal(Code.valueOf(text), "")
        : new Refusal(Code.valueOf(text.substring(0, blank)), text.substring(blank + 1));
  }

  @Override
  public String toString() {
    return detail.isEmpty() ? code.name() : code.name() + " " + detail;
  }
}

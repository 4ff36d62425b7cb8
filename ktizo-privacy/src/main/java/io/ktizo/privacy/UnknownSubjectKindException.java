package io.ktizo.privacy;

/** A kind of subject that the data map does not declare. */
public final class UnknownSubjectKindException extends PrivacyException {
  private static final long serialVersionUID = 1L;

  private final String kind;

  public UnknownSubjectKindException(String kind, java.util.List<String> declared) {
    super(
        "the data map knows no subjects of kind \""
            + kind
            + "\"; declared are "
            + String.join(", ", declared));
    this.kind = kind;
  }

  /** The kind that was asked for. */
  public String kind() {
    return kind;
  }
}

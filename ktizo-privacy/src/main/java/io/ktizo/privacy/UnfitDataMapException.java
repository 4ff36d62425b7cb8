package io.ktizo.privacy;

import io.ktizo.privacy.datamap.Gap;
import java.util.List;
import java.util.stream.Collectors;

/** A data map that cannot be carried out on the database that it was given; every gap is listed. */
public final class UnfitDataMapException extends PrivacyException {
  private static final long serialVersionUID = 1L;

  private final transient List<Gap> gaps;

  public UnfitDataMapException(List<Gap> gaps) {
    super(
        "the data map does not fit the database:\n"
            + gaps.stream().map(Gap::toString).collect(Collectors.joining("\n")));
    this.gaps = List.copyOf(gaps);
  }

  /** What does not fit, in the order of the database's tables. */
  public List<Gap> gaps() {
    return gaps;
  }
}

package io.ktizo.privacy.datamap;

import io.ktizo.privacy.PrivacyException;
import java.util.List;
import java.util.stream.Collectors;

/** A data map that breaks its rules; every fault is listed, each with its place. */
public final class InvalidDataMapException extends PrivacyException {
  private static final long serialVersionUID = 1L;

  private final transient List<Fault> faults;

  InvalidDataMapException(List<Fault> faults) {
    super(
        faults.size()
            + (faults.size() == 1 ? " fault" : " faults")
            + " in the data map:\n"
            + faults.stream().map(Fault::toString).collect(Collectors.joining("\n")));
    this.faults = List.copyOf(faults);
  }

  /** Every fault, in the order of the document. */
  public List<Fault> faults() {
    return faults;
  }
}

package io.ktizo.core.shop;

import java.util.List;
import java.util.stream.Collectors;

/** A text is not the JSON of what was asked for. Holds what is wrong, and where. */
public final class InvalidJsonException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  @SuppressWarnings("serial") // an immutable list of records, serializable in the JDK's own lists
  private final List<Fault> faults;

  /**
   * One fault.
   *
   * @param path where, as a JSON pointer (RFC 6901)
   * @param message what is wrong there, without what somebody wrote there
   */
  public record Fault(String path, String message) implements java.io.Serializable {}

  InvalidJsonException(List<Fault> faults) {
    super(
        faults.stream()
            .map(fault -> fault.path() + " " + fault.message())
            .collect(Collectors.joining("; ", "not read: ", "")));
    this.faults = List.copyOf(faults);
  }

  /** At least one. */
  public List<Fault> faults() {
    return faults;
  }
}

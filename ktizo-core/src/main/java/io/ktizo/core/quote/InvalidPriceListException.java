package io.ktizo.core.quote;

import java.util.List;
import java.util.stream.Collectors;

/** A price list breaks its rules. Holds every fault that was found, not only the first. */
public final class InvalidPriceListException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  @SuppressWarnings("serial") // an immutable list of records, serializable in the JDK's own lists
  private final List<Fault> faults;

  /**
   * One fault.
   *
   * @param path where, as a JSON pointer (RFC 6901) over the record components, for instance {@code
   *     /printers/0/hourlyRate}
   * @param message what is wrong there, for instance {@code must not be negative: -1}
   */
  public record Fault(String path, String message) implements java.io.Serializable {
    @Override
    public String toString() {
      return path + " " + message;
    }
  }

  InvalidPriceListException(List<Fault> faults) {
    super(
        faults.stream()
            .map(Fault::toString)
            .collect(Collectors.joining("; ", "not a price list: ", "")));
    this.faults = List.copyOf(faults);
  }

  /** All faults in the order of the components; at least one. */
  public List<Fault> faults() {
    return faults;
  }
}

package io.ktizo.payments;

import java.util.List;
import java.util.stream.Collectors;

/** A payable that contradicts itself; nothing was stored and nobody was charged. */
public final class InvalidPayableException extends PaymentsException {
  private static final long serialVersionUID = 1L;

  /**
   * One fault.
   *
   * @param pointer where, as a JSON pointer (RFC 6901) into the payable, for instance {@code
   *     /lines/2/tax}
   * @param code stable, for instance {@code currency-mismatch}
   * @param message one sentence in plain English
   */
  public record Fault(String pointer, String code, String message) {}

  private final transient List<Fault> faults;

  InvalidPayableException(List<Fault> faults) {
    super(
        faults.stream()
            .map(fault -> fault.pointer() + ": " + fault.message())
            .collect(Collectors.joining("; ", "the payable is not valid: ", "")));
    this.faults = List.copyOf(faults);
  }

  /** Every fault, in the order of the payable. */
  public List<Fault> faults() {
    return faults;
  }
}

package io.ktizo.server.config;

import java.util.List;

/** The settings cannot be read. */
public final class ConfigurationException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<Fault> faults;

  ConfigurationException(List<Fault> faults) {
    super(String.join("; ", faults.stream().map(Fault::toString).toList()));
    this.faults = List.copyOf(faults);
  }

  /** Everything that is wrong, in the order in which it was found; at least one. */
  public List<Fault> faults() {
    return faults;
  }
}

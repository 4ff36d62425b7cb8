package io.ktizo.server.config;

/**
 * Something wrong with what a source says.
 *
 * @param place line of the file, variable or option
 * @param message what is wrong; never the value, which may be a secret
 */
public record Fault(String place, String message) {
  @Override
  public String toString() {
    return place + ": " + message;
  }
}

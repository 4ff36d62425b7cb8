package io.ktizo.server.config;

/**
 * Something to be said about a configuration.
 *
 * @param severity how bad it is
 * @param code stable, for programs: small letters, dots and dashes
 * @param setting name of the setting concerned, empty if it is none
 * @param what is found; never a secret
 * @param mend what to do about it; empty if nothing
 */
public record Finding(Severity severity, String code, String setting, String what, String mend) {
  /** How bad a finding is. */
  public enum Severity {
    /** The server does not start with it. */
    ERROR,
    /** Somebody should look. */
    WARNING,
    /** As it should be. */
    OK
  }
}

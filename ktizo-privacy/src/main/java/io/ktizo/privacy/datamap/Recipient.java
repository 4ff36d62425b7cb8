package io.ktizo.privacy.datamap;

/**
 * Somebody outside the application who may get data.
 *
 * @param name unique in the map, for instance {@code stripe}
 * @param description who it is and what for, for the person concerned
 * @param role what the recipient is in law
 */
public record Recipient(String name, String description, Role role) {

  /** GDPR Article 4(7), 4(8) and 4(10). */
  public enum Role {
    CONTROLLER,
    PROCESSOR,
    THIRD_PARTY
  }
}

package io.ktizo.privacy.export;

/**
 * Who answers for the data, and what an archive says in his name (GDPR Article 15(1)(h) and 15(2)).
 *
 * @param name the controller's legal name
 * @param contact where the person turns to, for instance an e-mail address
 * @param automatedDecisions whether there are decisions without a human being (Article 22), and
 *     then by what logic and with what consequences
 * @param transfers whether data goes outside the European Economic Area, and by which safeguards
 */
public record Controller(String name, String contact, String automatedDecisions, String transfers) {
  public Controller {
    if (name.isBlank() || contact.isBlank()) {
      throw new IllegalArgumentException("a controller has a name and a contact");
    }
  }

  /** A controller without automated decisions and without transfers. */
  public static Controller of(String name, String contact) {
    return new Controller(name, contact, "there are none.", "there are none.");
  }
}

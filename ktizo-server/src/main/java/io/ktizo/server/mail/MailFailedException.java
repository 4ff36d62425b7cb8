package io.ktizo.server.mail;

/**
 * A mail could not be handed over; it will be tried again. What the mail server said is not
 * repeated: it quotes addresses.
 */
public final class MailFailedException extends Exception {
  private static final long serialVersionUID = 1L;

  MailFailedException(String key, String why) {
    super("mail " + key + " could not be handed over: " + why);
  }
}

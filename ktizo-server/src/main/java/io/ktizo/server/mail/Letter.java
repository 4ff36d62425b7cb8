package io.ktizo.server.mail;

import io.ktizo.core.account.EmailAddress;
import java.util.regex.Pattern;

/**
 * A mail that is ready to leave.
 *
 * @param to the only recipient; plain ASCII without anything that a header gives a meaning to
 * @param key the same for the same mail, however often it is sent: 1 to 100 letters, digits, dots,
 *     dashes and underscores
 * @param wording what it says; its subject comes from a fixed list
 * @param text as plain text
 * @param html the same as a page
 */
public record Letter(EmailAddress to, String key, Wording wording, String text, String html) {
  private static final Pattern KEY = Pattern.compile("[A-Za-z0-9._-]{1,100}");

  public Letter {
    if (!KEY.matcher(key).matches()) {
      throw new IllegalArgumentException("a key has letters, digits, dots, dashes, underscores");
    }
  }

  /** Neither to whom nor what it says. */
  @Override
  public String toString() {
    return "Letter[" + key + "]";
  }
}

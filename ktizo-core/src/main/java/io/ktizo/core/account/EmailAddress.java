package io.ktizo.core.account;

import java.text.Normalizer;
import java.util.Locale;
import java.util.Optional;

/**
 * An e-mail address as a person wrote it, without spaces around.
 *
 * <p>Accepted is what can be one: something, an at sign, a domain with a dot; 3 to 254 characters,
 * 64 before the at sign (RFC 5321 §4.5.3.1); no space, no control character, nothing that a mail
 * header gives a meaning to. Whether it exists is found out by writing to it. Characters beyond
 * ASCII are refused: some mail software turns a few of them into line ends (CVE-2025-7962), and
 * addresses with them are all but unknown. So is what looks like an encoded word (RFC 2047): some
 * software decodes it before it decides where a mail goes.
 *
 * <p>The text form hides the address, so that it cannot get into a log by accident.
 *
 * @param text the address
 */
public record EmailAddress(String text) {
  public EmailAddress {
    if (!isPossible(text)) {
      throw new IllegalArgumentException("not an e-mail address");
    }
  }

  /** Reads an address; nothing if it cannot be one. Spaces around are dropped. */
  public static Optional<EmailAddress> parse(String text) {
    String trimmed = text.length() > 1_000 ? text : text.strip();
    return isPossible(trimmed) ? Optional.of(new EmailAddress(trimmed)) : Optional.empty();
  }

  private static boolean isPossible(String text) {
    int at = text.lastIndexOf('@');
    int dot = text.lastIndexOf('.');
    if (text.length() > 254 || at < 1 || at > 64 || dot < at + 2 || dot == text.length() - 1) {
      return false;
    }
    if (text.contains("=?")) {
      return false;
    }
    if (text.indexOf('@') != at || text.contains("..") || text.charAt(at + 1) == '.') {
      return false;
    }
    for (int index = 0; index < text.length(); index++) {
      char c = text.charAt(index);
      if (c <= ' ' || c >= 0x7f || "\"(),:;<>[]\\".indexOf(c) >= 0) {
        return false;
      }
      if (index > at && !isHostCharacter(c)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isHostCharacter(char c) {
    return c == '.'
        || c == '-'
        || (c >= '0' && c <= '9')
        || (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z');
  }

  /** By which two spellings of one address are known to be the same: in small letters. */
  public String key() {
    return Normalizer.normalize(text, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT);
  }

  /** The part before the at sign. */
  String localPart() {
    return text.substring(0, text.indexOf('@'));
  }

  @Override
  public String toString() {
    return "…@…";
  }
}

package io.ktizo.core.account;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/**
 * Which passwords may be chosen: 8 to 128 characters of any kind, not one that everybody tries
 * first, and not the person's own name or address. No rule asks for digits or signs (NIST SP
 * 800-63B §5.1.1).
 */
public final class PasswordRules {
  /** Fewest characters; 15 are what we advise. */
  public static final int SHORTEST = 8;

  /** Most characters; longer ones are never hashed. */
  public static final int LONGEST = 128;

  /** Why a password may not be chosen. */
  public enum Fault {
    /** Fewer than {@link #SHORTEST} characters. */
    TOO_SHORT,
    /** More than {@link #LONGEST} characters. */
    TOO_LONG,
    /** Among the first that anybody would try, or a single word. */
    COMMON,
    /** Made of the person's name or address, or the platform's name. */
    PERSONAL,
    /** One character again and again, or one short piece. */
    REPETITIVE
  }

  private final Predicate<String> common;
  private final List<String> ownWords;

  /**
   * Rules with a list.
   *
   * @param common whether a password in small letters is a common one, see {@link CommonPasswords}
   * @param ownWords names that belong to the platform, for instance {@code ktizo}
   */
  public PasswordRules(Predicate<String> common, Collection<String> ownWords) {
    this.common = common;
    this.ownWords = ownWords.stream().map(word -> word.toLowerCase(Locale.ROOT)).toList();
  }

  static boolean isTooLong(String password) {
    // The first test spares counting through a megabyte.
    return password.length() > LONGEST * 2
        || password.codePointCount(0, password.length()) > LONGEST;
  }

  /** Everything that speaks against a password; empty if it may be chosen. */
  public List<Fault> faults(String password, EmailAddress email, String name) {
    if (isTooLong(password)) {
      return List.of(Fault.TOO_LONG);
    }
    List<Fault> faults = new ArrayList<>();
    if (password.codePointCount(0, password.length()) < SHORTEST) {
      faults.add(Fault.TOO_SHORT);
    }
    String plain = Normalizer.normalize(password, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT);
    if (common.test(plain) || common.test(withoutTail(plain))) {
      faults.add(Fault.COMMON);
    }
    if (isPersonal(plain, email, name)) {
      faults.add(Fault.PERSONAL);
    }
    if (isRepetitive(plain)) {
      faults.add(Fault.REPETITIVE);
    }
    return List.copyOf(faults);
  }

  /** {@code dragon2026!} is as common as {@code dragon}. */
  private static String withoutTail(String plain) {
    int end = plain.length();
    while (end > 0 && !Character.isLetter(plain.charAt(end - 1))) {
      end--;
    }
    return plain.substring(0, end);
  }

  private boolean isPersonal(String plain, EmailAddress email, String name) {
    List<String> words = new ArrayList<>(ownWords);
    words.add(email.key());
    words.add(email.localPart().toLowerCase(Locale.ROOT));
    words.addAll(List.of(name.toLowerCase(Locale.ROOT).split("\\s+")));
    String rest = plain;
    boolean found = false;
    for (String word : words) {
      if (word.length() >= 3 && rest.contains(word)) {
        rest = rest.replace(word, "");
        found = true;
      }
    }
    // What is left has to be a password of its own.
    return found && rest.codePointCount(0, rest.length()) < SHORTEST;
  }

  private static boolean isRepetitive(String plain) {
    for (int period = 1; period <= 3 && period * 2 <= plain.length(); period++) {
      if (plain.startsWith(plain.substring(period)) && plain.length() >= period * 2) {
        return true;
      }
    }
    return false;
  }
}

package io.ktizo.server.mail;

import java.util.List;

/**
 * What a mail says, from which its plain text and its page are made.
 *
 * @param language of all of it, as a BCP 47 tag
 * @param subject from the list of its language: never anything that a person typed
 * @param greeting with the name
 * @param paragraphs of the text
 * @param action what the link does; empty without a link
 * @param link to be followed; empty if there is none
 * @param notes below the link
 * @param closing who sends it
 */
public record Wording(
    String language,
    String subject,
    String greeting,
    List<String> paragraphs,
    String action,
    String link,
    List<String> notes,
    String closing) {
  public Wording {
    paragraphs = List.copyOf(paragraphs);
    notes = List.copyOf(notes);
    if (subject.isBlank() || subject.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException("a subject is one line");
    }
  }

  /** Without the words: the link may hold a token. */
  @Override
  public String toString() {
    return "Wording[" + language + ", " + subject + "]";
  }
}

package io.ktizo.storage;

import java.util.regex.Pattern;

/**
 * Something made from a content, for instance a picture of it. It lies under the same key and goes
 * when the content goes.
 *
 * @param kind what it is for: 1 to 40 of a-z, 0-9 and dashes; a content has one of each
 * @param mediaType what it is
 * @param sha256 of its bytes
 * @param piece where they are
 */
public record DerivedFile(String kind, String mediaType, Sha256 sha256, Piece piece) {
  private static final Pattern KIND = Pattern.compile("[a-z0-9-]{1,40}");

  /** Checks the kind. */
  public DerivedFile {
    requireKind(kind);
  }

  /** Refuses what is no kind. */
  public static String requireKind(String kind) {
    if (!KIND.matcher(kind).matches()) {
      throw new IllegalArgumentException("a kind is 1 to 40 of a-z, 0-9 and dashes");
    }
    return kind;
  }
}

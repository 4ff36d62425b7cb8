package io.ktizo.storage;

import java.time.Instant;

/**
 * Somebody other than its owner opened a file, or something derived from it.
 *
 * @param file which one
 * @param owner whose it is
 * @param recipient who opened it: the id of a Shop or of a member of staff, not a name
 * @param kind who that is to the owner
 * @param ground why he was allowed to: the order or quote, or the reason that staff gave; at most
 *     500 characters
 * @param at when
 */
public record Disclosure(
    FileId file, Owner owner, String recipient, RecipientKind kind, String ground, Instant at) {
  /** Who opened it. */
  public enum RecipientKind {
    /** A Shop that has a quote or an order for it. */
    SHOP,
    /** Somebody who works for the operator. */
    STAFF
  }

  /** Bounds the texts. */
  public Disclosure {
    if (recipient.isBlank() || recipient.length() > 100) {
      throw new IllegalArgumentException("a recipient has 1 to 100 characters");
    }
    if (ground.isBlank() || ground.length() > 500) {
      throw new IllegalArgumentException("a ground has 1 to 500 characters");
    }
  }
}

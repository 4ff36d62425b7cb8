package io.ktizo.server.mail;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * In place of a mail server in a demo: the newest letters are kept in memory, for staff to look at.
 * Whoever sees them can take over any account, so this is for nothing else.
 */
public final class ShownLetters implements Letters {
  private static final int MOST = 200;

  private final InstantSource clock;
  private final Deque<Shown> letters = new ArrayDeque<>();

  /**
   * A letter that would have been sent.
   *
   * @param letter what it says
   * @param at when
   */
  public record Shown(Letter letter, Instant at) {}

  /** None yet. */
  public ShownLetters(InstantSource clock) {
    this.clock = clock;
  }

  @Override
  public synchronized void send(Letter letter) {
    letters.removeIf(shown -> shown.letter().key().equals(letter.key()));
    letters.addFirst(new Shown(letter, clock.instant()));
    if (letters.size() > MOST) {
      letters.removeLast();
    }
  }

  /** The newest 200 at most, the newest first. */
  public synchronized List<Shown> newest() {
    return List.copyOf(letters);
  }
}

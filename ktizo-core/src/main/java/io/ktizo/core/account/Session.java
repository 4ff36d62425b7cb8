package io.ktizo.core.account;

import java.time.Duration;
import java.time.Instant;

/**
 * A device on which a person is signed in. The token itself is with the device alone.
 *
 * @param id names it in the list of devices
 * @param account whose
 * @param hash of the token
 * @param createdAt when the person signed in
 * @param lastSeenAt when it was used, to within {@link #TOUCH}
 * @param assurance by what the person showed who he is
 * @param provenAt when he last did so: at sign-in, or when stepping up
 * @param device what the person recognises it by, for instance browser and system; at most 100
 *     characters, no address
 */
public record Session(
    SessionId id,
    AccountId account,
    Token.Hash hash,
    Instant createdAt,
    Instant lastSeenAt,
    Assurance assurance,
    Instant provenAt,
    String device) {

  /** A session that was not used for so long is over. */
  public static final Duration IDLE = Duration.ofMinutes(30);

  /** A session of that age is over, however much it is used. */
  public static final Duration ABSOLUTE = Duration.ofHours(12);

  /** So long what needs a fresh proof may be done after one. */
  public static final Duration FRESH = Duration.ofMinutes(10);

  /** Uses are written down no more often than this: reads stay reads. */
  public static final Duration TOUCH = Duration.ofMinutes(1);

  /** By what a person showed who he is. */
  public enum Assurance {
    /** A password. */
    PASSWORD,
    /** A password and a second factor. */
    TWO_FACTORS
  }

  public Session {
    if (device.length() > 100 || device.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException("a device's name has at most 100 plain characters");
    }
  }

  /** What a host says about a device, made fit to be kept: at most 100 plain characters. */
  static String deviceName(String said) {
    StringBuilder name = new StringBuilder();
    for (int at = 0; at < said.length() && name.length() < 100; at++) {
      char c = said.charAt(at);
      // Halves of pairs are left out, too: one might be cut off alone.
      name.append(Character.isISOControl(c) || Character.isSurrogate(c) ? ' ' : c);
    }
    return name.toString().strip();
  }

  /** Whether it is neither idle for too long nor too old. */
  public boolean isAlive(Instant now) {
    return now.isBefore(lastSeenAt.plus(IDLE)) && now.isBefore(createdAt.plus(ABSOLUTE));
  }

  /** Whether the person showed just now who he is, as changes that matter ask for. */
  public boolean isFresh(Instant now) {
    return now.isBefore(provenAt.plus(FRESH));
  }
}

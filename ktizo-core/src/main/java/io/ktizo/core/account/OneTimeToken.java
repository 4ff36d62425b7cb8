package io.ktizo.core.account;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A right to do one thing once, as it is kept.
 *
 * @param hash of the secret
 * @param purpose what it is good for; it is good for nothing else
 * @param account whose; {@code null} for the first administrator, and for signing in with a passkey
 * @param expiresAt first moment at which it is worth nothing
 * @param detail what belongs to it, for instance the address to be confirmed; {@code null} if
 *     nothing
 */
public record OneTimeToken(
    Token.Hash hash,
    Purpose purpose,
    @Nullable AccountId account,
    Instant expiresAt,
    @Nullable String detail) {

  /** What a token is good for, and for how long. */
  public enum Purpose {
    /** Shows that a new account's address is the person's. */
    VERIFY_EMAIL(Duration.ofDays(2)),
    /** Sets a new password. */
    RESET_PASSWORD(Duration.ofMinutes(30)),
    /** Shows that the address in the detail is the person's, and makes it the account's. */
    CONFIRM_EMAIL(Duration.ofHours(24)),
    /** Sent to the address that was replaced: gives it back its account. */
    REVERT_EMAIL(Duration.ofDays(7)),
    /** The password was right, the second factor is awaited; the detail names the device. */
    SECOND_FACTOR(Duration.ofMinutes(5)),
    /** Challenge for adding a passkey. */
    PASSKEY_REGISTRATION(Duration.ofMinutes(5)),
    /** Challenge for signing in with a passkey, whoever it is. */
    PASSKEY_SIGN_IN(Duration.ofMinutes(5)),
    /** Challenge for showing again who one is, by a passkey. */
    PASSKEY_STEP_UP(Duration.ofMinutes(5)),
    /** Makes somebody the first administrator. */
    FIRST_ADMINISTRATOR(Duration.ofMinutes(15));

    private final Duration validity;

    Purpose(Duration validity) {
      this.validity = validity;
    }

    /** How long it is worth something. */
    public Duration validity() {
      return validity;
    }
  }

  /** Without the detail, which may be an address. */
  @Override
  public String toString() {
    return "OneTimeToken[" + purpose + ", " + account + "]";
  }
}

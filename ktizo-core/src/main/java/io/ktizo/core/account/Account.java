package io.ktizo.core.account;

import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A person who can sign in. Immutable; the methods that change something give a changed copy, which
 * {@link Accounts#save} keeps under the next version.
 *
 * @param id of the account
 * @param version of the row, from 1
 * @param email to which mails go
 * @param pendingEmail an address that shall replace it and is not confirmed yet; {@code null} if
 *     none
 * @param name as the person wants to be addressed, 1 to 100 characters
 * @param passwordHash PHC string of Argon2id
 * @param state whether it can be used
 * @param role on the platform
 * @param ageConfirmedAt when the person confirmed to be old enough; no birth date is kept
 * @param createdAt when it was registered
 * @param verifiedAt when the person showed that the address is his; {@code null} before
 * @param totp second factor; {@code null} if none is set up
 */
public record Account(
    AccountId id,
    long version,
    EmailAddress email,
    @Nullable EmailAddress pendingEmail,
    String name,
    String passwordHash,
    State state,
    PlatformRole role,
    Instant ageConfirmedAt,
    Instant createdAt,
    @Nullable Instant verifiedAt,
    @Nullable SecondFactor totp) {

  /** Whether an account can be used. */
  public enum State {
    /** It can. */
    OPEN,
    /** Staff have shut it; its data stays. */
    DISABLED,
    /** The person has closed it; erasure follows. */
    CLOSED
  }

  /**
   * A secret shared with an authenticator app.
   *
   * @param sealedSecret the secret, encrypted, in base 64
   * @param confirmed whether the person has shown a code; before that it protects nothing
   * @param lastStep the newest time step of which a code was used, 0 if none: no code works twice
   */
  public record SecondFactor(String sealedSecret, boolean confirmed, long lastStep) {
    /** Without the secret. */
    @Override
    public String toString() {
      return "SecondFactor[confirmed=" + confirmed + "]";
    }
  }

  public Account {
    if (!isName(name)) {
      throw new IllegalArgumentException("a name has 1 to 100 characters and no control character");
    }
  }

  /** Whether this can be somebody's name. */
  public static boolean isName(String text) {
    return !text.isBlank()
        && text.codePointCount(0, text.length()) <= 100
        && text.length() <= 200
        && text.codePoints().noneMatch(c -> Character.isISOControl(c) || isFormatting(c));
  }

  /** Line separators, marks that turn the writing direction, halves of pairs. */
  private static boolean isFormatting(int c) {
    int type = Character.getType(c);
    return type == Character.LINE_SEPARATOR
        || type == Character.PARAGRAPH_SEPARATOR
        || type == Character.SURROGATE
        || (c >= 0x202a && c <= 0x202e)
        || (c >= 0x2066 && c <= 0x2069);
  }

  /** Whether the person can sign in. */
  public boolean isUsable() {
    return state == State.OPEN && verifiedAt != null;
  }

  /** The second factor, if it protects the account. */
  public Optional<SecondFactor> activeFactor() {
    return Optional.ofNullable(totp).filter(SecondFactor::confirmed);
  }

  /** Without a second factor, what this role may do is withheld. */
  public boolean needsSecondFactor() {
    return role == PlatformRole.ADMINISTRATOR;
  }

  Account verified(Instant at) {
    return copy(email, pendingEmail, passwordHash, state, role, at, totp);
  }

  Account withPassword(String hash) {
    return copy(email, pendingEmail, hash, state, role, verifiedAt, totp);
  }

  Account withPendingEmail(@Nullable EmailAddress address) {
    return copy(email, address, passwordHash, state, role, verifiedAt, totp);
  }

  Account withEmail(EmailAddress address, Instant at) {
    return copy(address, null, passwordHash, state, role, at, totp);
  }

  Account withState(State next) {
    return copy(email, pendingEmail, passwordHash, next, role, verifiedAt, totp);
  }

  Account withName(String next) {
    return new Account(
        id,
        version,
        email,
        pendingEmail,
        next,
        passwordHash,
        state,
        role,
        ageConfirmedAt,
        createdAt,
        verifiedAt,
        totp);
  }

  Account withRole(PlatformRole next) {
    return copy(email, pendingEmail, passwordHash, state, next, verifiedAt, totp);
  }

  Account withFactor(@Nullable SecondFactor factor) {
    return copy(email, pendingEmail, passwordHash, state, role, verifiedAt, factor);
  }

  private Account copy(
      EmailAddress newEmail,
      @Nullable EmailAddress newPending,
      String newHash,
      State newState,
      PlatformRole newRole,
      @Nullable Instant newVerifiedAt,
      @Nullable SecondFactor newFactor) {
    return new Account(
        id,
        version,
        newEmail,
        newPending,
        name,
        newHash,
        newState,
        newRole,
        ageConfirmedAt,
        createdAt,
        newVerifiedAt,
        newFactor);
  }

  /** The account as the store keeps it after saving. */
  public Account atVersion(long next) {
    return new Account(
        id,
        next,
        email,
        pendingEmail,
        name,
        passwordHash,
        state,
        role,
        ageConfirmedAt,
        createdAt,
        verifiedAt,
        totp);
  }

  /** Without name, address and hash. */
  @Override
  public String toString() {
    return "Account[" + id + ", version=" + version + ", " + state + ", " + role + "]";
  }
}

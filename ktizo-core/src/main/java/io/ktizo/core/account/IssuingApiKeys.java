package io.ktizo.core.account;

import io.ktizo.core.id.IdGenerator;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Giving out API keys, taking them back, and knowing them again.
 *
 * <p>The text of a key is {@code ktizo_key_<26 digits>_<43 characters>}: the first part names it
 * and may be shown, so that a key that leaked can be found by scanners and taken back; the second
 * is the secret.
 */
public final class IssuingApiKeys {
  private static final String START = "ktizo_";
  private static final int MOST = 50;
  private static final Duration TOUCH = Duration.ofHours(1);

  private final ApiKeys keys;
  private final Accounts accounts;
  private final IdGenerator ids;
  private final InstantSource clock;
  private final RandomGenerator random;

  /** Issuing with these parts. */
  public IssuingApiKeys(
      ApiKeys keys,
      Accounts accounts,
      IdGenerator ids,
      InstantSource clock,
      RandomGenerator random) {
    this.keys = keys;
    this.accounts = accounts;
    this.ids = ids;
    this.clock = clock;
    this.random = random;
  }

  /**
   * A new key.
   *
   * @param text the whole key, shown this once
   * @param key what is kept of it
   */
  public record Issued(String text, ApiKey key) {
    /** Without the secret. */
    @Override
    public String toString() {
      return "Issued[" + key.id() + "]";
    }
  }

  /**
   * Makes a key.
   *
   * @param validity how long it lasts; {@code null} without end
   * @return nothing if the person must show first who he is, or has 50 keys already
   */
  public Optional<Issued> issue(
      SigningIn.SignedInPerson person,
      String name,
      Set<ApiScope> scopes,
      @Nullable Duration validity) {
    Instant now = clock.instant();
    AccountId account = person.account().id();
    if (!person.session().isFresh(now) || keys.of(account).size() >= MOST) {
      return Optional.empty();
    }
    Token secret = Token.random(random);
    ApiKey key =
        new ApiKey(
            ApiKeyId.FORM.next(ids),
            account,
            name,
            secret.hash(),
            scopes,
            now,
            validity == null ? null : now.plus(validity),
            null);
    keys.add(key);
    return Optional.of(new Issued(START + key.id() + "_" + secret.secret(), key));
  }

  /**
   * The key and its owner, or nothing if the text is no key, the key was taken back or is over, or
   * the account cannot be used.
   */
  public Optional<Holder> authenticate(String text) {
    int end = text.lastIndexOf('_', Math.max(0, text.length() - 44));
    if (text.length() > 200 || !text.startsWith(START) || end <= START.length()) {
      return Optional.empty();
    }
    ApiKeyId id;
    try {
      id = ApiKeyId.FORM.parse(text.substring(START.length(), end));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
    Instant now = clock.instant();
    Token secret = new Token(text.substring(end + 1));
    return keys.find(id)
        .filter(key -> key.hash().equals(secret.hash()))
        .filter(key -> key.isValid(now))
        .flatMap(
            key ->
                accounts
                    .find(key.account())
                    .filter(Account::isUsable)
                    .map(
                        account -> {
                          Instant used = key.lastUsedAt();
                          if (used == null || !now.isBefore(used.plus(TOUCH))) {
                            keys.touch(id, now);
                          }
                          return new Holder(account, key);
                        }));
  }

  /**
   * A program, and for whom it acts.
   *
   * @param account for whom
   * @param key by which
   */
  public record Holder(Account account, ApiKey key) {}

  /** The keys of an account, the newest first; without secrets, as nobody has them. */
  public List<ApiKey> of(AccountId account) {
    return keys.of(account);
  }

  /** Takes a key back; answers whether it was there and the account's. */
  public boolean revoke(AccountId account, ApiKeyId id) {
    return keys.remove(account, id);
  }
}

package io.ktizo.core.account;

import java.time.Instant;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A key by which a program acts for an account. The secret is with the program alone.
 *
 * @param id names it in lists, and begins the key's text
 * @param account whose
 * @param name what the owner recognises it by, 1 to 100 characters
 * @param hash of the secret
 * @param scopes what it may be used for, at least one
 * @param createdAt when it was made
 * @param expiresAt first moment at which it is worth nothing; {@code null} if it lasts
 * @param lastUsedAt when it was used, to within an hour; {@code null} before the first time
 */
public record ApiKey(
    ApiKeyId id,
    AccountId account,
    String name,
    Token.Hash hash,
    Set<ApiScope> scopes,
    Instant createdAt,
    @Nullable Instant expiresAt,
    @Nullable Instant lastUsedAt) {
  public ApiKey {
    if (!Account.isName(name)) {
      throw new IllegalArgumentException("a key's name has 1 to 100 plain characters");
    }
    if (scopes.isEmpty()) {
      throw new IllegalArgumentException("a key without a scope is good for nothing");
    }
    scopes = Collections.unmodifiableSet(EnumSet.copyOf(scopes));
  }

  /** Whether it is worth something. */
  public boolean isValid(Instant now) {
    return expiresAt == null || now.isBefore(expiresAt);
  }
}

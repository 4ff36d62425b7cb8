package io.ktizo.core.account;

import java.time.Instant;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * A key pair whose private half is with a person's authenticator (WebAuthn Level 3), and with which
 * he signs in.
 *
 * @param id names it in lists
 * @param account whose
 * @param credential by which the authenticator knows it
 * @param publicKey COSE_Key (RFC 9052 §7) in base 64
 * @param signCount what the authenticator counted last; 0 if it does not count
 * @param name as the person calls it, 1 to 60 characters
 * @param createdAt when it was added
 * @param lastUsedAt when somebody signed in with it; {@code null} if never
 */
public record Passkey(
    PasskeyId id,
    AccountId account,
    CredentialId credential,
    String publicKey,
    long signCount,
    String name,
    Instant createdAt,
    @Nullable Instant lastUsedAt) {
  /** Bytes that a public key has at most; an RSA key of 8192 bits has about 1,050. */
  private static final int LARGEST_KEY = 2_048;

  public Passkey {
    if (!isName(name)) {
      throw new IllegalArgumentException("a passkey's name has 1 to 60 plain characters");
    }
    if (publicKey.length() > LARGEST_KEY * 4 / 3) {
      throw new IllegalArgumentException("a public key of at most 2,048 bytes");
    }
  }

  /** Whether a passkey can be called so. */
  public static boolean isName(String text) {
    return Account.isName(text) && text.codePointCount(0, text.length()) <= 60;
  }

  byte[] cose() {
    return Base64.getDecoder().decode(publicKey);
  }
}

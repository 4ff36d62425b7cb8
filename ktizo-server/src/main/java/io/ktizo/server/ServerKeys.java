package io.ktizo.server;

import io.ktizo.core.account.AesSecretBox;
import io.ktizo.core.account.Pepper;
import io.ktizo.core.account.SecretBox;
import io.ktizo.server.config.Configuration;
import io.ktizo.server.config.KeyRing;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The keys of people's room and of the edge: those that the operator named, each for its purpose,
 * or all derived from one secret.
 *
 * @param pepper for passwords; {@code null} for none
 * @param box for secrets of second factors
 * @param edge for what the edge signs and seals
 */
record ServerKeys(@Nullable Pepper pepper, SecretBox box, Secrets edge) {
  private static final String BOX = "second factors";

  /** All from one secret, without a pepper: it would lie beside the hashes. */
  static ServerKeys of(Secrets secrets, RandomGenerator random) {
    return new ServerKeys(null, new AesSecretBox(secrets.key(BOX), random), secrets);
  }

  /**
   * The operator's own.
   *
   * @throws IllegalArgumentException if one is missing
   */
  static ServerKeys of(Configuration.Secrets configured, RandomGenerator random) {
    KeyRing box = required(configured.box(), "secrets.box");
    AesSecretBox opened = new AesSecretBox(derived(box.current(), BOX), random);
    for (KeyRing.Key former : box.former()) {
      opened = opened.withFormer(derived(former, BOX));
    }
    KeyRing links = required(configured.links(), "secrets.links");
    return new ServerKeys(
        pepper(required(configured.pepper(), "secrets.pepper")),
        opened,
        Secrets.of(links.current().bytes()));
  }

  private static KeyRing required(@Nullable KeyRing ring, String setting) {
    if (ring == null) {
      throw new IllegalArgumentException(setting + " is missing");
    }
    return Objects.requireNonNull(ring);
  }

  private static Pepper pepper(KeyRing ring) {
    Pepper pepper = Pepper.of(ring.current().id(), ring.current().bytes());
    for (KeyRing.Key former : ring.former()) {
      pepper = pepper.withFormer(former.id(), former.bytes());
    }
    return pepper;
  }

  private static byte[] derived(KeyRing.Key key, String purpose) {
    return Secrets.of(key.bytes()).key(purpose);
  }

  /** Without the keys. */
  @Override
  public String toString() {
    return "ServerKeys[…]";
  }
}

package io.ktizo.core.webhook;

import io.ktizo.core.shop.ShopId;
import java.net.URI;
import java.time.Instant;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * An address of a Shop that wants to be told what happens.
 *
 * @param id of the webhook
 * @param shop whose it is
 * @param version of the row, from 1; the counts of failures do not change it
 * @param url where to
 * @param types of events that it wants; empty for all
 * @param state whether it is told anything
 * @param secret the key of signatures, sealed
 * @param oldSecret the key before that, sealed; {@code null} if it is not used any more
 * @param oldSecretUntil until when messages are signed with it, too; {@code null} with it
 * @param failures how many attempts in a row failed
 * @param failingSince when the first of them was; {@code null} if none
 * @param pausedUntil until then it is asked nothing; {@code null} for at once
 * @param createdAt when it was made
 */
public record Webhook(
    WebhookId id,
    ShopId shop,
    long version,
    URI url,
    Set<String> types,
    State state,
    Sealed secret,
    @Nullable Sealed oldSecret,
    @Nullable Instant oldSecretUntil,
    int failures,
    @Nullable Instant failingSince,
    @Nullable Instant pausedUntil,
    Instant createdAt) {

  /** Whether a webhook is told anything. */
  public enum State {
    /** It is. */
    ACTIVE,
    /** It is not, because its Shop wants so. */
    PAUSED,
    /** It is not, because it failed for too long. */
    DISABLED
  }

  public Webhook {
    types = Set.copyOf(types);
    if (types.size() > 50) {
      throw new IllegalArgumentException("at most 50 types");
    }
    if ((oldSecret == null) != (oldSecretUntil == null)) {
      throw new IllegalArgumentException("an old secret and its end come together");
    }
  }

  /** In order. */
  @Override
  public Set<String> types() {
    return new TreeSet<>(types);
  }

  /** Whether it wants events of this type. */
  public boolean wants(String type) {
    return state == State.ACTIVE && (types.isEmpty() || types.contains(type));
  }

  /** The same as the store keeps it after saving. */
  public Webhook atVersion(long next) {
    return new Webhook(
        id,
        shop,
        next,
        url,
        types,
        state,
        secret,
        oldSecret,
        oldSecretUntil,
        failures,
        failingSince,
        pausedUntil,
        createdAt);
  }

  Webhook with(URI newUrl, Set<String> newTypes, State newState) {
    boolean fresh = newState == State.ACTIVE && (state != State.ACTIVE || !newUrl.equals(url));
    return new Webhook(
        id,
        shop,
        version,
        newUrl,
        newTypes,
        newState,
        secret,
        oldSecret,
        oldSecretUntil,
        fresh ? 0 : failures,
        fresh ? null : failingSince,
        fresh ? null : pausedUntil,
        createdAt);
  }

  Webhook withSecret(Sealed newSecret, Instant oldUntil) {
    return new Webhook(
        id,
        shop,
        version,
        url,
        types,
        state,
        newSecret,
        secret,
        oldUntil,
        failures,
        failingSince,
        pausedUntil,
        createdAt);
  }

  /** Without the address, which may hold a secret. */
  @Override
  public String toString() {
    return "Webhook[" + id + ", version=" + version + ", " + state + "]";
  }
}

package io.ktizo.privacy.export;

import io.ktizo.privacy.Subject;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An archive on the shelf.
 *
 * @param id names it; says nothing about whom it is about, and is no proof that somebody may fetch
 *     it
 * @param subject whom it is about
 * @param scope which right it serves
 * @param madeAt the moment as of which it tells
 * @param expiresAt when it is deleted
 * @param exported what it holds; {@code null} while it is not finished
 */
public record Kept(
    String id,
    Subject subject,
    Scope scope,
    Instant madeAt,
    Instant expiresAt,
    @Nullable Exported exported) {

  /** Whether it is finished, so that it can be fetched. */
  public boolean ready() {
    return exported != null;
  }
}

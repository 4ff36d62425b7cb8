package io.ktizo.server.desk;

import com.github.f4b6a3.uuid.alt.GUID;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * The id of a model or a quote: a UUID version 7 (RFC 9562 §5.7) whose 74 random bits are fresh for
 * each id, so that nobody finds one by counting on from another.
 *
 * @param kind what it names
 * @param uuid the number
 */
public record DeskId(Kind kind, UUID uuid) {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Pattern UUID_TEXT =
      Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");

  /** What an id names. */
  public enum Kind {
    MODEL("model_"),
    QUOTE("quote_");

    private final String prefix;

    Kind(String prefix) {
      this.prefix = prefix;
    }
  }

  /** A new id. */
  public static DeskId create(Kind kind, Instant now) {
    return new DeskId(kind, GUID.v7(now, RANDOM).toUUID());
  }

  /** The id that a text names; nothing if it is none of this kind. The inverse of toString. */
  public static Optional<DeskId> parse(Kind kind, String text) {
    if (!text.startsWith(kind.prefix)) {
      return Optional.empty();
    }
    String number = text.substring(kind.prefix.length());
    return UUID_TEXT.matcher(number).matches()
        ? Optional.of(new DeskId(kind, UUID.fromString(number)))
        : Optional.empty();
  }

  /** For instance {@code model_0199a3c2-7d1e-7b3a-9c51-0f4e6d2b8a17}. */
  @Override
  public String toString() {
    return kind.prefix + uuid;
  }
}

package io.ktizo.core.account;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.text.Normalizer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;
import org.jspecify.annotations.Nullable;

/**
 * Turns passwords into hashes and compares them: Argon2id (RFC 9106) by Bouncy Castle, kept as PHC
 * strings that name their parameters, so that these can be raised later.
 *
 * <p>Each hash takes memory and a processor, so only as many run at once as there are permits; who
 * gets none in time is told that the machine is busy. An unknown account costs the same as a wrong
 * password. Passwords are normalised (NFKC), so that one typed on another keyboard is the same, and
 * mixed with a secret key if there is a {@link Pepper}.
 *
 * <p>Any number of threads may share it.
 */
public final class Passwords {
  /**
   * What a hash costs.
   *
   * @param kibibytes of memory, at least 8
   * @param passes over it, at least 1
   */
  public record Cost(int kibibytes, int passes) {
    /** 19 MiB and 2 passes: OWASP's least, about 40 ms. */
    public static final Cost DEFAULT = new Cost(19_456, 2);

    public Cost {
      if (kibibytes < 8 || kibibytes > 1 << 21 || passes < 1 || passes > 100) {
        throw new IllegalArgumentException("no cost of Argon2id: " + kibibytes + ", " + passes);
      }
    }
  }

  /** Whether a password was right. */
  public enum Match {
    /** It was. */
    RIGHT,
    /** It was, and the hash has another cost or pepper than it should have today. */
    RIGHT_BUT_WEAK,
    /** It was not. */
    WRONG
  }

  private static final int SALT = 16;
  private static final int LENGTH = 32;
  private static final Pattern PHC =
      Pattern.compile(
          "\\$argon2id\\$v=19\\$m=(\\d{1,7}),t=(\\d{1,3}),p=1(?:,keyid=([A-Za-z0-9+/]{2,42}))?"
              + "\\$([A-Za-z0-9+/]{22})\\$([A-Za-z0-9+/]{43})");

  private final Cost cost;
  private final @Nullable Pepper pepper;
  private final Semaphore permits;
  private final Duration patience;
  private final RandomGenerator random;
  private final String nobodysHash;

  /** Hashing at the given cost, without pepper; see the other constructor. */
  public Passwords(Cost cost, int permits, Duration patience, RandomGenerator random) {
    this(cost, null, permits, patience, random);
  }

  /**
   * Hashing at the given cost.
   *
   * @param pepper mixed into each password; {@code null} for none
   * @param permits how many hashes run at once; as many as there are processors is right
   * @param patience how long to wait for a permit
   * @param random for salts, safe for threads; a {@link java.security.SecureRandom} in production
   */
  public Passwords(
      Cost cost, @Nullable Pepper pepper, int permits, Duration patience, RandomGenerator random) {
    this.cost = cost;
    this.pepper = pepper;
    this.permits = new Semaphore(permits);
    this.patience = patience;
    this.random = random;
    this.nobodysHash = compute("nobody has this password", cost, keyInUse(), salt());
  }

  /**
   * The hash of a new password, or nothing if the machine is busy.
   *
   * @throws IllegalArgumentException if it is longer than {@link PasswordRules#LONGEST}
   */
  public Optional<String> hash(String password) {
    if (PasswordRules.isTooLong(password)) {
      throw new IllegalArgumentException("a password that the rules refuse");
    }
    return guarded(() -> compute(password, cost, keyInUse(), salt()));
  }

  /**
   * Compares, or nothing if the machine is busy. A password that the rules refuse for its length is
   * wrong, without being hashed.
   *
   * @throws IllegalStateException if the hash names a pepper that is not there any more
   */
  public Optional<Match> check(String password, String hash) {
    Matcher phc = PHC.matcher(hash);
    if (!phc.matches()) {
      throw new IllegalArgumentException("not a PHC string of Argon2id");
    }
    if (PasswordRules.isTooLong(password)) {
      return Optional.of(Match.WRONG);
    }
    Cost then = new Cost(Integer.parseInt(phc.group(1)), Integer.parseInt(phc.group(2)));
    String keyThen = phc.group(3) == null ? null : idOf(phc.group(3));
    byte[] salt = Base64.getDecoder().decode(phc.group(4));
    return guarded(() -> compute(password, then, keyThen, salt))
        .map(
            again -> {
              boolean same =
                  MessageDigest.isEqual(
                      again.getBytes(StandardCharsets.US_ASCII),
                      hash.getBytes(StandardCharsets.US_ASCII));
              if (!same) {
                return Match.WRONG;
              }
              return then.equals(cost) && Objects.equals(keyThen, keyInUse())
                  ? Match.RIGHT
                  : Match.RIGHT_BUT_WEAK;
            });
  }

  /** Takes as long as {@link #check} for an account that exists, and is always wrong. */
  public Optional<Match> checkNobody(String password) {
    return check(password, nobodysHash).map(ignored -> Match.WRONG);
  }

  private interface Hashing {
    String run();
  }

  private Optional<String> guarded(Hashing hashing) {
    try {
      if (!permits.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        return Optional.empty();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
    try {
      return Optional.of(hashing.run());
    } finally {
      permits.release();
    }
  }

  private byte[] salt() {
    byte[] salt = new byte[SALT];
    random.nextBytes(salt);
    return salt;
  }

  private @Nullable String keyInUse() {
    return pepper == null ? null : pepper.current();
  }

  private static String idOf(String base64) {
    return new String(Base64.getDecoder().decode(base64), StandardCharsets.US_ASCII);
  }

  private byte[] mixed(@Nullable String key, byte[] typed) {
    if (key == null) {
      return typed;
    }
    if (pepper == null) {
      throw new IllegalStateException(
          "a password was hashed with the pepper " + key + ", and none is configured");
    }
    byte[] mixed = pepper.mix(key, typed);
    Arrays.fill(typed, (byte) 0);
    return mixed;
  }

  /** The parameter keyid is Argon2's own in the PHC format; there it names the key, too. */
  private String compute(String password, Cost cost, @Nullable String key, byte[] salt) {
    Argon2BytesGenerator generator = new Argon2BytesGenerator();
    generator.init(
        new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
            .withVersion(Argon2Parameters.ARGON2_VERSION_13)
            .withMemoryAsKB(cost.kibibytes())
            .withIterations(cost.passes())
            .withParallelism(1)
            .withSalt(salt)
            .build());
    byte[] typed =
        mixed(
            key,
            Normalizer.normalize(password, Normalizer.Form.NFKC).getBytes(StandardCharsets.UTF_8));
    byte[] hash = new byte[LENGTH];
    generator.generateBytes(typed, hash);
    Arrays.fill(typed, (byte) 0);
    Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
    return "$argon2id$v=19$m="
        + cost.kibibytes()
        + ",t="
        + cost.passes()
        + ",p=1"
        + (key == null
            ? ""
            : ",keyid=" + base64.encodeToString(key.getBytes(StandardCharsets.US_ASCII)))
        + "$"
        + base64.encodeToString(salt)
        + "$"
        + base64.encodeToString(hash);
  }
}

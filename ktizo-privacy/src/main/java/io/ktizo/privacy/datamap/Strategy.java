package io.ktizo.privacy.datamap;

/**
 * What becomes of one column's value when its row outlives the person. {@link #anonymous()} says
 * what a certificate may claim: a keyed hash and a coarse value can still be singled out with other
 * knowledge (GDPR recital 26), so they are pseudonymous at best.
 */
public sealed interface Strategy {

  /** SQL NULL. */
  record SetNull() implements Strategy {}

  /**
   * One fixed value for everybody, written in the column's own type.
   *
   * @param value as text, for instance {@code erased} or {@code 0}
   */
  record Constant(String value) implements Strategy {}

  /**
   * A made-up value of the same shape, different for each row, so that NOT NULL, UNIQUE and format
   * checks of an application still hold.
   */
  record Replace(Shape shape) implements Strategy {}

  /** HMAC-SHA-256 under the engine's key: equal values stay equal. Pseudonymous only. */
  record KeyedHash() implements Strategy {}

  /** A date or time cut to its year, or to its month. Pseudonymous only. */
  record GeneraliseDate(DatePart to) implements Strategy {}

  /**
   * The first characters of a text, the rest cut off: a postcode's area. Pseudonymous only.
   *
   * @param characters how many stay, at least 1
   */
  record GeneralisePrefix(int characters) implements Strategy {
    public GeneralisePrefix {
      if (characters < 1) {
        throw new IllegalArgumentException("at least one character: " + characters);
      }
    }
  }

  /** The value stays: it says nothing about the person once the links to him are cut. */
  record Retain() implements Strategy {}

  /**
   * Each path of a document by the strategy of its own. No map says so: it follows from a field
   * that has none, but paths that have.
   */
  record ByPath() implements Strategy {}

  /** What a made-up value looks like. */
  enum Shape {
    /** {@code Erased 4f1c…}. */
    NAME,
    /** {@code erased-4f1c…@erased.invalid}; the domain is reserved by RFC 2606, section 2. */
    EMAIL,
    /** {@code +999…}: country code 999 is assigned to nobody (ITU-T E.164 list). */
    PHONE,
    /** Text drawn from letters and digits, within the column's length. */
    TEXT,
    /** A random UUID, as text or in the column's own type. */
    UUID,
    /** A whole number, negative so that it never meets a real one. */
    NUMBER,
    /** {@code 1900-01-01} at midnight. */
    DATE
  }

  /** How fine a generalised date stays. */
  enum DatePart {
    MONTH,
    YEAR
  }

  /** Whether nothing of the old value can be told from the new one. */
  default boolean anonymous() {
    return switch (this) {
      case SetNull n -> true;
      case Constant c -> true;
      case Replace r -> true;
      case KeyedHash h -> false;
      case GeneraliseDate d -> false;
      case GeneralisePrefix p -> false;
      case ByPath p -> false;
      case Retain r -> false;
    };
  }
}

package io.ktizo.core.event;

import io.ktizo.core.id.Id;
import io.ktizo.core.id.IdGenerator;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Something that happened to one thing.
 *
 * <p>Its facts are ids, states, amounts and dates, what a receiver needs to look up the rest. They
 * hold nothing about a person: events lie in queues and are shown to staff, where no erasure looks
 * for names.
 *
 * @param id of the event itself
 * @param type what happened, in the past tense with dashes, for instance {@code order-placed}; 1 to
 *     100 small letters, digits and dashes
 * @param about the text form of the thing's id, at most 100 characters; events about the same thing
 *     are delivered in order
 * @param at when, to the microsecond
 * @param facts by name; names are 1 to 60 letters, digits, dots and dashes, values at most 1,000
 *     characters, at most 50 in all
 */
public record Event(EventId id, String type, String about, Instant at, Map<String, String> facts) {
  private static final Pattern TYPE = Pattern.compile("[a-z][a-z0-9-]{0,99}");
  private static final Pattern ABOUT = Pattern.compile("[\\x21-\\x7e]{1,100}");
  private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9.-]{0,59}");

  public Event {
    if (!TYPE.matcher(type).matches()) {
      throw new IllegalArgumentException("small letters, digits and dashes, not " + type);
    }
    if (!ABOUT.matcher(about).matches()) {
      throw new IllegalArgumentException("an event is about the text form of an id");
    }
    if (facts.size() > 50) {
      throw new IllegalArgumentException("at most 50 facts, not " + facts.size());
    }
    facts.forEach(
        (name, value) -> {
          if (!NAME.matcher(name).matches() || value.length() > 1_000) {
            throw new IllegalArgumentException("not a fact of " + type + ": " + name);
          }
        });
    at = at.truncatedTo(ChronoUnit.MICROS);
    facts = Collections.unmodifiableMap(new TreeMap<>(facts));
  }

  /** A new event. */
  public static Event of(
      IdGenerator ids, InstantSource clock, String type, Id about, Map<String, String> facts) {
    return new Event(EventId.FORM.next(ids), type, about.toString(), clock.instant(), facts);
  }

  /**
   * A fact that must be there.
   *
   * @throws IllegalArgumentException if it is not
   */
  public String fact(String name) {
    String value = facts.get(name);
    if (value == null) {
      throw new IllegalArgumentException("an event " + type + " without " + name);
    }
    return value;
  }
}

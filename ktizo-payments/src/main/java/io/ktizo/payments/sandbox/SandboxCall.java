package io.ktizo.payments.sandbox;

import io.ktizo.payments.IdempotencyKey;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.joda.money.CurrencyUnit;
import org.joda.money.Money;
import org.jspecify.annotations.Nullable;

/**
 * One call to the sandbox, as its memory keeps it: {@link #read} and {@link #toString} are inverse.
 * Moment, key, verb and arguments are set apart by tabs, which none of them contains.
 *
 * @param at when
 * @param key under which key; {@code null} for what needs none
 * @param verb what
 * @param arguments with what
 */
record SandboxCall(Instant at, @Nullable IdempotencyKey key, Verb verb, List<String> arguments) {
  private static final String APART = "\t";

  enum Verb {
    START,
    AUTHORISE,
    CAPTURE,
    VOID,
    REFUND,
    TRANSFER,
    REVERSE,
    PAYOUT,
    ONBOARD,
    COMPLETE,
    CONTEST,
    LOOK,
    CLOSE
  }

  SandboxCall {
    arguments = List.copyOf(arguments);
    List<String> texts = new ArrayList<>(arguments);
    if (key != null) {
      texts.add(key.value());
    }
    for (String argument : texts) {
      if (argument.contains(APART) || argument.contains("\n")) {
        throw new IllegalArgumentException("no name of the sandbox has a tab or a line break");
      }
    }
  }

  /**
   * Reads a kept call.
   *
   * @throws IllegalStateException if it is none; its number is named
   */
  static SandboxCall read(String line, long number) {
    List<String> parts = new ArrayList<>(List.of(line.split(APART, -1)));
    try {
      Instant at = Instant.parse(parts.removeFirst());
      String key = parts.removeFirst();
      Verb verb = Verb.valueOf(parts.removeFirst());
      return new SandboxCall(at, key.isEmpty() ? null : new IdempotencyKey(key), verb, parts);
    } catch (DateTimeException | IllegalArgumentException | java.util.NoSuchElementException e) {
      throw new IllegalStateException("call " + number + " of the sandbox's memory is none", e);
    }
  }

  @Override
  public String toString() {
    List<String> parts = new ArrayList<>();
    parts.add(at.toString());
    parts.add(key == null ? "" : key.value());
    parts.add(verb.name());
    parts.addAll(arguments);
    return String.join(APART, parts);
  }

  String argument(int index) {
    return arguments.get(index);
  }

  Money amount(int index) {
    String[] parts = arguments.get(index).split(" ", -1);
    return Money.ofMinor(CurrencyUnit.of(parts[0]), Long.parseLong(parts[1]));
  }

  /** An amount as an argument: currency and minor units. */
  static String text(Money amount) {
    return amount.getCurrencyUnit() + " " + amount.getAmountMinorLong();
  }
}

package io.ktizo.core.quote;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How a price came about: every input, every rule with its exact value, every rounding.
 *
 * <p>{@link #document()} is text from which anybody can compute the price again, without this
 * library and without the price list; its form is told in {@code docs/quote-derivation.md}. Equal
 * quotes have equal documents, byte for byte, on every machine.
 *
 * <p>Immutable; any number of threads may share it.
 */
public final class Derivation {
  /** The version of the document's form. */
  public static final String FORMAT = "ktizo-derivation/1";

  private final Map<String, Object> frozen;
  private final List<Step> steps;
  private final Map<String, Object> result;

  Derivation(Map<String, Object> frozen, List<Step> steps, Map<String, Object> result) {
    this.frozen = frozen;
    this.steps = List.copyOf(steps);
    this.result = result;
    Set<String> known = new HashSet<>();
    for (Step step : steps) {
      if (!known.add(step.id())) {
        throw new IllegalArgumentException("two steps have the id " + step.id());
      }
    }
  }

  /** The steps in the order of computation: each refers to earlier ones only. */
  public List<Step> steps() {
    return steps;
  }

  /** The step with this id. */
  public Optional<Step> step(String id) {
    return steps.stream().filter(step -> step.id().equals(id)).findFirst();
  }

  /**
   * The document: canonical JSON (RFC 8785) that ends with its own {@link #fingerprint()} as member
   * {@code sha256}.
   */
  public String document() {
    Map<String, Object> content = content();
    content.put("sha256", Fingerprint.of(CanonicalJson.write(content)));
    return CanonicalJson.write(content);
  }

  /**
   * SHA-256 of the document without its member {@code sha256}, in 64 lower-case hexadecimal digits.
   * Whoever keeps it beside the quote notices any change of the document.
   */
  public String fingerprint() {
    return Fingerprint.of(CanonicalJson.write(content()));
  }

  private Map<String, Object> content() {
    Map<String, Object> content = new LinkedHashMap<>();
    content.put("format", FORMAT);
    content.put("quote", frozen);
    content.put("result", result);
    List<Object> written = new ArrayList<>(steps.size());
    steps.forEach(step -> written.add(step.tree()));
    content.put("steps", written);
    return content;
  }

  /** Equal if the documents are. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Derivation derivation
        && frozen.equals(derivation.frozen)
        && steps.equals(derivation.steps)
        && result.equals(derivation.result);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * frozen.hashCode() + steps.hashCode()) + result.hashCode();
  }

  @Override
  public String toString() {
    return "Derivation[" + steps.size() + " steps]";
  }

  /**
   * One value and where it comes from.
   *
   * @param id unique in the derivation
   * @param rule the rule of pricing that the step belongs to; for an input, its source
   * @param unit of the value: a currency's code, {@code g}, {@code mm3}, {@code mm2}, {@code s},
   *     {@code days}, a quotient of such, or {@code 1} for a pure number
   * @param operation how the value is computed
   * @param value exact, in its shortest form
   */
  public record Step(String id, String rule, String unit, Operation operation, BigDecimal value) {

    private Map<String, Object> tree() {
      Map<String, Object> members = new LinkedHashMap<>();
      members.put("id", id);
      members.put("rule", rule);
      members.put("unit", unit);
      members.put("value", plain(value));
      switch (operation) {
        case Operation.Input input -> members.put("op", "input");
        case Operation.Sum sum -> operator(members, "add", sum.operands());
        case Operation.Difference difference ->
            operator(members, "subtract", List.of(difference.minuend(), difference.subtrahend()));
        case Operation.Product product -> operator(members, "multiply", product.operands());
        case Operation.Greatest greatest -> operator(members, "max", greatest.operands());
        case Operation.Least least -> operator(members, "min", least.operands());
        case Operation.Quotient quotient -> {
          operator(members, "divide", List.of(quotient.dividend(), quotient.divisor()));
          members.put("increment", plain(quotient.increment()));
          members.put("mode", quotient.mode().name());
        }
        case Operation.Rounded rounded -> {
          operator(members, "round", List.of(rounded.operand()));
          members.put("increment", plain(rounded.increment()));
          members.put("mode", rounded.mode().name());
        }
        case Operation.Share share -> {
          operator(members, "share", List.of(share.total()));
          members.put("weights", share.weights());
          members.put("index", share.index());
          members.put("increment", plain(share.increment()));
        }
      }
      return members;
    }

    private static void operator(Map<String, Object> members, String name, List<String> operands) {
      members.put("op", name);
      members.put("args", operands);
    }
  }

  /**
   * How a step's value is computed. An operand is the id of an earlier step or, where it begins
   * with a digit, a number.
   */
  public sealed interface Operation {
    /** Given, not computed. */
    record Input() implements Operation {}

    /** All operands added. */
    record Sum(List<String> operands) implements Operation {}

    /** The first less the second. */
    record Difference(String minuend, String subtrahend) implements Operation {}

    /** All operands multiplied. */
    record Product(List<String> operands) implements Operation {}

    /** The greatest operand. */
    record Greatest(List<String> operands) implements Operation {}

    /** The least operand. */
    record Least(List<String> operands) implements Operation {}

    /** The quotient, rounded to a multiple of the increment. */
    record Quotient(String dividend, String divisor, BigDecimal increment, RoundingMode mode)
        implements Operation {}

    /** The operand, rounded to a multiple of the increment. */
    record Rounded(String operand, BigDecimal increment, RoundingMode mode) implements Operation {}

    /**
     * One part of a total that is split in proportion to weights by the method of largest remainder
     * (Hamilton's): each part is rounded down to a multiple of the increment, and what is left
     * goes, one increment each, to the parts that lost most, of equals to the earlier.
     *
     * @param index which part, from 0
     */
    record Share(String total, List<String> weights, int index, BigDecimal increment)
        implements Operation {}
  }

  /** The one text of a decimal: no exponent, no superfluous zeros. */
  static String plain(BigDecimal value) {
    return value.signum() == 0 ? "0" : value.stripTrailingZeros().toPlainString();
  }
}

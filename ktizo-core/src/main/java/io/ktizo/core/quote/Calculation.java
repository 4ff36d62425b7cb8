package io.ktizo.core.quote;

import io.ktizo.core.money.LargestRemainder;
import io.ktizo.core.quote.Derivation.Operation;
import io.ktizo.core.quote.Derivation.Step;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Exact decimal arithmetic that writes down what it does. Each method computes one value and
 * records it as a step. For one thread, for one price.
 */
final class Calculation {

  /** A value that later steps can refer to. */
  record Term(String reference, BigDecimal value) {
    static final Term ZERO = number(BigDecimal.ZERO);
    static final Term ONE = number(BigDecimal.ONE);

    /** A constant of the rule itself, written in place; not negative. */
    static Term number(BigDecimal value) {
      return new Term(Derivation.plain(value), value);
    }
  }

  private final List<Step> steps = new ArrayList<>(96);
  private String rule = "";

  /** Names the rule, or the source of inputs, of all steps that follow. */
  void rule(String name) {
    rule = name;
  }

  List<Step> steps() {
    return steps;
  }

  Term input(String id, String unit, BigDecimal value) {
    return step(id, unit, new Operation.Input(), value);
  }

  Term add(String id, String unit, Term... terms) {
    return add(id, unit, Arrays.asList(terms));
  }

  Term add(String id, String unit, List<Term> terms) {
    BigDecimal sum = terms.stream().map(Term::value).reduce(BigDecimal.ZERO, BigDecimal::add);
    return step(id, unit, new Operation.Sum(references(terms)), sum);
  }

  Term subtract(String id, String unit, Term minuend, Term subtrahend) {
    return step(
        id,
        unit,
        new Operation.Difference(minuend.reference(), subtrahend.reference()),
        minuend.value().subtract(subtrahend.value()));
  }

  Term multiply(String id, String unit, Term... factors) {
    BigDecimal product = BigDecimal.ONE;
    for (Term factor : factors) {
      product = product.multiply(factor.value());
    }
    return step(id, unit, new Operation.Product(references(Arrays.asList(factors))), product);
  }

  Term max(String id, String unit, List<Term> terms) {
    BigDecimal greatest = terms.stream().map(Term::value).reduce(BigDecimal::max).orElseThrow();
    return step(id, unit, new Operation.Greatest(references(terms)), greatest);
  }

  Term min(String id, String unit, Term first, Term second) {
    return step(
        id,
        unit,
        new Operation.Least(List.of(first.reference(), second.reference())),
        first.value().min(second.value()));
  }

  Term divide(
      String id,
      String unit,
      Term dividend,
      Term divisor,
      BigDecimal increment,
      RoundingMode mode) {
    BigDecimal quotient =
        dividend.value().divide(divisor.value().multiply(increment), 0, mode).multiply(increment);
    return step(
        id,
        unit,
        new Operation.Quotient(dividend.reference(), divisor.reference(), increment, mode),
        quotient);
  }

  Term round(String id, String unit, Term operand, BigDecimal increment, RoundingMode mode) {
    return step(
        id,
        unit,
        new Operation.Rounded(operand.reference(), increment, mode),
        rounded(operand.value(), increment, mode));
  }

  /** All parts of a total, split by largest remainder; the ids are {@code prefix.0} and so on. */
  List<Term> shares(
      String prefix, String unit, Term total, List<Term> weights, BigDecimal increment) {
    List<BigDecimal> parts =
        split(total.value(), weights.stream().map(Term::value).toList(), increment);
    List<String> references = references(weights);
    List<Term> shares = new ArrayList<>(parts.size());
    for (int i = 0; i < parts.size(); i++) {
      shares.add(
          step(
              prefix + "." + i,
              unit,
              new Operation.Share(total.reference(), references, i, increment),
              parts.get(i)));
    }
    return shares;
  }

  static BigDecimal rounded(BigDecimal value, BigDecimal increment, RoundingMode mode) {
    return value.divide(increment, 0, mode).multiply(increment);
  }

  /**
   * Splits a total, a multiple of the increment, by the method of largest remainder. Weights may be
   * negative, as a reduction among charges is, but their sum must be positive.
   */
  static List<BigDecimal> split(BigDecimal total, List<BigDecimal> weights, BigDecimal increment) {
    int scale = weights.stream().mapToInt(BigDecimal::scale).max().orElseThrow();
    List<BigInteger> whole =
        weights.stream().map(weight -> weight.setScale(scale).unscaledValue()).toList();
    BigInteger units = total.divide(increment, 0, RoundingMode.UNNECESSARY).toBigIntegerExact();
    return LargestRemainder.split(units, whole).stream()
        .map(part -> new BigDecimal(part).multiply(increment))
        .toList();
  }

  private Term step(String id, String unit, Operation operation, BigDecimal value) {
    BigDecimal shortest = value.signum() == 0 ? BigDecimal.ZERO : value.stripTrailingZeros();
    steps.add(new Step(id, rule, unit, operation, shortest));
    return new Term(id, shortest);
  }

  private static List<String> references(List<Term> terms) {
    return terms.stream().map(Term::reference).toList();
  }
}

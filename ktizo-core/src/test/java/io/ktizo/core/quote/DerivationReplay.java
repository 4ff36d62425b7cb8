package io.ktizo.core.quote;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Computes a quote again from the text of its derivation and nothing else, with other means than
 * the library: fractions of whole numbers instead of decimals. Written from
 * docs/quote-derivation.md.
 */
final class DerivationReplay {
  private static final Pattern DECIMAL = Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?");
  private static final JsonMapper JSON = new JsonMapper();

  private final JsonNode document;
  private final Map<String, Fraction> values = new HashMap<>();
  private final List<String> differences = new ArrayList<>();

  private DerivationReplay(JsonNode document) {
    this.document = document;
  }

  /** An exact number; the denominator is positive. */
  private record Fraction(BigInteger numerator, BigInteger denominator) {
    static final Fraction ZERO = new Fraction(BigInteger.ZERO, BigInteger.ONE);
    static final Fraction ONE = new Fraction(BigInteger.ONE, BigInteger.ONE);

    static Fraction parse(String text) {
      if (!DECIMAL.matcher(text).matches()) {
        throw new IllegalArgumentException("not a decimal: " + text);
      }
      int point = text.indexOf('.');
      int places = point < 0 ? 0 : text.length() - point - 1;
      return new Fraction(new BigInteger(text.replace(".", "")), BigInteger.TEN.pow(places));
    }

    Fraction plus(Fraction other) {
      return new Fraction(
          numerator.multiply(other.denominator).add(other.numerator.multiply(denominator)),
          denominator.multiply(other.denominator));
    }

    Fraction negated() {
      return new Fraction(numerator.negate(), denominator);
    }

    Fraction times(Fraction other) {
      return new Fraction(
          numerator.multiply(other.numerator), denominator.multiply(other.denominator));
    }

    Fraction over(Fraction other) {
      if (other.numerator.signum() == 0) {
        throw new IllegalArgumentException("division by zero");
      }
      BigInteger sign = BigInteger.valueOf(other.numerator.signum());
      return new Fraction(
          numerator.multiply(other.denominator).multiply(sign),
          denominator.multiply(other.numerator).multiply(sign));
    }

    int compare(Fraction other) {
      return numerator.multiply(other.denominator).compareTo(other.numerator.multiply(denominator));
    }

    boolean is(Fraction other) {
      return compare(other) == 0;
    }

    BigInteger floor() {
      BigInteger[] parts = numerator.divideAndRemainder(denominator);
      return parts[1].signum() < 0 ? parts[0].subtract(BigInteger.ONE) : parts[0];
    }

    /** To a multiple of the increment. */
    Fraction rounded(Fraction increment, String mode) {
      Fraction steps = over(increment);
      BigInteger below = steps.floor();
      Fraction rest = steps.plus(new Fraction(below.negate(), BigInteger.ONE));
      if (rest.numerator.signum() == 0) {
        return this;
      }
      boolean negative = numerator.signum() < 0;
      int half = rest.times(parse("2")).compare(ONE);
      boolean up =
          switch (mode) {
            case "CEILING" -> true;
            case "FLOOR" -> false;
            case "UP" -> !negative;
            case "DOWN" -> negative;
            case "HALF_UP" -> half > 0 || (half == 0 && !negative);
            case "HALF_DOWN" -> half > 0 || (half == 0 && negative);
            case "HALF_EVEN" -> half > 0 || (half == 0 && below.testBit(0));
            default -> throw new IllegalArgumentException("no such mode: " + mode);
          };
      return new Fraction(up ? below.add(BigInteger.ONE) : below, BigInteger.ONE).times(increment);
    }
  }

  /** What does not hold; empty if all does. Nonsense is a difference too. */
  static List<String> differences(String text) {
    try {
      DerivationReplay replay = new DerivationReplay(JSON.readTree(text));
      replay.check();
      return replay.differences;
    } catch (IOException | RuntimeException e) {
      return List.of("unreadable: " + e);
    }
  }

  /** What the document says was charged, for instance {@code 12.50}. */
  static String gross(String text) throws IOException {
    return JSON.readTree(text).get("result").get("gross").get("value").textValue();
  }

  private void check() {
    Set<String> members = new HashSet<>();
    document.fieldNames().forEachRemaining(members::add);
    expect(members.equals(Set.of("format", "quote", "result", "sha256", "steps")), "members");
    expect(document.get("format").textValue().equals("ktizo-derivation/1"), "format");
    expect(seal(document).equals(document.get("sha256").textValue()), "sha256");
    for (JsonNode step : document.get("steps")) {
      String id = step.get("id").textValue();
      Fraction value = value(step);
      expect(Fraction.parse(step.get("value").textValue()).is(value), id);
      expect(values.put(id, value) == null, id + " twice");
    }
    amounts();
    delivery();
  }

  /** The SHA-256 that a document ought to have. */
  static String seal(JsonNode document) {
    StringBuilder text = new StringBuilder();
    TreeMap<String, JsonNode> content = new TreeMap<>();
    document.properties().forEach(member -> content.put(member.getKey(), member.getValue()));
    content.remove("sha256");
    write(content, text);
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256")
                  .digest(text.toString().getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void write(Map<String, JsonNode> sorted, StringBuilder text) {
    String separator = "{";
    for (Map.Entry<String, JsonNode> member : sorted.entrySet()) {
      // Ids and names of a derivation are ASCII without anything that wants escaping.
      text.append(separator).append('"').append(member.getKey()).append("\":");
      write(member.getValue(), text);
      separator = ",";
    }
    text.append(separator.equals("{") ? "{}" : "}");
  }

  private static void write(JsonNode node, StringBuilder text) {
    if (node.isObject()) {
      TreeMap<String, JsonNode> sorted = new TreeMap<>();
      node.properties().forEach(member -> sorted.put(member.getKey(), member.getValue()));
      write(sorted, text);
    } else if (node.isArray()) {
      text.append('[');
      for (int i = 0; i < node.size(); i++) {
        text.append(i == 0 ? "" : ",");
        write(node.get(i), text);
      }
      text.append(']');
    } else {
      text.append(node);
    }
  }

  private Fraction value(JsonNode step) {
    List<Fraction> args = references(step.get("args"));
    return switch (step.get("op").textValue()) {
      case "input" -> Fraction.parse(step.get("value").textValue());
      case "add" -> args.stream().reduce(Fraction.ZERO, Fraction::plus);
      case "multiply" -> args.stream().reduce(Fraction.ONE, Fraction::times);
      case "subtract" -> args.get(0).plus(args.get(1).negated());
      case "max" -> args.stream().max(Fraction::compare).orElseThrow();
      case "min" -> args.stream().min(Fraction::compare).orElseThrow();
      case "round" -> args.get(0).rounded(increment(step), step.get("mode").textValue());
      case "divide" ->
          args.get(0).over(args.get(1)).rounded(increment(step), step.get("mode").textValue());
      case "share" ->
          shares(args.get(0), references(step.get("weights")), increment(step))
              .get(step.get("index").intValue());
      default -> throw new IllegalArgumentException("no such operation: " + step);
    };
  }

  private static Fraction increment(JsonNode step) {
    return Fraction.parse(step.get("increment").textValue());
  }

  private List<Fraction> references(@Nullable JsonNode names) {
    List<Fraction> found = new ArrayList<>();
    if (names != null) {
      for (JsonNode name : names) {
        String text = name.textValue();
        Fraction value =
            Character.isDigit(text.charAt(0)) ? Fraction.parse(text) : values.get(text);
        if (value == null) {
          throw new IllegalArgumentException("refers to nothing before it: " + text);
        }
        found.add(value);
      }
    }
    return found;
  }

  private static List<Fraction> shares(Fraction total, List<Fraction> weights, Fraction increment) {
    Fraction sum = weights.stream().reduce(Fraction.ZERO, Fraction::plus);
    List<Fraction> exact =
        weights.stream().map(weight -> total.times(weight).over(sum).over(increment)).toList();
    List<BigInteger> parts = new ArrayList<>(exact.stream().map(Fraction::floor).toList());
    Fraction left = total.over(increment);
    for (BigInteger part : parts) {
      left = left.plus(new Fraction(part.negate(), BigInteger.ONE));
    }
    Comparator<Integer> mostLostFirst = (i, j) -> lost(exact.get(j)).compare(lost(exact.get(i)));
    IntStream.range(0, parts.size())
        .boxed()
        .sorted(mostLostFirst)
        .limit(left.floor().longValueExact())
        .forEach(i -> parts.set(i, parts.get(i).add(BigInteger.ONE)));
    return parts.stream().map(part -> new Fraction(part, BigInteger.ONE).times(increment)).toList();
  }

  private static Fraction lost(Fraction exact) {
    return exact.plus(new Fraction(exact.floor().negate(), BigInteger.ONE));
  }

  private void amounts() {
    JsonNode result = document.get("result");
    Fraction net = amount(result.get("net"));
    Fraction tax = amount(result.get("tax"));
    Fraction gross = amount(result.get("gross"));
    expect(net.plus(tax).is(gross), "net and tax");
    Fraction nets = Fraction.ZERO;
    Fraction taxes = Fraction.ZERO;
    Fraction grosses = Fraction.ZERO;
    boolean showsNet = document.get("quote").get("display").textValue().equals("NET");
    for (JsonNode line : result.get("lines")) {
      Fraction lineNet = amount(line.get("net"));
      Fraction lineGross = amount(line.get("gross"));
      Fraction lineTax = amount(line.get("tax"));
      expect(lineNet.plus(lineTax).is(lineGross), "net and tax of a line");
      Fraction quantity = Fraction.parse(line.get("quantity").toString());
      Fraction shown = showsNet ? lineNet : lineGross;
      expect(amount(line.get("unitPrice")).times(quantity).is(shown), "unit price of a line");
      nets = nets.plus(lineNet);
      taxes = taxes.plus(lineTax);
      grosses = grosses.plus(lineGross);
    }
    expect(nets.is(net) && taxes.is(tax) && grosses.is(gross), "sums of the lines");
    Fraction byRate = Fraction.ZERO;
    for (JsonNode rate : result.get("taxes")) {
      amount(rate.get("rate"));
      byRate = byRate.plus(amount(rate.get("amount")));
    }
    expect(byRate.is(tax), "sum of the taxes");
    JsonNode first = result.get("lines").get(0);
    expect(amount(result.get("unitPrice")).is(amount(first.get("unitPrice"))), "unit price");
    Fraction quantity = Fraction.parse(document.get("quote").get("quantity").toString());
    expect(quantity.is(values.getOrDefault("quantity", Fraction.ZERO)), "quantity");
    expect(quantity.is(Fraction.parse(first.get("quantity").toString())), "quantity of parts");
    amount(result.get("gramsPerPart"));
    amount(result.get("secondsPerPart"));
  }

  private void delivery() {
    JsonNode quote = document.get("quote");
    Fraction days = amount(document.get("result").get("days"));
    Instant promised = Instant.parse(quote.get("promised").textValue());
    Instant issued = Instant.parse(quote.get("issued").textValue());
    Duration span = Duration.ofDays(days.floor().longValueExact());
    expect(issued.plus(span).equals(promised), "promised");
  }

  /** The value of the step that an amount names. */
  private Fraction amount(JsonNode amount) {
    Fraction value = values.get(amount.get("step").textValue());
    if (value == null) {
      throw new IllegalArgumentException("names no step: " + amount);
    }
    expect(Fraction.parse(amount.get("value").textValue()).is(value), amount.toString());
    return value;
  }

  private void expect(boolean holds, String what) {
    if (!holds) {
      differences.add(what);
    }
  }
}

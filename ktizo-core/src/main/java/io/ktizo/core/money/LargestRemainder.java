package io.ktizo.core.money;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.joda.money.Money;

/**
 * Divides a whole number of indivisible units in proportion to weights by the method of largest
 * remainder (Hamilton's method, Balinski and Young, Fair Representation, 1982, chapter 3).
 *
 * <p>Promises: the parts add up to the total exactly; each part differs from its exact share by
 * less than one unit; of equal remainders the earlier weight is served first, so the same input
 * gives the same parts everywhere. Works in integers of any size: nothing overflows.
 */
public final class LargestRemainder {
  private LargestRemainder() {}

  /**
   * Splits a total. Weights may be negative, as a reduction among charges is, and so may the total.
   *
   * @param total the units to divide
   * @param weights one for each part; their sum must be positive
   * @return as many parts as weights, in their order
   * @throws IllegalArgumentException if the weights do not have a positive sum
   */
  public static List<BigInteger> split(BigInteger total, List<BigInteger> weights) {
    BigInteger sum = weights.stream().reduce(BigInteger.ZERO, BigInteger::add);
    if (sum.signum() <= 0) {
      throw new IllegalArgumentException("the weights must have a positive sum: " + weights);
    }
    BigInteger[] parts = new BigInteger[weights.size()];
    BigInteger[] remainders = new BigInteger[weights.size()];
    BigInteger left = total;
    for (int i = 0; i < parts.length; i++) {
      BigInteger exact = total.multiply(weights.get(i));
      remainders[i] = exact.mod(sum);
      parts[i] = exact.subtract(remainders[i]).divide(sum);
      left = left.subtract(parts[i]);
    }
    // Stable: of equal remainders the earlier comes first. Fewer units are left than parts.
    IntStream.range(0, parts.length)
        .boxed()
        .sorted(Comparator.comparing((Integer i) -> remainders[i]).reversed())
        .limit(left.longValueExact())
        .forEach(i -> parts[i] = parts[i].add(BigInteger.ONE));
    return Arrays.asList(parts);
  }

  /**
   * Splits an amount in minor units of its currency: cents, yen, or thousandths of a dinar.
   *
   * @param total the amount to divide, of either sign
   * @param weights one amount for each part, all of the total's currency, with a positive sum
   * @return as many parts as weights, in their order, in the total's currency
   * @throws org.joda.money.CurrencyMismatchException if a weight has another currency
   * @throws IllegalArgumentException if the weights do not have a positive sum
   * @throws ArithmeticException if a part exceeds what an amount can hold
   */
  public static List<Money> split(Money total, List<Money> weights) {
    weights.forEach(total::plus); // refuses a foreign currency before anything is computed
    List<BigInteger> parts =
        split(minorUnits(total), weights.stream().map(LargestRemainder::minorUnits).toList());
    return parts.stream()
        .map(part -> Money.ofMinor(total.getCurrencyUnit(), part.longValueExact()))
        .toList();
  }

  private static BigInteger minorUnits(Money amount) {
    return amount.getAmount().unscaledValue();
  }
}

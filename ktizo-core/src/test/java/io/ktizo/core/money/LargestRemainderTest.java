package io.ktizo.core.money;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.joda.money.CurrencyMismatchException;
import org.joda.money.CurrencyUnit;
import org.joda.money.Money;
import org.junit.jupiter.api.Test;

class LargestRemainderTest {

  @Test
  void seats_of_the_textbook_example_are_divided_as_in_the_textbook() {
    // Votes 47, 16, 15.8, 12, 6.1, 3.1 (thousands), 10 seats: 5, 2, 1, 1, 1, 0 by Hamilton's
    // method; the example of the article "Largest remainder method" in Wikipedia.
    assertThat(split(10, 47_000, 16_000, 15_800, 12_000, 6_100, 3_100))
        .isEqualTo(longs(5, 2, 1, 1, 1, 0).toList());
  }

  @Test
  void of_equal_remainders_the_earlier_is_served() {
    assertThat(split(1, 1, 1, 1)).isEqualTo(longs(1, 0, 0).toList());
    assertThat(split(-1, 1, 1, 1)).isEqualTo(longs(0, 0, -1).toList());
  }

  @Property(tries = 1000)
  void parts_add_up_and_stay_within_one_unit_of_their_exact_share(
      @ForAll @LongRange(min = -1_000_000, max = 1_000_000) long total,
      @ForAll @Size(min = 1, max = 20) List<@LongRange(max = 1_000_000) Long> weights) {
    List<BigInteger> whole =
        Stream.concat(weights.stream(), Stream.of(1L)).map(BigInteger::valueOf).toList();
    BigInteger sum = whole.stream().reduce(BigInteger.ZERO, BigInteger::add);

    List<BigInteger> parts = LargestRemainder.split(BigInteger.valueOf(total), whole);

    assertThat(parts.stream().reduce(BigInteger.ZERO, BigInteger::add))
        .isEqualTo(BigInteger.valueOf(total));
    for (int i = 0; i < parts.size(); i++) {
      BigInteger off =
          parts.get(i).multiply(sum).subtract(BigInteger.valueOf(total).multiply(whole.get(i)));
      assertThat(off.abs()).isLessThan(sum);
    }
  }

  @Test
  void money_is_split_in_its_own_minor_units() {
    assertThat(
            LargestRemainder.split(
                Money.parse("JPY 100"),
                List.of(Money.parse("JPY 1"), Money.parse("JPY 1"), Money.parse("JPY 1"))))
        .containsExactly(Money.parse("JPY 34"), Money.parse("JPY 33"), Money.parse("JPY 33"));
    assertThat(
            LargestRemainder.split(
                Money.parse("KWD 1.000"), List.of(Money.parse("KWD 2"), Money.parse("KWD 1"))))
        .containsExactly(Money.parse("KWD 0.667"), Money.parse("KWD 0.333"));
  }

  @Test
  void what_cannot_be_divided_is_refused() {
    assertThatThrownBy(() -> split(1, 0, 0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> split(1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () ->
                LargestRemainder.split(
                    Money.parse("EUR 1"), List.of(Money.zero(CurrencyUnit.USD).plus(1))))
        .isInstanceOf(CurrencyMismatchException.class);
  }

  private static List<BigInteger> split(long total, long... weights) {
    return LargestRemainder.split(BigInteger.valueOf(total), longs(weights).toList());
  }

  private static Stream<BigInteger> longs(long... values) {
    return LongStream.of(values).mapToObj(BigInteger::valueOf);
  }
}

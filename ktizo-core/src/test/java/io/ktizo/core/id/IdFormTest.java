package io.ktizo.core.id;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.ktizo.core.testkit.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdFormTest {
  record TestId(UUID value) implements Id {
    static final IdForm<TestId> FORM = IdForm.of("prefix", TestId::new);

    @Override
    public String toString() {
      return FORM.text(this);
    }
  }

  /** The vectors of the TypeID specification 0.3, spec/valid.yml. */
  @ParameterizedTest
  @CsvSource({
    "00000000-0000-0000-0000-000000000000,prefix_00000000000000000000000000",
    "00000000-0000-0000-0000-000000000001,prefix_00000000000000000000000001",
    "00000000-0000-0000-0000-00000000000a,prefix_0000000000000000000000000a",
    "00000000-0000-0000-0000-000000000010,prefix_0000000000000000000000000g",
    "00000000-0000-0000-0000-000000000020,prefix_00000000000000000000000010",
    "ffffffff-ffff-ffff-ffff-ffffffffffff,prefix_7zzzzzzzzzzzzzzzzzzzzzzzzz",
    "0110c853-1d09-52d8-d73e-1194e95b5f19,prefix_0123456789abcdefghjkmnpqrs",
    "01890a5d-ac96-774b-bcce-b302099a8057,prefix_01h455vb4pex5vsknk084sn02q"
  })
  void text_is_that_of_the_typeid_specification(UUID value, String text) {
    assertThat(new TestId(value)).hasToString(text);
    assertThat(TestId.FORM.parse(text)).isEqualTo(new TestId(value));
  }

  @Property
  void parse_and_to_string_are_inverse_and_keep_the_order(
      @ForAll long high, @ForAll long low, @ForAll long otherHigh) {
    TestId id = new TestId(new UUID(high, low));
    TestId other = new TestId(new UUID(otherHigh, low));
    assertThat(TestId.FORM.parse(id.toString())).isEqualTo(id);
    assertThat(Integer.signum(id.toString().compareTo(other.toString())))
        .isEqualTo(Long.compareUnsigned(high, otherHigh));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "prefix",
        "prefix_",
        "other_01h455vb4pex5vsknk084sn02q",
        "PREFIX_01h455vb4pex5vsknk084sn02q",
        "prefix_01H455VB4PEX5VSKNK084SN02Q",
        "prefix_8zzzzzzzzzzzzzzzzzzzzzzzzz",
        "prefix_01h455vb4pex5vsknk084sn02",
        "prefix_01h455vb4pex5vsknk084sn02qq",
        "prefix_01h455vb4pex5vsknk084sn02u",
        "prefix_01h455vb4pex5vsknk084sn02\u0130",
        "prefix-01h455vb4pex5vsknk084sn02q",
        " prefix_01h455vb4pex5vsknk084sn02q"
      })
  void other_text_is_refused_and_not_repeated(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TestId.FORM.parse(text))
        .withMessage("expected prefix_ and 26 digits");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Shop", "shop1", "_shop", "shop_", "sh op"})
  void prefixes_are_small_letters(String prefix) {
    assertThatIllegalArgumentException().isThrownBy(() -> IdForm.of(prefix, TestId::new));
  }

  @Test
  void new_ids_are_of_version_7_carry_the_clock_and_rise_while_it_stands() {
    SettableClock clock = new SettableClock(Instant.parse("2026-12-01T12:00:00.123Z"));
    IdGenerator generator = new TimeOrderedIds(clock, new Random(1));
    List<String> made = new ArrayList<>();
    for (int count = 0; count < 1_000; count++) {
      TestId id = TestId.FORM.next(generator);
      assertThat(id.value().version()).isEqualTo(7);
      assertThat(id.value().variant()).isEqualTo(2);
      made.add(id.toString());
    }
    assertThat(made).isSorted().doesNotHaveDuplicates();
    assertThat(TestId.FORM.parse(made.getFirst()).value().getMostSignificantBits() >>> 16)
        .isEqualTo(clock.instant().toEpochMilli());

    clock.advance(Duration.ofMillis(1));
    assertThat(TestId.FORM.next(generator).toString()).isGreaterThan(made.getLast());
  }

  @Test
  void threads_share_a_generator() throws InterruptedException {
    IdGenerator generator = new TimeOrderedIds(SettableClock.atNoon(), new Random(1));
    ConcurrentLinkedQueue<UUID> made = new ConcurrentLinkedQueue<>();
    List<Thread> threads = new ArrayList<>();
    for (int thread = 0; thread < 8; thread++) {
      threads.add(
          Thread.startVirtualThread(
              () -> {
                for (int count = 0; count < 2_000; count++) {
                  made.add(generator.next());
                }
              }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    Set<UUID> distinct = new HashSet<>(made);
    assertThat(made).hasSize(16_000);
    assertThat(distinct).hasSize(16_000);
  }
}

package io.ktizo.core.account;

import static org.assertj.core.api.Assertions.assertThat;

import io.ktizo.core.testkit.SettableClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Case A02 and its neighbours: guessing is slow, and shuts nobody out. */
class BruteForceTest {
  private static final String EMAIL = "erika@example.org";

  private final AccountFixture people = AccountFixture.inMemory();

  @Test
  void a02_each_wrong_password_doubles_the_pause_up_to_a_quarter_of_an_hour() {
    people.aMember(EMAIL);
    List<Duration> pauses = new ArrayList<>();
    for (int attempt = 0; attempt < 13; attempt++) {
      assertThat(people.signIn(EMAIL, "wrong wrong wrong"))
          .isEqualTo(new SigningIn.Outcome.Refused());
      Duration pause = throttled(people.signIn(EMAIL, AccountFixture.PASSWORD));
      pauses.add(pause);
      people.clock.advance(pause.minusMillis(1));
      assertThat(people.signIn(EMAIL, AccountFixture.PASSWORD))
          .as("a moment too early, even with the right password")
          .isInstanceOf(SigningIn.Outcome.Throttled.class);
      people.clock.advance(Duration.ofMillis(1));
    }
    assertThat(pauses)
        .extracting(Duration::toSeconds)
        .containsExactly(1L, 2L, 4L, 8L, 16L, 32L, 64L, 128L, 256L, 512L, 900L, 900L, 900L);
    assertThat(people.signIn(EMAIL, AccountFixture.PASSWORD))
        .isInstanceOf(SigningIn.Outcome.SignedIn.class);
    assertThat(people.signIn(EMAIL, "wrong wrong wrong"))
        .as("the count began anew")
        .isEqualTo(new SigningIn.Outcome.Refused());
    assertThat(throttled(people.signIn(EMAIL, "x"))).hasSeconds(1);
  }

  private static Duration throttled(SigningIn.Outcome outcome) {
    assertThat(outcome).isInstanceOf(SigningIn.Outcome.Throttled.class);
    return ((SigningIn.Outcome.Throttled) outcome).pause();
  }

  @Test
  void a02_the_victim_resets_and_is_in_although_somebody_keeps_guessing() {
    people.aMember(EMAIL);
    for (int attempt = 0; attempt < 50; attempt++) {
      people.signIn(EMAIL, "guess number " + attempt);
    }
    assertThat(people.managing.requestReset(EMAIL, "198.51.100.7")).isEmpty();
    Token token = people.theMail(AccountMail.ResetPassword.class).token();
    assertThat(people.managing.reset(token, "quite another sentence"))
        .isEqualTo(ManagingAccount.Result.DONE);
    assertThat(people.signIn(EMAIL, "quite another sentence"))
        .isInstanceOf(SigningIn.Outcome.SignedIn.class);
  }

  @Test
  void a_guesser_of_an_unknown_address_is_slowed_down_alike() {
    assertThat(people.signIn("nobody@example.org", "wrong wrong wrong"))
        .isEqualTo(new SigningIn.Outcome.Refused());
    assertThat(throttled(people.signIn("NOBODY@example.org", "wrong wrong wrong"))).hasSeconds(1);
  }

  @Test
  void of_many_parallel_guesses_one_goes_through() throws InterruptedException {
    people.aMember(EMAIL);
    AtomicInteger looked = new AtomicInteger();
    CountDownLatch start = new CountDownLatch(1);
    List<Thread> guessers =
        IntStream.range(0, 60)
            .mapToObj(
                number ->
                    Thread.startVirtualThread(
                        () -> {
                          try {
                            start.await();
                          } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                          }
                          if (people.signIn(EMAIL, "guess " + number)
                              instanceof SigningIn.Outcome.Refused) {
                            looked.incrementAndGet();
                          }
                        }))
            .toList();
    start.countDown();
    for (Thread guesser : guessers) {
      guesser.join();
    }
    assertThat(looked).hasValue(1);
  }

  @Test
  void after_a_day_of_peace_the_count_begins_anew() {
    people.aMember(EMAIL);
    for (int attempt = 0; attempt < 5; attempt++) {
      people.signIn(EMAIL, "wrong wrong wrong");
      people.clock.advance(Duration.ofMinutes(1));
    }
    people.clock.advance(SignInAttempts.FORGET);
    people.signIn(EMAIL, "wrong wrong wrong");
    assertThat(throttled(people.signIn(EMAIL, "x"))).hasSeconds(1);
  }

  @Test
  void an_address_has_a_bucket_and_all_together_have_one() {
    SettableClock clock = SettableClock.atNoon();
    AddressThrottle throttle =
        new AddressThrottle(new AddressThrottle.Limits(3, 6, 10, 1, 100), clock);
    for (int attempt = 0; attempt < 3; attempt++) {
      assertThat(throttle.take("192.0.2.1")).isEmpty();
    }
    assertThat(throttle.take("192.0.2.1")).contains(Duration.ofSeconds(10));
    clock.advance(Duration.ofSeconds(10));
    assertThat(throttle.take("192.0.2.1")).isEmpty();

    int let = 0;
    for (int address = 0; address < 100; address++) {
      let += throttle.take("198.51.100." + address).isEmpty() ? 1 : 0;
    }
    assertThat(let).as("10 at once, less the one just taken").isEqualTo(9);
    clock.advance(Duration.ofSeconds(2));
    assertThat(throttle.take("203.0.113.1")).isEmpty();
    assertThat(throttle.take("203.0.113.2")).isEmpty();
    assertThat(throttle.take("203.0.113.3")).isPresent();
  }

  @Test
  void too_many_requests_from_one_address_are_refused_before_anything_is_hashed() {
    AccountFixture strict =
        AccountFixture.inMemory(new AddressThrottle.Limits(4, 1, 100, 100, 100));
    for (int attempt = 0; attempt < 4; attempt++) {
      strict.signIn("person" + attempt + "@example.org", "wrong wrong wrong");
    }
    assertThat(strict.signIn("person9@example.org", "wrong wrong wrong"))
        .isInstanceOf(SigningIn.Outcome.Throttled.class);
    assertThat(strict.register("new@example.org"))
        .isInstanceOf(Registering.Outcome.Throttled.class);
    assertThat(strict.managing.requestReset("new@example.org", "192.0.2.1")).isPresent();
  }
}

package io.ktizo.payments.paying;

import static org.assertj.core.api.Assertions.assertThat;

import io.ktizo.payments.Answer;
import io.ktizo.payments.Gateway;
import io.ktizo.payments.PayableId;
import io.ktizo.payments.ProviderObject.PayeeStanding;
import io.ktizo.payments.holder.PaymentsHolder;
import io.ktizo.payments.holder.PaymentsHolder.Held;
import io.ktizo.payments.ledger.Account;
import io.ktizo.privacy.Subject;
import io.ktizo.privacy.holder.PersonalDataHolder;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PaymentsHolderTest {
  private final Market market = new Market().withShops();
  private final PayableId paid = market.captured("order_paid");
  private final PaymentsHolder holder =
      new PaymentsHolder(
          market.store,
          market.paying,
          () -> market.now,
          person ->
              person.key().equals("17")
                  ? new Held(
                      List.of(paid, new PayableId("order_unpaid"), new PayableId("order_gone")),
                      List.of(Market.BETA))
                  : Held.NOTHING);

  private static PersonalDataHolder.Request request(String key) {
    return new PersonalDataHolder.Request(new Subject("member", key), "erasure_1", Map.of());
  }

  private List<String> exported(String key) throws IOException {
    List<String> records = new ArrayList<>();
    holder.export(
        request(key),
        new PersonalDataHolder.Items() {
          @Override
          public void record(String kind, Map<String, ? extends @Nullable Object> fields) {
            records.add(kind + " " + fields);
          }

          @Override
          public void file(String kind, String name, InputStream content) {
            throw new AssertionError("payments are no files");
          }

          @Override
          public void file(String kind, String name, long size, InputStream content) {
            throw new AssertionError("payments are no files");
          }
        });
    return records;
  }

  @Test
  void a_person_gets_what_he_paid_and_was_paid_and_nothing_of_others() throws IOException {
    market.captured("order_of_somebody_else");
    market.paying.open(Market.order("order_unpaid"));
    market.later(Duration.ofSeconds(1));

    List<String> records = exported("17");

    assertThat(records)
        .anyMatch(record -> record.contains("order_paid") && record.contains("EUR 169.00"))
        .anyMatch(record -> record.contains("order_unpaid") && record.contains("UNPAID"))
        .anyMatch(record -> record.startsWith("earning") && record.contains("EUR 37.82"))
        .noneMatch(record -> record.startsWith("payment") && record.contains("somebody_else"))
        .noneMatch(record -> record.contains("107.10"));
    assertThat(exported("18")).isEmpty();
  }

  @Test
  void books_stay_with_their_ground_and_what_was_never_paid_goes() {
    market.paying.open(Market.order("order_unpaid"));
    assertThat(holder.verify(request("17"))).isInstanceOf(PersonalDataHolder.Remains.class);

    settle();
    for (int i = 0; i < 2; i++) {
      PersonalDataHolder.Outcome outcome = holder.erase(request("17"));
      long erased = i == 0 ? 1 : 0;
      assertThat(outcome)
          .isInstanceOfSatisfying(
              PersonalDataHolder.Kept.class,
              kept -> {
                assertThat(kept.erased()).containsEntry("payment", erased);
                assertThat(kept.kept()).containsEntry("payment", 1L).containsEntry("earning", 1L);
                assertThat(kept.ground()).contains("147", "asked for deleting the account");
              });
    }

    assertThat(holder.verify(request("17"))).isEqualTo(new PersonalDataHolder.Nothing());
    assertThat(market.remaining(paid).total()).isEqualTo(Market.eur("169.00"));
    assertThat(holder.erase(request("18")))
        .isEqualTo(new PersonalDataHolder.Erased(Map.of("payment", 0L)));
  }

  /** What the Shop has earned goes to its bank: its account is empty. */
  private void settle() {
    market.listen();
    market.paying.transfer(paid, Market.BETA);
    market.paying.payout(Market.BETA, Market.eur("0.01"));
    assertThat(market.balance(Account.Kind.PAYEE_PAYABLE, Market.BETA).isZero()).isTrue();
  }

  @Test
  void a_shop_s_account_is_deleted_when_it_is_empty_and_until_then_the_erasure_is_blocked() {
    String account = market.paying.payee(Market.BETA).orElseThrow().account();

    for (int i = 0; i < 2; i++) {
      assertThat(holder.erase(request("17")))
          .isInstanceOfSatisfying(
              PersonalDataHolder.Later.class,
              later -> assertThat(later.reason()).startsWith("blocked until the Shop's money"));
    }
    assertThat(holder.verify(request("17")))
        .isEqualTo(
            new PersonalDataHolder.Remains(
                List.of("payees: one whose account at the provider is open")));

    settle();
    holder.erase(request("17"));

    assertThat(market.provider.lookUp(Gateway.ObjectKind.PAYEE, account, null))
        .isInstanceOf(Answer.Refused.class);
    assertThat(market.paying.payee(Market.BETA).orElseThrow().standing())
        .isEqualTo(PayeeStanding.CLOSED);
    assertThat(holder.verify(request("17"))).isEqualTo(new PersonalDataHolder.Nothing());
    // Its last messages have nothing to tell any more.
    market.listen();
    assertThat(market.inbox.failing(10)).isEmpty();
  }

  @Test
  void a_person_who_only_paid_is_not_known_to_the_provider_and_waits_for_nobody() {
    PaymentsHolder ofPayer =
        new PaymentsHolder(
            market.store,
            market.paying,
            () -> market.now,
            person -> new Held(List.of(paid), List.of()));

    assertThat(ofPayer.erase(request("19")))
        .isInstanceOfSatisfying(
            PersonalDataHolder.Kept.class,
            kept -> assertThat(kept.ground()).endsWith("asked for nothing"));
  }
}

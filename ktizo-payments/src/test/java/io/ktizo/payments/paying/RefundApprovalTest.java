package io.ktizo.payments.paying;

import static io.ktizo.payments.paying.Market.eur;
import static io.ktizo.payments.paying.Market.portion;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ktizo.payments.PayableId;
import io.ktizo.payments.PaymentRefusedException;
import io.ktizo.payments.PaymentRefusedException.Reason;
import io.ktizo.payments.RefundRefusedException;
import io.ktizo.payments.RefundRequest;
import io.ktizo.payments.RefundRequest.State;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.joda.money.CurrencyUnit;
import org.joda.money.Money;
import org.junit.jupiter.api.Test;

class RefundApprovalTest {
  private final Market market = new Market().withShops();
  private final RefundApproval approval =
      new RefundApproval(
          market.store, market.paying, () -> market.now, currency -> Money.ofMajor(currency, 20));
  private final PayableId order = market.captured("order_1");

  private Money left() {
    return market.remaining(order).total();
  }

  @Test
  void a_small_refund_needs_one_person() {
    RefundRequest request = approval.request(order, "r1", portion("part", "20.00"), "anna");

    assertThat(request.state()).isEqualTo(State.APPROVED);
    assertThat(left()).isEqualTo(eur("149.00"));
    assertThat(approval.waiting(10)).isEmpty();
  }

  @Test
  void a_large_refund_waits_for_another_person() {
    RefundRequest request = approval.request(order, "r1", portion("part", "20.01"), "anna");
    assertThat(request.state()).isEqualTo(State.REQUESTED);
    assertThat(left()).isEqualTo(eur("169.00"));
    assertThat(approval.waiting(10)).containsExactly(request);

    assertThatThrownBy(() -> approval.approve(order, "r1", "anna"))
        .isInstanceOfSatisfying(
            PaymentRefusedException.class,
            refused -> assertThat(refused.reason()).isEqualTo(Reason.SAME_PERSON));
    assertThat(left()).isEqualTo(eur("169.00"));

    approval.approve(order, "r1", "bert");
    approval.approve(order, "r1", "bert");
    assertThat(left()).isEqualTo(eur("148.99"));
    assertThat(approval.waiting(10)).isEmpty();
  }

  @Test
  void a_large_refund_cut_into_slices_is_a_large_refund() {
    assertThat(approval.request(order, "r1", portion("part", "15.00"), "anna").state())
        .isEqualTo(State.APPROVED);

    assertThat(approval.request(order, "r2", portion("part", "5.01"), "anna").state())
        .isEqualTo(State.REQUESTED);
    assertThat(approval.request(order, "r3", portion("post", "5.00"), "carl").state())
        .isEqualTo(State.APPROVED);
    assertThat(left()).isEqualTo(eur("149.00"));
  }

  @Test
  void slices_that_are_asked_for_at_once_do_not_slip_through() throws Exception {
    List<Future<State>> states = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 10; i++) {
        String name = "r" + i;
        states.add(
            threads.submit(
                () -> approval.request(order, name, portion("part", "9.00"), "anna").state()));
      }
    }
    int approved = 0;
    for (Future<State> state : states) {
      approved += state.get() == State.APPROVED ? 1 : 0;
    }
    assertThat(approved).isEqualTo(2);
    assertThat(left()).isEqualTo(eur("151.00"));
  }

  @Test
  void a_rejected_refund_is_not_made_and_cannot_be_approved() {
    approval.request(order, "r1", portion("part", "50.00"), "anna");
    approval.reject(order, "r1", "bert");

    assertThatThrownBy(() -> approval.approve(order, "r1", "carl"))
        .isInstanceOfSatisfying(
            PaymentRefusedException.class,
            refused -> assertThat(refused.reason()).isEqualTo(Reason.NOT_REQUESTED));
    assertThat(left()).isEqualTo(eur("169.00"));
  }

  @Test
  void what_cannot_be_refunded_is_refused_before_anybody_must_approve() {
    assertThatThrownBy(() -> approval.request(order, "r1", portion("part", "100.01"), "anna"))
        .isInstanceOf(RefundRefusedException.class);
    assertThatThrownBy(() -> approval.request(order, "r1", portion("none", "50.00"), "anna"))
        .isInstanceOf(RefundRefusedException.class);
    assertThat(approval.waiting(10)).isEmpty();

    approval.request(order, "r1", portion("part", "50.00"), "anna");
    assertThatThrownBy(() -> approval.request(order, "r1", portion("part", "51.00"), "anna"))
        .isInstanceOfSatisfying(
            PaymentRefusedException.class,
            refused -> assertThat(refused.reason()).isEqualTo(Reason.OPERATION_DIFFERS));
  }

  @Test
  void limits_are_said_by_currency_and_where_none_was_said_it_takes_two() {
    RefundLimits limits = RefundLimits.of(List.of(eur("40.00"), Money.parse("JPY 6000")));

    assertThat(limits.apply(CurrencyUnit.EUR)).isEqualTo(eur("40.00"));
    assertThat(limits.apply(CurrencyUnit.JPY)).isEqualTo(Money.parse("JPY 6000"));
    assertThat(limits.apply(CurrencyUnit.of("KWD"))).isEqualTo(Money.parse("KWD 0.000"));
    assertThatThrownBy(() -> RefundLimits.of(List.of(eur("1.00"), eur("2.00"))))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> RefundLimits.of(List.of(eur("-1.00"))))
        .isInstanceOf(IllegalArgumentException.class);
  }
}

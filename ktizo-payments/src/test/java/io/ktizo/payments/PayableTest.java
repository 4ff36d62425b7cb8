package io.ktizo.payments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import io.ktizo.payments.InvalidPayableException.Fault;
import io.ktizo.payments.Payable.Commission;
import io.ktizo.payments.Payable.Line;
import java.util.List;
import org.joda.money.CurrencyUnit;
import org.joda.money.Money;
import org.junit.jupiter.api.Test;

class PayableTest {
  private static final PayableId ID = new PayableId("order_1");

  @Test
  void a_payable_adds_up_and_knows_its_payees() {
    Payable payable =
        new Payable(
            ID,
            List.of(
                Carts.line("a", Carts.BETA, Carts.eur(100), Carts.eur(0)),
                Carts.line("b", Carts.ALPHA, Carts.eur(250), Carts.eur(40))),
            List.of());

    assertThat(payable.total()).isEqualTo(Carts.eur(350));
    assertThat(payable.payees()).containsExactly(Carts.BETA, Carts.ALPHA);
    assertThat(payable.commissionOn(Carts.ALPHA)).isEmpty();
  }

  @Test
  void every_fault_is_listed_at_once_with_its_place() {
    List<Line> lines =
        List.of(
            Carts.line("a", Carts.ALPHA, Carts.eur(100), Carts.eur(0)),
            Carts.line("a", Carts.ALPHA, Carts.eur(-1), Carts.eur(0)),
            Carts.line("c", Carts.ALPHA, Carts.eur(10), Carts.eur(11)),
            Carts.line("d", Carts.ALPHA, Money.ofMinor(CurrencyUnit.USD, 5), Carts.eur(0)),
            Carts.line("e", Carts.ALPHA, Carts.eur(100_000_000), Carts.eur(0)),
            Carts.line("f", Carts.ALPHA, Money.parse("EUR 9999999999999999999.99"), Carts.eur(0)));
    List<Commission> commissions =
        List.of(
            new Commission(Carts.BETA, Carts.eur(1), Carts.eur(0)),
            new Commission(Carts.ALPHA, Carts.eur(100), Carts.eur(1)));

    InvalidPayableException refused =
        catchThrowableOfType(
            InvalidPayableException.class, () -> new Payable(ID, lines, commissions));

    assertThat(refused.faults())
        .extracting(Fault::pointer, Fault::code)
        .containsExactly(
            tuple("/lines/1/id", "repeated-id"),
            tuple("/lines/1/amount", "negative-amount"),
            tuple("/lines/2/tax", "tax-beyond-line"),
            tuple("/lines/3/amount", "currency-mismatch"),
            tuple("/lines/4/amount", "amount-too-large"),
            tuple("/lines/5/amount", "amount-too-large"),
            tuple("/commissions/0/payee", "unknown-payee"),
            tuple("/commissions/1/fee", "fee-beyond-lines"));
  }

  @Test
  void nothing_to_pay_and_too_much_to_pay_are_refused() {
    assertThat(codes(List.of(Carts.line("a", Carts.ALPHA, Carts.eur(0), Carts.eur(0)))))
        .containsExactly("nothing-to-pay");
    assertThat(codes(List.of())).containsExactly("line-count");
    assertThat(
            codes(
                List.of(
                    Carts.line("a", Carts.ALPHA, Carts.eur(99_999_999), Carts.eur(0)),
                    Carts.line("b", Carts.ALPHA, Carts.eur(1), Carts.eur(0)))))
        .containsExactly("total-too-large");
  }

  private static List<String> codes(List<Line> lines) {
    return catchThrowableOfType(
            InvalidPayableException.class, () -> new Payable(ID, lines, List.of()))
        .faults()
        .stream()
        .map(Fault::code)
        .toList();
  }

  @Test
  void an_id_that_could_be_anything_is_refused_without_being_repeated() {
    assertThatThrownBy(() -> new PayeeId("jane@example.org"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("jane");
    assertThatThrownBy(() -> new PayableId("")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new PayableId("x".repeat(65)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}

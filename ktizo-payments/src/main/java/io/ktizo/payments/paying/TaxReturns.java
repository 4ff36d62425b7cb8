package io.ktizo.payments.paying;

import io.ktizo.payments.Allocation;
import io.ktizo.payments.Answer;
import io.ktizo.payments.Answer.Doubt;
import io.ktizo.payments.Operation;
import io.ktizo.payments.Operation.Kind;
import io.ktizo.payments.Operation.State;
import io.ktizo.payments.Operation.Subject;
import io.ktizo.payments.Payable;
import io.ktizo.payments.PayableId;
import io.ktizo.payments.ProviderObject.TaxRecord;
import io.ktizo.payments.store.PaymentsStore.Tables;
import io.ktizo.payments.tax.TaxRecords;
import io.ktizo.payments.tax.TaxRecords.Part;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.joda.money.CurrencyUnit;
import org.joda.money.Money;
import org.jspecify.annotations.Nullable;

/**
 * Sales and what was given back of them, written down with the service that calculated their tax.
 *
 * <p>Kept as operations in the transaction that books the money, asked for later by {@link
 * Paying#resolve}: a tax service that is down delays no payment, and nothing is forgotten.
 */
final class TaxReturns {
  private final @Nullable TaxRecords records;
  private final InstantSource clock;

  TaxReturns(@Nullable TaxRecords records, InstantSource clock) {
    this.records = records;
    this.clock = clock;
  }

  /** Money was taken for some lines; what was only held is given back at once on paper. */
  void sold(Tables tables, Life life, Allocation taken) {
    Payable payable = life.payable();
    String calculation = payable.taxCalculation();
    if (records == null || calculation == null || life.latest(Purposes.TAX).isPresent()) {
      return;
    }
    keep(tables, payable, Kind.TAX, Purposes.TAX, calculation, null);
    List<Part> released = new ArrayList<>();
    for (Payable.Line line : payable.lines()) {
      boolean sold = taken.shares().stream().anyMatch(share -> share.lineId().equals(line.id()));
      if (!sold && line.amount().isPositive()) {
        released.add(new Part(line.id(), line.amount(), line.tax()));
      }
    }
    if (!released.isEmpty()) {
      String purpose = Purposes.taxReversal(Purposes.RELEASED);
      keep(tables, payable, Kind.TAX_REVERSE, purpose, null, write(released));
    }
  }

  /** Money went back to the customer. */
  void gaveBack(Tables tables, Life life, Operation refund, Allocation refunded) {
    String purpose = Purposes.taxReversal(refund.purpose());
    if (life.latest(Purposes.TAX).isEmpty() || life.latest(purpose).isPresent()) {
      return;
    }
    List<Part> before = new ArrayList<>();
    for (Operation operation : life.operations()) {
      if (operation.kind() == Kind.TAX_REVERSE) {
        before.addAll(read(operation.detail(), life.payable().currency()));
      }
    }
    List<Part> parts = new ArrayList<>();
    for (Allocation.Share share : refunded.shares()) {
      Payable.Line line = life.payable().line(share.lineId()).orElseThrow();
      List<Part> ofLine = before.stream().filter(one -> one.line().equals(line.id())).toList();
      if (share.total().isPositive()) {
        parts.add(new Part(line.id(), share.total(), taxOf(line, share.total(), ofLine)));
      }
    }
    keep(tables, life.payable(), Kind.TAX_REVERSE, purpose, null, write(parts));
  }

  /**
   * Whether a refund was told to the service, which takes no reversal back: if a bank returns the
   * money later, somebody must set the record right there.
   */
  boolean toldOf(Tables tables, Operation refund) {
    return tables.operations(refund.subject()).stream()
        .anyMatch(one -> one.purpose().equals(Purposes.taxReversal(refund.purpose())));
  }

  /**
   * The tax in a part of a line: what is due for all that went back until now, less what was told
   * before. So all parts of a line add up to its tax, whatever their number.
   */
  private static Money taxOf(Payable.Line line, Money amount, List<Part> before) {
    Money goneBack = amount;
    Money told = Money.zero(amount.getCurrencyUnit());
    for (Part part : before) {
      goneBack = goneBack.plus(part.amount());
      told = told.plus(part.tax());
    }
    BigDecimal due =
        BigDecimal.valueOf(line.tax().getAmountMinorLong())
            .multiply(BigDecimal.valueOf(goneBack.getAmountMinorLong()))
            .divide(
                BigDecimal.valueOf(line.amount().getAmountMinorLong()), 0, RoundingMode.HALF_UP);
    Money now = Money.ofMinor(amount.getCurrencyUnit(), due.longValueExact()).minus(told);
    Money some = now.isNegative() ? Money.zero(amount.getCurrencyUnit()) : now;
    return some.isGreaterThan(amount) ? amount : some;
  }

  private void keep(
      Tables tables,
      Payable payable,
      Kind kind,
      String purpose,
      @Nullable String target,
      @Nullable String detail) {
    tables.insert(
        new Operation(
            Subject.of(payable.id()),
            kind,
            purpose,
            1,
            State.INIT,
            null,
            target,
            detail,
            null,
            null,
            clock.instant(),
            clock.instant()));
  }

  /**
   * Asks the service.
   *
   * @param life of the payable, for the record of the sale
   */
  Answer<TaxRecord> ask(Operation operation, Life life) {
    if (records == null) {
      // Begun when there was one: somebody must put it back, or these are never written down.
      return new Answer.InDoubt<>(Doubt.NOT_ASKED);
    }
    PayableId payable = life.payable().id();
    if (operation.kind() == Kind.TAX) {
      String calculation = Objects.requireNonNull(operation.target(), "kept without its target");
      return records.record(operation.key(), calculation, payable);
    }
    Optional<Operation> sale = life.latest(Purposes.TAX);
    String reference = sale.map(Operation::reference).orElse(null);
    if (reference != null) {
      return records.reverse(
          operation.key(),
          reference,
          payable + "/" + operation.purpose(),
          read(operation.detail(), life.payable().currency()));
    }
    return sale.map(Operation::state).equals(Optional.of(State.FAILED))
        ? new Answer.Refused<>("sale_not_recorded", Answer.Reason.WRONG_STATE)
        : new Answer.InDoubt<>(Doubt.NOT_ASKED);
  }

  /** {@code line=amount/tax;…} in minor units. */
  private static String write(List<Part> parts) {
    return parts.stream()
        .map(
            part ->
                part.line()
                    + "="
                    + part.amount().getAmountMinorLong()
                    + "/"
                    + part.tax().getAmountMinorLong())
        .collect(Collectors.joining(";"));
  }

  private static List<Part> read(@Nullable String written, CurrencyUnit currency) {
    List<Part> parts = new ArrayList<>();
    for (String one : Objects.requireNonNull(written, "kept without parts").split(";", -1)) {
      int equals = one.indexOf('=');
      int slash = one.indexOf('/', equals);
      parts.add(
          new Part(
              one.substring(0, equals),
              Money.ofMinor(currency, Long.parseLong(one.substring(equals + 1, slash))),
              Money.ofMinor(currency, Long.parseLong(one.substring(slash + 1)))));
    }
    return parts;
  }
}

package io.ktizo.payments.paying;

import io.ktizo.payments.Allocation;
import io.ktizo.payments.Allocation.Portion;
import io.ktizo.payments.Allocation.Share;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.joda.money.Money;
import org.jspecify.annotations.Nullable;

/**
 * A division of money as operations keep it, in minor units: {@code line=payee/fee/feeTax/tax;…}.
 * It is kept because it cannot be computed again once other refunds have come and failed.
 */
final class Parts {
  private Parts() {}

  static String write(Allocation allocation) {
    return allocation.shares().stream()
        .map(
            share ->
                share.lineId()
                    + "="
                    + List.of(share.toPayee(), share.fee(), share.feeTax(), share.tax()).stream()
                        .map(part -> Long.toString(part.getAmountMinorLong()))
                        .collect(Collectors.joining("/")))
        .collect(Collectors.joining(";"));
  }

  /**
   * Reads a division of lines of an allocation.
   *
   * @param whole knows the lines' payees and the currency
   */
  static Allocation read(@Nullable String written, Allocation whole) {
    List<Share> shares = new ArrayList<>();
    for (String one : Objects.requireNonNull(written, "kept without parts").split(";", -1)) {
      int equals = one.indexOf('=');
      String lineId = one.substring(0, equals);
      String[] parts = one.substring(equals + 1).split("/", -1);
      Share line =
          whole.shares().stream()
              .filter(share -> share.lineId().equals(lineId))
              .findFirst()
              .orElseThrow(() -> new IllegalStateException("no line " + lineId));
      shares.add(
          new Share(
              lineId,
              line.payee(),
              amount(whole, parts[0]),
              amount(whole, parts[1]),
              amount(whole, parts[2]),
              amount(whole, parts[3])));
    }
    return new Allocation(shares);
  }

  /** Whether a division is what these portions asked for. */
  static boolean fits(Allocation divided, List<Portion> portions) {
    return divided.shares().stream()
        .map(share -> new Portion(share.lineId(), share.total()))
        .collect(Collectors.toSet())
        .equals(portions.stream().collect(Collectors.toSet()));
  }

  private static Money amount(Allocation whole, String minor) {
    return Money.ofMinor(whole.currency(), Long.parseLong(minor));
  }
}

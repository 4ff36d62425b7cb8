package io.ktizo.core.shop;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * What a Shop has done of what it must do before it can sell. Computed whenever it is asked for.
 *
 * @param done the steps that are done
 */
public record Checklist(Set<Step> done) {

  /** A step, in the order in which Shops usually take them. */
  public enum Step {
    /** Name, place and a few sentences. */
    PROFILE,
    /** Legal form, name, address and contact. */
    BUSINESS,
    /** Terms of sale. */
    TERMS,
    /** A printer in service, with a setting. */
    PRINTER,
    /** A material that is offered. */
    MATERIAL,
    /** A price list that is in force or will be. */
    PRICE_LIST,
    /** A way to get parcels to customers, or pickup. */
    SHIPPING,
    /** Where the money goes. A Shop can sell before, and is paid afterwards. */
    PAYOUT
  }

  public Checklist {
    done = done.isEmpty() ? EnumSet.noneOf(Step.class) : EnumSet.copyOf(done);
  }

  /** The steps that are left, in order. */
  public List<Step> open() {
    return Arrays.stream(Step.values()).filter(step -> !done.contains(step)).toList();
  }

  /** Whether nothing but the payout account is missing. */
  public boolean readyToSell() {
    return done.containsAll(EnumSet.complementOf(EnumSet.of(Step.PAYOUT)));
  }

  /** A copy, so that nobody changes this one. */
  @Override
  public Set<Step> done() {
    return done.isEmpty() ? EnumSet.noneOf(Step.class) : EnumSet.copyOf(done);
  }
}

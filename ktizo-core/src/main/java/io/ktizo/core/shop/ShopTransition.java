package io.ktizo.core.shop;

import static io.ktizo.core.shop.ShopState.APPLIED;
import static io.ktizo.core.shop.ShopState.APPROVED;
import static io.ktizo.core.shop.ShopState.CLOSED;
import static io.ktizo.core.shop.ShopState.ON_HOLIDAY;
import static io.ktizo.core.shop.ShopState.REFUSED;
import static io.ktizo.core.shop.ShopState.SUSPENDED;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One way from state to state. {@link #TABLE} is all there are: what is not in it does not happen,
 * and use cases, endpoints, documents and tests are made from it.
 *
 * @param name what is done, as programs call it
 * @param from in which states it can be done
 * @param to what the Shop is then
 * @param actor who does it
 * @param requires steps of the checklist that must be done
 * @param needsReason whether a reason must be told
 * @param event what is told to others
 */
public record ShopTransition(
    Name name,
    Set<ShopState> from,
    ShopState to,
    Actor actor,
    Set<Checklist.Step> requires,
    boolean needsReason,
    String event) {

  /** What can be done. */
  public enum Name {
    APPROVE,
    REFUSE,
    APPLY_AGAIN,
    SUSPEND,
    REINSTATE,
    START_HOLIDAY,
    CHANGE_HOLIDAY,
    END_HOLIDAY,
    HOLIDAY_ENDS,
    CLOSE
  }

  /** Who does it. */
  public enum Actor {
    /** An owner of the Shop. */
    OWNER,
    /** The platform's staff. */
    STAFF,
    /** The clock. */
    TIMER
  }

  private static final Set<Checklist.Step> IDENTITY =
      EnumSet.of(Checklist.Step.PROFILE, Checklist.Step.BUSINESS, Checklist.Step.TERMS);
  private static final Set<Checklist.Step> NOTHING = EnumSet.noneOf(Checklist.Step.class);

  /** All of them. */
  public static final List<ShopTransition> TABLE =
      List.of(
          // A marketplace must know its traders before they sell: Regulation (EU) 2022/2065,
          // Art. 30.
          staff(Name.APPROVE, EnumSet.of(APPLIED), APPROVED, IDENTITY, false, ShopEvents.APPROVED),
          staff(Name.REFUSE, EnumSet.of(APPLIED), REFUSED, NOTHING, true, ShopEvents.REFUSED),
          owner(Name.APPLY_AGAIN, EnumSet.of(REFUSED), APPLIED, ShopEvents.APPLIED),
          staff(
              Name.SUSPEND,
              EnumSet.of(APPROVED, ON_HOLIDAY),
              SUSPENDED,
              NOTHING,
              true,
              ShopEvents.SUSPENDED),
          staff(
              Name.REINSTATE,
              EnumSet.of(SUSPENDED),
              APPROVED,
              IDENTITY,
              false,
              ShopEvents.REINSTATED),
          owner(Name.START_HOLIDAY, EnumSet.of(APPROVED), ON_HOLIDAY, ShopEvents.HOLIDAY_STARTED),
          owner(
              Name.CHANGE_HOLIDAY, EnumSet.of(ON_HOLIDAY), ON_HOLIDAY, ShopEvents.HOLIDAY_CHANGED),
          owner(Name.END_HOLIDAY, EnumSet.of(ON_HOLIDAY), APPROVED, ShopEvents.HOLIDAY_ENDED),
          new ShopTransition(
              Name.HOLIDAY_ENDS,
              EnumSet.of(ON_HOLIDAY),
              APPROVED,
              Actor.TIMER,
              NOTHING,
              false,
              ShopEvents.HOLIDAY_ENDED),
          owner(
              Name.CLOSE,
              EnumSet.of(APPLIED, APPROVED, ON_HOLIDAY, SUSPENDED, REFUSED),
              CLOSED,
              ShopEvents.CLOSED));

  public ShopTransition {
    from = Set.copyOf(from);
    requires = Set.copyOf(requires);
  }

  private static ShopTransition staff(
      Name name,
      Set<ShopState> from,
      ShopState to,
      Set<Checklist.Step> requires,
      boolean needsReason,
      String event) {
    return new ShopTransition(name, from, to, Actor.STAFF, requires, needsReason, event);
  }

  private static ShopTransition owner(Name name, Set<ShopState> from, ShopState to, String event) {
    return new ShopTransition(name, from, to, Actor.OWNER, NOTHING, false, event);
  }

  /** The row with this name. */
  public static ShopTransition of(Name name) {
    return TABLE.stream().filter(row -> row.name() == name).findFirst().orElseThrow();
  }

  /** The row with this name, if it begins in this state. */
  static Optional<ShopTransition> possible(Name name, ShopState state) {
    return Optional.of(of(name)).filter(row -> row.from().contains(state));
  }
}

package io.ktizo.core.shop;

import io.ktizo.core.account.AccountId;
import io.ktizo.core.account.ShopRole;
import io.ktizo.core.event.Event;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.joda.money.CurrencyUnit;
import org.jspecify.annotations.Nullable;

/**
 * What is done with a Shop from its application to its end. Whether somebody may is decided before,
 * by {@link io.ktizo.core.account.Permissions}; whether the Shop's state allows it, here.
 */
public final class ManagingShop {
  private static final System.Logger LOG = System.getLogger(ManagingShop.class.getName());
  private static final int BATCH = 100;

  /** No holiday ends later. */
  public static final Duration LONGEST = Duration.ofDays(366);

  private final ShopEnvironment host;

  /** Managing with these parts. */
  public ManagingShop(ShopEnvironment host) {
    this.host = host;
  }

  /** What became of a wish to change the state. */
  public sealed interface Outcome {
    /** Done. */
    record Done(Shop shop) implements Outcome {}

    /**
     * Not possible in this state.
     *
     * @param state the Shop's
     * @param possible in which it would be
     */
    record WrongState(ShopState state, Set<ShopState> possible) implements Outcome {}

    /** Steps are left to do first. */
    record NotReady(List<Checklist.Step> open) implements Outcome {}

    /** A reason must be told, or the holiday ends before it begins or after {@link #LONGEST}. */
    record Incomplete(String field) implements Outcome {}
  }

  /**
   * Asks to be let in. Who asks is the first owner.
   *
   * @throws SlugTakenException if another Shop has the slug
   */
  public Shop apply(AccountId owner, String slug, CurrencyUnit currency, Shop.Profile profile) {
    Instant now = host.clock().instant();
    ShopId id = ShopId.FORM.next(host.ids());
    Shop shop =
        new Shop(id, 1, slug, currency, profile, null, "", ShopState.APPLIED, "", null, now, now);
    Member member = new Member(id, owner, ShopRole.OWNER, now);
    host.shops().add(shop, member, List.of(host.event(ShopEvents.APPLIED, id)));
    return shop;
  }

  /**
   * Changes what customers read.
   *
   * @param shop as it was read; its version guards the change
   */
  public Shop changeProfile(Shop shop, Shop.Profile profile) {
    return host.shops().save(shop.withProfile(profile), changed(shop));
  }

  /** Changes who stands behind the Shop; see {@link #changeProfile}. */
  public Shop changeBusiness(Shop shop, Business business) {
    return host.shops().save(shop.withBusiness(business), changed(shop));
  }

  /** Changes the terms of sale; see {@link #changeProfile}. */
  public Shop changeTerms(Shop shop, String terms) {
    return host.shops().save(shop.withTerms(terms), changed(shop));
  }

  private List<Event> changed(Shop shop) {
    return List.of(host.event(ShopEvents.CHANGED, shop.id()));
  }

  /**
   * Goes one way of {@link ShopTransition#TABLE}.
   *
   * @param shop as it was read; its version guards the change
   * @param reason at most 500 characters; empty where none is needed
   * @param until end of a holiday; {@code null} for an open one and for everything else
   * @throws io.ktizo.core.sql.StaleVersionException if somebody else changed it meanwhile
   */
  public Outcome move(Shop shop, ShopTransition.Name name, String reason, @Nullable Instant until) {
    Optional<ShopTransition> possible = ShopTransition.possible(name, shop.state());
    if (possible.isEmpty()) {
      return new Outcome.WrongState(shop.state(), ShopTransition.of(name).from());
    }
    ShopTransition row = possible.get();
    Instant now = host.clock().instant();
    if (row.needsReason() && reason.isBlank()) {
      return new Outcome.Incomplete("reason");
    }
    if (until != null
        && (row.to() != ShopState.ON_HOLIDAY
            || !until.isAfter(now)
            || until.isAfter(now.plus(LONGEST)))) {
      return new Outcome.Incomplete("until");
    }
    if (!row.requires().isEmpty()) {
      List<Checklist.Step> open =
          checklist(shop).open().stream().filter(row.requires()::contains).toList();
      if (!open.isEmpty()) {
        return new Outcome.NotReady(open);
      }
    }
    Shop moved = shop.moved(row, row.needsReason() ? reason.strip() : "", until, now);
    return new Outcome.Done(
        host.shops()
            .save(
                moved,
                host.told(
                    row.event(),
                    shop.id(),
                    Map.of("from", shop.state().name(), "to", row.to().name()))));
  }

  /** What is done and what is left to do. */
  public Checklist checklist(Shop shop) {
    Set<Checklist.Step> done = EnumSet.noneOf(Checklist.Step.class);
    if (!shop.profile().about().isEmpty() && !shop.profile().place().isEmpty()) {
      done.add(Checklist.Step.PROFILE);
    }
    if (shop.business() != null) {
      done.add(Checklist.Step.BUSINESS);
    }
    if (!shop.terms().isBlank()) {
      done.add(Checklist.Step.TERMS);
    }
    if (host.printers().of(shop.id()).stream().anyMatch(Printer::isReady)) {
      done.add(Checklist.Step.PRINTER);
    }
    if (host.materials().of(shop.id()).stream().anyMatch(Material::offered)) {
      done.add(Checklist.Step.MATERIAL);
    }
    if (host.prices().hasPublished(shop.id())) {
      done.add(Checklist.Step.PRICE_LIST);
    }
    if (host.shipping().of(shop.id()).stream().anyMatch(ShippingMethod::offered)) {
      done.add(Checklist.Step.SHIPPING);
    }
    if (host.payouts().ready(shop.id())) {
      done.add(Checklist.Step.PAYOUT);
    }
    return new Checklist(done);
  }

  /**
   * Ends holidays whose time is over; to be called now and then, by any number of instances.
   *
   * @return how many ended
   */
  public int endHolidays() {
    int ended = 0;
    for (Shop shop : host.shops().backFromHoliday(host.clock().instant(), BATCH)) {
      try {
        if (move(shop, ShopTransition.Name.HOLIDAY_ENDS, "", null) instanceof Outcome.Done) {
          ended++;
        }
      } catch (io.ktizo.core.sql.StaleVersionException e) {
        // Another instance or the owner was first; the next turn looks again.
        LOG.log(System.Logger.Level.DEBUG, "{0} was changed meanwhile", shop.id());
      }
    }
    return ended;
  }
}

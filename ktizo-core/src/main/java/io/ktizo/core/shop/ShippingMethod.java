package io.ktizo.core.shop;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.joda.money.Money;
import org.jspecify.annotations.Nullable;

/**
 * How parcels of a Shop reach customers, and what that costs. Amounts are without tax.
 *
 * @param id of the method
 * @param shop whose it is
 * @param version of the row, from 1
 * @param code names it in orders; unique in the Shop
 * @param name for people, at most 100 characters
 * @param kind whether something is sent
 * @param zones where to, at most 50; a country belongs to the first zone that names it. Empty for
 *     pickup
 * @param days between hand-over and arrival, at least and at most
 * @param offered whether customers can choose it
 */
public record ShippingMethod(
    ShippingMethodId id,
    ShopId shop,
    long version,
    String code,
    String name,
    Kind kind,
    List<Zone> zones,
    Days days,
    boolean offered)
    implements ShopItem<ShippingMethodId> {

  /** Whether something is sent. */
  public enum Kind {
    /** A parcel is sent. */
    DELIVERY,
    /** The customer comes for it. It costs nothing. */
    PICKUP
  }

  /**
   * A range of days.
   *
   * @param least 0 to 365
   * @param most at least as many, at most 365
   */
  public record Days(int least, int most) {
    public Days {
      Check.within("days.least", least, 0, 365);
      Check.within("days.most", most, least, 365);
    }
  }

  /**
   * Countries with the same prices.
   *
   * @param countries codes of ISO 3166-1; empty for everywhere
   * @param tiers from small to large, at least one, at most 50: the first that a parcel fits into
   *     counts
   * @param freeAbove value of the goods from which sending costs nothing; {@code null} for never
   */
  public record Zone(Set<String> countries, List<Tier> tiers, @Nullable Money freeAbove) {
    public Zone {
      for (String country : countries) {
        if (!Country.isKnown(country)) {
          throw new IllegalArgumentException("countries are codes of ISO 3166-1");
        }
      }
      countries = Set.copyOf(countries);
      tiers = Check.atMost("tiers", tiers, 50);
      if (tiers.isEmpty()) {
        throw new IllegalArgumentException("a zone has at least one tier");
      }
      if (freeAbove != null && freeAbove.isNegative()) {
        throw new IllegalArgumentException("freeAbove is not negative");
      }
    }

    /** In order. */
    @Override
    public Set<String> countries() {
      return new TreeSet<>(countries);
    }

    boolean covers(String country) {
      return countries.isEmpty() || countries.contains(country);
    }
  }

  /**
   * A price for parcels up to a weight and size.
   *
   * @param upToGrams heaviest parcel, above 0
   * @param upTo longest, middle and shortest side of the largest parcel, mm; {@code null} for any
   * @param price what it costs
   */
  public record Tier(BigDecimal upToGrams, @Nullable Size upTo, Money price) {
    public Tier {
      Check.positive("upToGrams", upToGrams, 10_000_000);
      if (price.isNegative()) {
        throw new IllegalArgumentException("price is not negative");
      }
    }
  }

  /** Sides of a box in any order, mm, above 0. */
  public record Size(BigDecimal x, BigDecimal y, BigDecimal z) {
    public Size {
      Check.positive("size", x, 100_000);
      Check.positive("size", y, 100_000);
      Check.positive("size", z, 100_000);
    }

    /** Whether a box of this size fits into one of that size, turned by quarters. */
    boolean fitsInto(Size other) {
      BigDecimal[] own = {x, y, z};
      BigDecimal[] room = {other.x, other.y, other.z};
      Arrays.sort(own);
      Arrays.sort(room);
      return own[0].compareTo(room[0]) <= 0
          && own[1].compareTo(room[1]) <= 0
          && own[2].compareTo(room[2]) <= 0;
    }
  }

  /**
   * What is to be sent.
   *
   * @param country where to
   * @param grams with packing
   * @param size outside
   * @param goods value of the goods without tax
   */
  public record Parcel(String country, BigDecimal grams, Size size, Money goods) {}

  /** What the method says to a parcel. */
  public sealed interface Offer {
    /** It costs this. */
    record Price(Money amount) implements Offer {}

    /** It is not sent so. */
    record Not(Reason reason) implements Offer {}
  }

  /** Why a parcel is not sent so. */
  public enum Reason {
    /** The method is not offered at present. */
    NOT_OFFERED,
    /** No zone has the country. */
    COUNTRY,
    /** It is too heavy for every tier. */
    WEIGHT,
    /** It is too large for every tier that takes its weight. */
    SIZE
  }

  public ShippingMethod {
    Check.code("code", code);
    name = Check.line("name", name.strip(), 100);
    zones = Check.atMost("zones", zones, 50);
    if (kind == Kind.PICKUP ? !zones.isEmpty() : zones.isEmpty()) {
      throw new IllegalArgumentException("deliveries have zones, pickup has none");
    }
    Optional<Money> first = zones.stream().flatMap(ShippingMethod::amounts).findFirst();
    if (first.isPresent()
        && !zones.stream()
            .flatMap(ShippingMethod::amounts)
            .allMatch(amount -> amount.isSameCurrency(first.get()))) {
      throw new IllegalArgumentException("all amounts have one currency");
    }
  }

  private static java.util.stream.Stream<Money> amounts(Zone zone) {
    return java.util.stream.Stream.concat(
        zone.tiers().stream().map(Tier::price), Optional.ofNullable(zone.freeAbove()).stream());
  }

  /** Whether all amounts are in this currency. */
  public boolean isIn(org.joda.money.CurrencyUnit currency) {
    return zones.stream()
        .flatMap(ShippingMethod::amounts)
        .allMatch(amount -> amount.getCurrencyUnit().equals(currency));
  }

  /** What sending costs. The goods' value must be in the currency of the prices. */
  public Offer offer(Parcel parcel) {
    if (!offered) {
      return new Offer.Not(Reason.NOT_OFFERED);
    }
    if (kind == Kind.PICKUP) {
      return new Offer.Price(Money.zero(parcel.goods().getCurrencyUnit()));
    }
    Optional<Zone> zone = zones.stream().filter(z -> z.covers(parcel.country())).findFirst();
    if (zone.isEmpty()) {
      return new Offer.Not(Reason.COUNTRY);
    }
    Reason reason = Reason.WEIGHT;
    for (Tier tier : zone.get().tiers()) {
      if (parcel.grams().compareTo(tier.upToGrams()) > 0) {
        continue;
      }
      if (tier.upTo() != null && !parcel.size().fitsInto(tier.upTo())) {
        reason = Reason.SIZE;
        continue;
      }
      Money freeAbove = zone.get().freeAbove();
      boolean free = freeAbove != null && !parcel.goods().isLessThan(freeAbove);
      return new Offer.Price(free ? tier.price().multipliedBy(0) : tier.price());
    }
    return new Offer.Not(reason);
  }

  @Override
  public ShippingMethod atVersion(long next) {
    return new ShippingMethod(id, shop, next, code, name, kind, zones, days, offered);
  }
}

package io.ktizo.server.http;

import static io.ktizo.server.http.ItemDoor.AMOUNT;
import static io.ktizo.server.http.ItemDoor.CODE;

import io.ktizo.core.account.Permissions.Action;
import io.ktizo.core.shop.Country;
import io.ktizo.core.shop.ManagingEquipment;
import io.ktizo.core.shop.ShippingMethod;
import io.ktizo.core.shop.ShippingMethodId;
import io.ktizo.core.shop.Shop;
import io.ktizo.core.shop.ShopEnvironment;
import jakarta.validation.Valid;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.Digits;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.Size;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.joda.money.CurrencyUnit;
import org.joda.money.Money;
import org.jspecify.annotations.Nullable;

/** How a Shop's parcels reach customers, and what that costs. */
public final class ShippingEndpoints {
  private static final String METHODS = "/api/v1/shops/{shop}/shipping-methods";
  private static final String METHOD = METHODS + "/{method}";

  private final ShopEnvironment environment;
  private final ManagingEquipment managing;
  private final ItemDoor<ShippingMethodId, ShippingMethod> door;

  /** Over these use cases. */
  public ShippingEndpoints(ShopEnvironment environment, ManagingEquipment managing) {
    this.environment = environment;
    this.managing = managing;
    this.door =
        new ItemDoor<>(
            environment.shops(), environment.shipping(), "method", ShippingMethodId.FORM);
  }

  /** The routes. */
  public List<Route> routes() {
    return List.of(
        Route.get(METHODS, Access.to(Action.SEE_SHOP), this::list),
        Route.post(METHODS, Access.to(Action.CHANGE_SHIPPING), this::add),
        Route.get(METHOD, Access.to(Action.SEE_SHOP), this::read),
        Route.put(METHOD, Access.to(Action.CHANGE_SHIPPING), this::change),
        Route.delete(METHOD, Access.to(Action.CHANGE_SHIPPING), this::remove),
        Route.get(
            "/api/v1/shops/{shop}/shipping-offers", Access.to(Action.SEE_SHOP), this::offers));
  }

  /** Days between hand-over and arrival. */
  record Days(@Min(0) @Max(365) int least, @Min(0) @Max(365) int most) {}

  /** Sides of a parcel in any order, mm. */
  record Sides(
      @Positive
          @DecimalMax(value = "100000", message = ItemDoor.MOST)
          @Digits(integer = 6, fraction = 6)
          BigDecimal x,
      @Positive
          @DecimalMax(value = "100000", message = ItemDoor.MOST)
          @Digits(integer = 6, fraction = 6)
          BigDecimal y,
      @Positive
          @DecimalMax(value = "100000", message = ItemDoor.MOST)
          @Digits(integer = 6, fraction = 6)
          BigDecimal z) {}

  /** A price for parcels up to a weight, and a size if one is told; in the Shop's currency. */
  record Tier(
      @Positive
          @DecimalMax(value = "10000000", message = ItemDoor.MOST)
          @Digits(integer = 8, fraction = 6)
          BigDecimal upToGrams,
      @Nullable @Valid Sides upTo,
      @Pattern(regexp = AMOUNT) String price) {}

  /**
   * Countries with the same prices.
   *
   * @param countries codes of ISO 3166-1; empty for everywhere
   * @param freeAbove value of the goods from which on it costs nothing; {@code null} for never
   */
  record Zone(
      @Size(max = 250) List<@Size(min = 2, max = 2) String> countries,
      @Size(min = 1, max = 50) List<@Valid Tier> tiers,
      @Nullable @Pattern(regexp = AMOUNT) String freeAbove) {}

  /**
   * A method as it is wanted.
   *
   * @param zones {@code null} for pickup
   */
  record Wanted(
      @Pattern(regexp = CODE) @Size(min = 1, max = 64) String code,
      @PlainText @Size(max = 100) String name,
      ShippingMethod.Kind kind,
      @Nullable @Size(max = 50) List<@Valid Zone> zones,
      @Valid Days days,
      boolean offered) {

    ShippingMethod method(ShippingMethodId id, Shop shop, long version) {
      List<ShippingMethod.Zone> all = new ArrayList<>();
      List<Zone> told = zones == null ? List.of() : zones;
      for (int i = 0; i < told.size(); i++) {
        all.add(zone(told.get(i), shop.currency(), "/zones/" + i));
      }
      ShippingMethod.Days span =
          ItemDoor.made("/days", () -> new ShippingMethod.Days(days.least(), days.most()));
      return ItemDoor.made(
          "/zones",
          () -> new ShippingMethod(id, shop.id(), version, code, name, kind, all, span, offered));
    }

    private static ShippingMethod.Zone zone(Zone zone, CurrencyUnit currency, String pointer) {
      for (int i = 0; i < zone.countries().size(); i++) {
        if (!Country.isKnown(zone.countries().get(i))) {
          throw ItemDoor.wrong(
              pointer + "/countries/" + i,
              "unknown-value",
              "This must be a code of ISO 3166-1, such as DE.");
        }
      }
      List<ShippingMethod.Tier> tiers = new ArrayList<>();
      for (int i = 0; i < zone.tiers().size(); i++) {
        Tier tier = zone.tiers().get(i);
        Sides sides = tier.upTo();
        Money price = amount(currency, tier.price(), pointer + "/tiers/" + i + "/price");
        tiers.add(
            ItemDoor.made(
                pointer + "/tiers/" + i,
                () ->
                    new ShippingMethod.Tier(
                        tier.upToGrams(), sides == null ? null : size(sides), price)));
      }
      return ItemDoor.made(
          pointer,
          () ->
              new ShippingMethod.Zone(
                  Set.copyOf(zone.countries()),
                  tiers,
                  zone.freeAbove() == null
                      ? null
                      : amount(currency, zone.freeAbove(), pointer + "/freeAbove")));
    }
  }

  private static ShippingMethod.Size size(Sides sides) {
    return new ShippingMethod.Size(sides.x(), sides.y(), sides.z());
  }

  private static Money amount(CurrencyUnit currency, String digits, String pointer) {
    try {
      return Money.of(currency, new BigDecimal(digits));
    } catch (ArithmeticException e) {
      throw ItemDoor.wrong(pointer, "bad-format", "This has more digits than the currency.");
    }
  }

  /** A method as it is; all amounts are in {@code currency}. */
  record Shown(
      ShippingMethodId id,
      String code,
      String name,
      ShippingMethod.Kind kind,
      String currency,
      List<Zone> zones,
      Days days,
      boolean offered) {
    static Shown of(Shop shop, ShippingMethod method) {
      return new Shown(
          method.id(),
          method.code(),
          method.name(),
          method.kind(),
          shop.currency().getCode(),
          method.zones().stream().map(Shown::zone).toList(),
          ShippingEndpoints.days(method),
          method.offered());
    }

    private static Zone zone(ShippingMethod.Zone zone) {
      return new Zone(
          List.copyOf(zone.countries().stream().sorted().toList()),
          zone.tiers().stream()
              .map(tier -> new Tier(tier.upToGrams(), sides(tier.upTo()), text(tier.price())))
              .toList(),
          zone.freeAbove() == null ? null : text(zone.freeAbove()));
    }

    private static @Nullable Sides sides(ShippingMethod.@Nullable Size size) {
      return size == null ? null : new Sides(size.x(), size.y(), size.z());
    }
  }

  private static Days days(ShippingMethod method) {
    return new Days(method.days().least(), method.days().most());
  }

  private static String text(Money amount) {
    return amount.getAmount().toPlainString();
  }

  private static Answer shown(int status, Shop shop, ShippingMethod method) {
    return Answer.json(status, Shown.of(shop, method)).version(method.version());
  }

  private Answer list(Call call) {
    Shop shop = door.shop(call, Action.SEE_SHOP);
    return door.list(call, shop, method -> Shown.of(shop, method));
  }

  private Answer read(Call call) {
    Shop shop = door.shop(call, Action.SEE_SHOP);
    return shown(200, shop, door.item(call, shop));
  }

  private Answer add(Call call) throws IOException {
    Shop shop = door.openShop(call, Action.CHANGE_SHIPPING);
    ShippingMethod method =
        call.body(Wanted.class).method(ShippingMethodId.FORM.next(environment.ids()), shop, 1);
    ShippingMethod kept = ItemDoor.done(() -> managing.add(shop, method));
    return shown(201, shop, kept)
        .with("Location", "/api/v1/shops/" + shop.id() + "/shipping-methods/" + kept.id());
  }

  private Answer change(Call call) throws IOException {
    Shop shop = door.openShop(call, Action.CHANGE_SHIPPING);
    ShippingMethod before = door.toChange(call, shop);
    ShippingMethod wanted = call.body(Wanted.class).method(before.id(), shop, before.version());
    return shown(200, shop, ItemDoor.done(() -> managing.change(shop, wanted)));
  }

  private Answer remove(Call call) {
    return door.remove(call, Action.CHANGE_SHIPPING, managing::remove, () -> {});
  }

  /**
   * What a method says to a parcel: a price, or why not.
   *
   * @param price in the Shop's currency, without tax; {@code null} if it is not sent so
   * @param days {@code null} if it is not sent so
   * @param reason {@code null} if it is
   */
  record Offer(
      ShippingMethodId method,
      String code,
      String name,
      ShippingMethod.Kind kind,
      String currency,
      @Nullable String price,
      @Nullable Days days,
      ShippingMethod.@Nullable Reason reason) {
    static Offer of(ShippingMethod method, ShippingMethod.Parcel parcel) {
      CurrencyUnit currency = parcel.goods().getCurrencyUnit();
      return switch (method.offer(parcel)) {
        case ShippingMethod.Offer.Price price ->
            new Offer(
                method.id(),
                method.code(),
                method.name(),
                method.kind(),
                currency.getCode(),
                text(price.amount()),
                ShippingEndpoints.days(method),
                null);
        case ShippingMethod.Offer.Not not ->
            new Offer(
                method.id(),
                method.code(),
                method.name(),
                method.kind(),
                currency.getCode(),
                null,
                null,
                not.reason());
      };
    }
  }

  private Answer offers(Call call) {
    Shop shop = door.shop(call, Action.SEE_SHOP);
    String country = call.query("country").orElse("");
    if (!Country.isKnown(country)) {
      throw ItemDoor.wrong(
          "?country", "unknown-value", "This must be a code of ISO 3166-1, such as DE.");
    }
    ShippingMethod.Parcel parcel =
        new ShippingMethod.Parcel(
            country,
            measure(call, "grams"),
            new ShippingMethod.Size(measure(call, "x"), measure(call, "y"), measure(call, "z")),
            goods(call, shop.currency()));
    return door.list(call, shop, method -> Offer.of(method, parcel));
  }

  private static BigDecimal measure(Call call, String name) {
    String text = call.query(name).orElse("");
    if (!text.matches("[0-9]{1,5}(\\.[0-9]{1,6})?") || new BigDecimal(text).signum() == 0) {
      throw ItemDoor.wrong(
          "?" + name, "bad-format", "This must be a number above 0 and below 100000.");
    }
    return new BigDecimal(text);
  }

  private static Money goods(Call call, CurrencyUnit currency) {
    String text = call.query("goods").orElse("");
    if (!text.matches(AMOUNT)) {
      throw ItemDoor.wrong("?goods", "bad-format", "This must be an amount, such as 12.50.");
    }
    return amount(currency, text, "?goods");
  }
}

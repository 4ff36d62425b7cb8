package io.ktizo.server;

import io.ktizo.core.account.AccountId;
import io.ktizo.core.account.EmailAddress;
import io.ktizo.core.account.ShopRole;
import io.ktizo.core.quote.PriceList;
import io.ktizo.core.shop.Business;
import io.ktizo.core.shop.Grams;
import io.ktizo.core.shop.ManagingPrices;
import io.ktizo.core.shop.ManagingShop;
import io.ktizo.core.shop.Material;
import io.ktizo.core.shop.MaterialId;
import io.ktizo.core.shop.Member;
import io.ktizo.core.shop.PostalAddress;
import io.ktizo.core.shop.PrintCalendar;
import io.ktizo.core.shop.Printer;
import io.ktizo.core.shop.PrinterId;
import io.ktizo.core.shop.ShippingMethod;
import io.ktizo.core.shop.ShippingMethodId;
import io.ktizo.core.shop.ShopEnvironment;
import io.ktizo.core.shop.ShopId;
import io.ktizo.core.shop.ShopTransition;
import io.ktizo.core.shop.Spool;
import io.ktizo.core.shop.SpoolId;
import io.ktizo.server.desk.Shop;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Set;
import org.joda.money.CurrencyUnit;
import org.joda.money.Money;
import org.jspecify.annotations.Nullable;

/**
 * Shops of a demo in the database: profile, business, printers, materials, spools, shipping,
 * prices, and an account for each role in the first of them. Each goes the way that a real one
 * goes.
 */
final class DemoData {
  private static final List<Material.Colour> COLOURS =
      List.of(
          new Material.Colour("black", "Black", List.of("1c1c1c")),
          new Material.Colour("white", "White", List.of("f5f5f5")),
          new Material.Colour("orange", "Orange", List.of("f4731c")));

  /** Streets, post codes, countries of the demo Shops; no such businesses exist. */
  private static final List<PostalAddress> ADDRESSES =
      List.of(
          new PostalAddress("Beispielstraße 1", "04109", "Leipzig", "", "DE"),
          new PostalAddress("Voorbeeldkade 2", "3011 AA", "Rotterdam", "", "NL"),
          new PostalAddress("Rue de l’Exemple 3", "69002", "Lyon", "", "FR"));

  private final ShopRoom room;
  private final ShopEnvironment host;
  private final PeopleRoom people;

  DemoData(ShopRoom room, PeopleRoom people) {
    this.room = room;
    this.host = room.environment();
    this.people = people;
  }

  /**
   * Writes the Shops, unless there are any.
   *
   * @param withPeople whether the accounts that everybody knows belong to them; else nobody does
   */
  void write(List<Shop> shops, boolean withPeople) {
    if (!host.shops().list(null, null, 1).isEmpty()) {
      return;
    }
    AccountId owner =
        withPeople
            ? people.openDemoAccount(DemoAccount.of(ShopRole.OWNER))
            : AccountId.FORM.next(host.ids());
    for (int i = 0; i < shops.size(); i++) {
      ShopId id = write(shops.get(i), owner, ADDRESSES.get(i % ADDRESSES.size()));
      if (i == 0 && withPeople) {
        join(id, ShopRole.OPERATOR);
        join(id, ShopRole.FINANCE);
      }
    }
  }

  private void join(ShopId id, ShopRole role) {
    AccountId account = people.openDemoAccount(DemoAccount.of(role));
    io.ktizo.core.shop.Shop shop = host.shops().find(id).orElseThrow();
    host.shops().saveMember(shop, new Member(id, account, role, now()), List.of());
  }

  private ShopId write(Shop example, AccountId owner, PostalAddress address) {
    PriceList prices = example.priceList();
    ManagingShop managing = room.managing();
    io.ktizo.core.shop.Shop shop =
        managing.apply(
            owner,
            example.id(),
            prices.currency(),
            new io.ktizo.core.shop.Shop.Profile(example.name(), example.place(), example.about()));
    shop =
        managing.changeBusiness(
            shop,
            new Business(
                Business.LegalForm.LIMITED_COMPANY,
                example.name() + " (demo)",
                "",
                null,
                address,
                new EmailAddress(example.id() + "@demo.example")));
    shop = managing.changeTerms(shop, "Terms of a demo: nothing here is for sale.");
    for (PriceList.Material material : prices.materials()) {
      write(shop.id(), material);
    }
    for (PriceList.Printer printer : prices.printers()) {
      host.printers().add(printer(shop.id(), printer, address.country()), List.of());
    }
    ship(shop.id(), prices.currency(), address.country());
    publish(shop, prices);
    ManagingShop.Outcome approved = managing.move(shop, ShopTransition.Name.APPROVE, "", null);
    if (!(approved instanceof ManagingShop.Outcome.Done)) {
      throw new IllegalStateException("a demo Shop is not ready: " + approved);
    }
    return shop.id();
  }

  private void publish(io.ktizo.core.shop.Shop shop, PriceList prices) {
    if (!(room.prices().draft(shop, prices) instanceof ManagingPrices.Outcome.Done draft)
        || !(room.prices().publish(shop, draft.version(), null)
            instanceof ManagingPrices.Outcome.Done)) {
      throw new IllegalStateException("the prices of a demo Shop could not be published");
    }
  }

  private void write(ShopId shop, PriceList.Material priced) {
    Material material =
        new Material(
            MaterialId.FORM.next(host.ids()),
            shop,
            1,
            priced.id(),
            priced.name(),
            priced.density(),
            priced.pricePerKilogram(),
            priced.waste(),
            priced.purgeGrams(),
            COLOURS,
            true);
    host.materials().add(material, List.of());
    long grams = 1_000;
    for (Material.Colour colour : COLOURS) {
      room.stock()
          .add(
              new Spool(
                  SpoolId.FORM.next(host.ids()),
                  shop,
                  1,
                  material.id(),
                  colour.code(),
                  material.name() + " " + colour.name(),
                  Grams.of(grams),
                  Grams.ZERO,
                  true,
                  now()),
              List.of());
      grams -= 270;
    }
  }

  private Printer printer(ShopId shop, PriceList.Printer priced, String country) {
    ZoneId zone =
        ZoneId.of(
            switch (country) {
              case "NL" -> "Europe/Amsterdam";
              case "FR" -> "Europe/Paris";
              default -> "Europe/Berlin";
            });
    int units =
        Math.max(1, priced.hoursPerDay().divideToIntegralValue(new BigDecimal(20)).intValue());
    return new Printer(
        PrinterId.FORM.next(host.ids()),
        shop,
        1,
        priced.id(),
        priced.name(),
        priced.process(),
        priced.buildVolume(),
        priced.hourlyRate(),
        priced.power(),
        units,
        PrintCalendar.always(zone),
        priced.settings().stream()
            .map(
                setting ->
                    new Printer.Setting(setting.material(), setting.quality(), setting.profile()))
            .toList(),
        true);
  }

  private void ship(ShopId shop, CurrencyUnit currency, String home) {
    host.shipping()
        .add(
            method(
                shop,
                "parcel",
                "Parcel",
                ShippingMethod.Kind.DELIVERY,
                List.of(
                    zone(Set.of(home), currency, "4.90", "7.90", Money.of(currency, 60)),
                    zone(Set.of(), currency, "14.90", "24.90", null)),
                new ShippingMethod.Days(1, 4)),
            List.of());
    host.shipping()
        .add(
            method(
                shop,
                "pickup",
                "Pickup",
                ShippingMethod.Kind.PICKUP,
                List.of(),
                new ShippingMethod.Days(0, 0)),
            List.of());
  }

  private static ShippingMethod.Zone zone(
      Set<String> countries,
      CurrencyUnit currency,
      String small,
      String large,
      @Nullable Money freeAbove) {
    return new ShippingMethod.Zone(
        countries,
        List.of(
            new ShippingMethod.Tier(
                new BigDecimal(2_000),
                new ShippingMethod.Size(
                    new BigDecimal(350), new BigDecimal(250), new BigDecimal(100)),
                Money.of(currency, new BigDecimal(small))),
            new ShippingMethod.Tier(
                new BigDecimal(20_000), null, Money.of(currency, new BigDecimal(large)))),
        freeAbove);
  }

  private ShippingMethod method(
      ShopId shop,
      String code,
      String name,
      ShippingMethod.Kind kind,
      List<ShippingMethod.Zone> zones,
      ShippingMethod.Days days) {
    return new ShippingMethod(
        ShippingMethodId.FORM.next(host.ids()), shop, 1, code, name, kind, zones, days, true);
  }

  private Instant now() {
    return host.clock().instant();
  }
}

package io.ktizo.core.shop;

import io.ktizo.core.account.AccountId;
import io.ktizo.core.account.EmailAddress;
import io.ktizo.core.id.IdGenerator;
import io.ktizo.core.id.TimeOrderedIds;
import io.ktizo.core.print.FilamentMaterial;
import io.ktizo.core.print.PrinterPreset;
import io.ktizo.core.quote.PriceList;
import io.ktizo.core.quote.PrintProcess;
import io.ktizo.core.store.ShopStores;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Random;
import org.joda.money.CurrencyUnit;
import org.joda.money.Money;

/** A Shop in memory, a clock to be turned, and what a Shop has. */
final class ShopFixtures {
  static final Instant NOON = Instant.parse("2026-12-01T12:00:00Z");
  static final IdGenerator IDS = new TimeOrderedIds(InstantSource.system(), new Random(11));

  Instant now = NOON;
  boolean paid;
  final ShopStores stores = ShopStores.inMemory();
  final ShopEnvironment host =
      new ShopEnvironment(
          stores.shops(),
          stores.printers(),
          stores.materials(),
          stores.shipping(),
          stores.prices(),
          shop -> paid,
          IDS,
          () -> now,
          new Random(12));
  final ManagingShop managing = new ManagingShop(host);
  final AccountId owner = AccountId.FORM.next(IDS);

  Shop anApplication() {
    return anApplication("schichtwerk");
  }

  private Shop anApplication(String slug) {
    return managing.apply(owner, slug, CurrencyUnit.EUR, new Shop.Profile("Schichtwerk", "", ""));
  }

  /** With all that staff want to know. */
  Shop aKnownShop() {
    return aKnownShopNamed("schichtwerk");
  }

  Shop aKnownShopNamed(String slug) {
    Shop shop = anApplication(slug);
    shop = managing.changeProfile(shop, new Shop.Profile("Schichtwerk", "Leipzig", "We print."));
    shop = managing.changeBusiness(shop, aBusiness());
    return managing.changeTerms(shop, "All sales are final, but for the law.");
  }

  Shop anApprovedShop() {
    return ((ManagingShop.Outcome.Done)
            managing.move(aKnownShop(), ShopTransition.Name.APPROVE, "", null))
        .shop();
  }

  static Business aBusiness() {
    return new Business(
        Business.LegalForm.SOLE_TRADER,
        "Erika Example",
        "",
        null,
        new PostalAddress("Straße 1", "04109", "Leipzig", "", "DE"),
        new EmailAddress("shop@example.org"));
  }

  static Printer aPrinter(Shop shop) {
    return new Printer(
        PrinterId.FORM.next(IDS),
        shop.id(),
        1,
        "mk3",
        "MK3",
        PrintProcess.MATERIAL_EXTRUSION,
        PriceList.BuildVolume.of(250, 210, 210),
        new BigDecimal("2.00"),
        PriceList.Power.NONE,
        2,
        PrintCalendar.always(ZoneOffset.UTC),
        List.of(new Printer.Setting("PLA", "standard", profile())),
        true);
  }

  static io.ktizo.core.print.PrintProfile profile() {
    return PrinterPreset.PRUSA_MK3S.profile(FilamentMaterial.PLA);
  }

  static Material aMaterial(Shop shop) {
    return new Material(
        MaterialId.FORM.next(IDS),
        shop.id(),
        1,
        "PLA",
        "PLA",
        new BigDecimal("1.24"),
        new BigDecimal("25.00"),
        BigDecimal.ZERO,
        BigDecimal.ZERO,
        List.of(),
        true);
  }

  static ShippingMethod aPickup(Shop shop) {
    return new ShippingMethod(
        ShippingMethodId.FORM.next(IDS),
        shop.id(),
        1,
        "pickup",
        "Pickup",
        ShippingMethod.Kind.PICKUP,
        List.of(),
        new ShippingMethod.Days(0, 0),
        true);
  }

  /** Prices that charge nothing but for setting up. */
  static PriceList setupOnly(String amount) {
    return PriceList.of("any", "any", CurrencyUnit.EUR)
        .printers(
            new PriceList.Printer(
                "mk3",
                "MK3",
                PrintProcess.MATERIAL_EXTRUSION,
                PriceList.BuildVolume.of(250, 210, 210),
                BigDecimal.ZERO,
                PriceList.Power.NONE,
                BigDecimal.TEN,
                List.of(new PriceList.Setting("PLA", "standard", profile()))))
        .materials(
            new PriceList.Material(
                "PLA",
                "PLA",
                BigDecimal.ZERO,
                new BigDecimal("1.24"),
                BigDecimal.ZERO,
                BigDecimal.ZERO))
        .work(
            new PriceList.Work(
                new BigDecimal(amount),
                BigDecimal.ZERO,
                BigDecimal.ZERO,
                java.time.Duration.ZERO,
                java.time.Duration.ZERO))
        .build();
  }

  static Money eur(String amount) {
    return Money.of(CurrencyUnit.EUR, new BigDecimal(amount));
  }
}

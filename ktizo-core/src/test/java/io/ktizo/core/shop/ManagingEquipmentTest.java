package io.ktizo.core.shop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.ktizo.core.event.Claim;
import io.ktizo.core.event.Event;
import io.ktizo.core.shop.ManagingEquipment.Misfit;
import io.ktizo.core.shop.ManagingEquipment.Outcome;
import io.ktizo.core.sql.StaleVersionException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.joda.money.CurrencyUnit;
import org.joda.money.Money;
import org.junit.jupiter.api.Test;

/** What a Shop has fits together, whoever changes which part of it. */
class ManagingEquipmentTest {
  private final ShopFixtures at = new ShopFixtures();
  private final Stock stock = at.stores.stock();
  private final ManagingEquipment managing = new ManagingEquipment(at.host, stock);
  private final Shop shop = at.anApprovedShop();

  private Material inColours(String... codes) {
    return coloured(ShopFixtures.aMaterial(shop), codes);
  }

  private static Material coloured(Material material, String... codes) {
    return new Material(
        material.id(),
        material.shop(),
        material.version(),
        material.code(),
        material.name(),
        material.density(),
        material.pricePerKilogram(),
        material.waste(),
        material.purgeGrams(),
        java.util.Arrays.stream(codes)
            .map(code -> new Material.Colour(code, code, List.of("000000")))
            .toList(),
        material.offered());
  }

  private Spool spool(Material material, String colour) {
    return new Spool(
        SpoolId.FORM.next(ShopFixtures.IDS),
        shop.id(),
        1,
        material.id(),
        colour,
        "a spool",
        Grams.of(1_000),
        Grams.ZERO,
        true,
        at.now);
  }

  private static <T> T done(Outcome<T> outcome) {
    assertThat(outcome).isInstanceOf(Outcome.Done.class);
    return ((Outcome.Done<T>) outcome).thing();
  }

  private static <T> void assertRefused(Outcome<T> outcome, Misfit why) {
    assertThat(outcome).isEqualTo(new Outcome.Refused<T>(why));
  }

  @Test
  void a_printer_prints_materials_of_its_shop() {
    Printer printer = ShopFixtures.aPrinter(shop);
    assertRefused(managing.add(shop, printer), Misfit.NO_SUCH_MATERIAL);
    assertThat(at.host.printers().of(shop.id())).isEmpty();
    done(managing.add(shop, ShopFixtures.aMaterial(shop)));
    Printer kept = done(managing.add(shop, printer));
    assertThat(done(managing.change(shop, kept)).version()).isEqualTo(2);
    assertThatExceptionOfType(StaleVersionException.class)
        .isThrownBy(() -> managing.remove(shop, kept));
    done(managing.remove(shop, kept.atVersion(2)));
    assertThat(at.host.printers().find(kept.id())).isEmpty();
  }

  @Test
  void a_material_that_is_printed_keeps_its_code_and_stays() {
    Material material = done(managing.add(shop, ShopFixtures.aMaterial(shop)));
    Printer printer = done(managing.add(shop, ShopFixtures.aPrinter(shop)));
    Material renamed =
        new Material(
            material.id(),
            material.shop(),
            1,
            "PLA2",
            material.name(),
            material.density(),
            new BigDecimal("31.00"),
            material.waste(),
            material.purgeGrams(),
            material.colours(),
            false);
    assertRefused(managing.change(shop, material, renamed), Misfit.PRINTED);
    assertRefused(managing.remove(shop, material), Misfit.PRINTED);
    done(managing.remove(shop, printer));
    Material changed = done(managing.change(shop, material, renamed));
    done(managing.remove(shop, changed));
    assertThat(at.host.materials().of(shop.id())).isEmpty();
  }

  @Test
  void a_spool_is_of_a_material_and_colour_that_the_shop_has() {
    Material red = done(managing.add(shop, inColours("red", "blue")));
    assertRefused(managing.add(shop, spool(red, "green")), Misfit.NO_SUCH_COLOUR);
    assertRefused(managing.add(shop, spool(red, "")), Misfit.NO_SUCH_COLOUR);
    assertRefused(managing.add(shop, spool(inColours("red"), "red")), Misfit.NO_SUCH_MATERIAL);
    Shop other = at.aKnownShopNamed("other");
    assertRefused(managing.add(other, spool(red, "red")), Misfit.NO_SUCH_MATERIAL);
    assertThat(stock.levels(null)).isEmpty();
    done(managing.add(shop, spool(red, "red")));
    assertThat(stock.levels(shop.id()))
        .containsExactly(new StockLevel(shop.id(), red.id(), "red", 1, 1_000_000, 0, 1_000_000));
  }

  @Test
  void colours_of_which_there_are_spools_stay_and_so_does_what_was_ever_in_stock() {
    Material red = done(managing.add(shop, inColours("red", "blue")));
    Spool spool = done(managing.add(shop, spool(red, "red")));
    assertRefused(managing.change(shop, red, coloured(red, "blue")), Misfit.IN_STOCK);
    Material onlyRed = done(managing.change(shop, red, coloured(red, "red")));
    Spool away = done(managing.describe(shop, spool.described("put away", false)));
    Material blue = done(managing.change(shop, onlyRed, coloured(onlyRed, "blue")));
    assertThat(away.version()).isEqualTo(2);
    assertRefused(managing.remove(shop, blue), Misfit.IN_STOCK);
  }

  @Test
  void a_material_without_colours_gets_none_while_spools_without_one_are_in_use() {
    Material plain = done(managing.add(shop, ShopFixtures.aMaterial(shop)));
    done(managing.add(shop, spool(plain, "")));
    assertRefused(managing.change(shop, plain, coloured(plain, "red")), Misfit.IN_STOCK);
  }

  @Test
  void weighing_tells_what_is_left_but_never_less_than_is_held() {
    Material plain = done(managing.add(shop, ShopFixtures.aMaterial(shop)));
    Spool spool = done(managing.add(shop, spool(plain, "")));
    stock.hold(
        ReservationId.FORM.next(ShopFixtures.IDS),
        new Stock.Wanted(shop.id(), plain.id(), "", Grams.of(100), 3, "order", null),
        at.now,
        List.of());
    assertRefused(managing.count(shop, spool, new Grams(299_999), "weighed"), Misfit.HELD);
    assertThat(done(managing.count(shop, spool, Grams.of(300), " weighed ")).free())
        .isEqualTo(Grams.ZERO);
    assertThat(stock.movements(spool.id(), 1).getFirst())
        .isEqualTo(
            new StockMovement(
                spool.id(), StockMovement.Kind.COUNTED, -700_000, 0, "weighed", at.now));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> managing.count(shop, spool, Grams.of(300), "two\nlines"));
  }

  @Test
  void shipping_is_paid_in_the_currency_of_the_shop() {
    ShippingMethod yen =
        new ShippingMethod(
            ShippingMethodId.FORM.next(ShopFixtures.IDS),
            shop.id(),
            1,
            "parcel",
            "Parcel",
            ShippingMethod.Kind.DELIVERY,
            List.of(
                new ShippingMethod.Zone(
                    Set.of(),
                    List.of(
                        new ShippingMethod.Tier(
                            BigDecimal.TEN, null, Money.ofMinor(CurrencyUnit.JPY, 500))),
                    null)),
            new ShippingMethod.Days(1, 2),
            true);
    assertRefused(managing.add(shop, yen), Misfit.OTHER_CURRENCY);
    ShippingMethod pickup = done(managing.add(shop, ShopFixtures.aPickup(shop)));
    assertThat(done(managing.change(shop, pickup)).version()).isEqualTo(2);
    done(managing.remove(shop, pickup.atVersion(2)));
  }

  @Test
  void each_change_is_told_of() {
    Material plain = done(managing.add(shop, ShopFixtures.aMaterial(shop)));
    Spool spool = done(managing.add(shop, spool(plain, "")));
    done(managing.describe(shop, spool.described("label", true)));
    done(managing.count(shop, spool, Grams.of(1), "weighed"));
    done(managing.add(shop, ShopFixtures.aPrinter(shop)));
    assertThat(told())
        .filteredOn(type -> type.endsWith("item-changed") || type.endsWith("stock-changed"))
        .containsExactly(
            ShopEvents.ITEM_CHANGED,
            ShopEvents.STOCK_CHANGED,
            ShopEvents.STOCK_CHANGED,
            ShopEvents.STOCK_CHANGED,
            ShopEvents.ITEM_CHANGED);
  }

  private List<String> told() {
    List<String> types = new ArrayList<>();
    Instant lease = at.now.plusSeconds(60);
    for (Claim claim : at.stores.outbox().claim(at.now, lease, 100)) {
      Optional<Event> event = at.stores.outbox().next(claim);
      while (event.isPresent()) {
        types.add(event.get().type());
        if (!at.stores.outbox().delivered(claim, event.get().id(), lease)) {
          break;
        }
        event = at.stores.outbox().next(claim);
      }
    }
    return types;
  }
}

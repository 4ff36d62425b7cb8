package io.ktizo.core.shop;

import static org.assertj.core.api.Assertions.assertThat;

import io.ktizo.core.quote.PriceList;
import java.math.BigDecimal;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** What is left of the published prices when the Shop cannot print all of it. */
class AssortmentTest {
  private final ShopFixtures at = new ShopFixtures();
  private final Shop shop = at.anApprovedShop();
  private final Material pla = ShopFixtures.aMaterial(shop);
  private final Material petg = material("PETG", true);
  private final Printer small = printer("small", List.of(setting("PLA"), setting("PETG")));
  private final Printer large = printer("large", List.of(setting("PLA")));
  private final PriceList published = published();

  private Material material(String code, boolean offered) {
    return new Material(
        MaterialId.FORM.next(ShopFixtures.IDS),
        shop.id(),
        1,
        code,
        code,
        new BigDecimal("1.27"),
        new BigDecimal("30.00"),
        BigDecimal.ZERO,
        BigDecimal.ZERO,
        List.of(),
        offered);
  }

  private static Printer.Setting setting(String material) {
    return new Printer.Setting(material, "standard", ShopFixtures.profile());
  }

  private Printer printer(String code, List<Printer.Setting> settings) {
    return changed(ShopFixtures.aPrinter(shop), code, settings, new BigDecimal("2.00"), true);
  }

  private static Printer changed(
      Printer printer,
      String code,
      List<Printer.Setting> settings,
      BigDecimal rate,
      boolean inService) {
    return new Printer(
        printer.id(),
        printer.shop(),
        printer.version(),
        code,
        printer.name(),
        printer.process(),
        printer.volume(),
        rate,
        printer.power(),
        printer.units(),
        printer.calendar(),
        settings,
        inService);
  }

  private PriceList published() {
    at.host.materials().add(pla, List.of());
    at.host.materials().add(petg, List.of());
    at.host.printers().add(small, List.of());
    at.host.printers().add(large, List.of());
    ManagingPrices prices = new ManagingPrices(at.host, new io.ktizo.core.print.LayerEstimator());
    return ((ManagingPrices.Outcome.Done) prices.draftFromEquipment(shop)).version().prices();
  }

  private java.util.Optional<PriceList> sold(
      List<Printer> printers, List<Material> materials, StockLevel... levels) {
    return Assortment.of(published, printers, materials, List.of(levels));
  }

  private StockLevel level(Material material, String colour, long free) {
    return new StockLevel(shop.id(), material.id(), colour, 1, free, 0, free);
  }

  private static List<String> machines(PriceList list) {
    return list.printers().stream().map(PriceList.Printer::id).toList();
  }

  @Test
  void a_shop_that_can_print_all_of_it_sells_the_published_list_itself() {
    assertThat(sold(List.of(small, large), List.of(pla, petg)).orElseThrow()).isSameAs(published);
    assertThat(sold(List.of(large, small), List.of(petg, pla), level(pla, "red", 1)).orElseThrow())
        .isSameAs(published);
  }

  @Test
  void a_shop_that_keeps_no_equipment_sells_the_list_that_it_published() {
    assertThat(sold(List.of(), List.of()).orElseThrow()).isSameAs(published);
  }

  @Test
  void a_printer_out_of_service_or_removed_or_without_settings_prints_nothing() {
    UnaryOperator<Printer> broken =
        printer ->
            changed(printer, printer.code(), printer.settings(), printer.hourlyRate(), false);
    UnaryOperator<Printer> bare =
        printer -> changed(printer, printer.code(), List.of(), printer.hourlyRate(), true);
    for (List<Printer> printers :
        List.of(
            List.of(large),
            List.of(broken.apply(small), large),
            List.of(bare.apply(small), large))) {
      assertThat(machines(sold(printers, List.of(pla, petg)).orElseThrow()))
          .containsExactly("large");
    }
    assertThat(sold(List.of(), List.of(pla, petg))).isEmpty();
    assertThat(sold(List.of(small, large), List.of())).isEmpty();
  }

  @Test
  void a_material_that_is_not_offered_or_removed_goes_with_its_settings() {
    for (List<Material> materials :
        List.of(List.of(petg), List.of(petg, atPrice(pla, pla.pricePerKilogram(), false)))) {
      PriceList list = sold(List.of(small, large), materials).orElseThrow();
      assertThat(list.materials()).extracting(PriceList.Material::id).containsExactly("PETG");
      assertThat(machines(list)).as("large prints PLA alone").containsExactly("small");
      assertThat(list.printers().getFirst().settings())
          .extracting(PriceList.Setting::material)
          .containsExactly("PETG");
    }
  }

  private static Material atPrice(Material material, BigDecimal price, boolean offered) {
    return new Material(
        material.id(),
        material.shop(),
        material.version(),
        material.code(),
        material.name(),
        material.density(),
        price,
        material.waste(),
        material.purgeGrams(),
        material.colours(),
        offered);
  }

  @Test
  void a_material_is_out_of_stock_when_nothing_is_free_in_any_colour() {
    List<Printer> printers = List.of(small, large);
    List<Material> materials = List.of(pla, petg);
    assertThat(sold(printers, materials, level(pla, "red", 0), level(pla, "blue", 1)).orElseThrow())
        .isSameAs(published);
    PriceList without =
        sold(printers, materials, level(pla, "red", 0), level(pla, "blue", 0)).orElseThrow();
    assertThat(without.material("PLA")).isEmpty();
    assertThat(without.material("PETG")).as("no books are kept of it").isPresent();
    assertThat(sold(printers, materials, level(pla, "red", 0), level(petg, "red", 0))).isEmpty();
  }

  @Test
  void prices_stay_as_published_and_the_build_volume_is_what_it_is() {
    Printer dearer = changed(small, "small", small.settings(), new BigDecimal("99.00"), true);
    Material dear = atPrice(pla, new BigDecimal("99.00"), true);
    assertThat(sold(List.of(dearer, large), List.of(dear, petg)).orElseThrow()).isSameAs(published);

    Printer lower =
        new Printer(
            small.id(),
            small.shop(),
            2,
            "small",
            "another name",
            small.process(),
            PriceList.BuildVolume.of(100, 100, 100),
            small.hourlyRate(),
            small.power(),
            small.units(),
            small.calendar(),
            small.settings(),
            true);
    PriceList list = sold(List.of(lower, large), List.of(pla, petg)).orElseThrow();
    PriceList.Printer shown =
        list.printers().stream().filter(one -> one.id().equals("small")).findFirst().orElseThrow();
    assertThat(shown.buildVolume()).isEqualTo(PriceList.BuildVolume.of(100, 100, 100));
    assertThat(shown.hourlyRate()).isEqualTo(small.hourlyRate());
    assertThat(list.version()).isEqualTo(published.version());
  }

  @Test
  void what_was_set_up_after_publishing_is_sold_with_the_next_version() {
    Material tpu = material("TPU", true);
    Printer newer =
        changed(
            small,
            "small",
            List.of(setting("PLA"), setting("PETG"), setting("TPU")),
            small.hourlyRate(),
            true);
    assertThat(sold(List.of(newer, large), List.of(pla, petg, tpu)).orElseThrow())
        .isSameAs(published);
  }
}

package io.ktizo.core.shop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.ktizo.core.shop.SpoolmanImport.Product;
import io.ktizo.core.shop.SpoolmanImport.Remark;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Reading SpoolmanDB's two forms as its README and {@code filaments.schema.json} (2025) describe
 * them, and importing what was read.
 */
class SpoolmanImportTest {
  /** Each optional field of the schema once. */
  private static final String SOURCE =
      """
      {
        "manufacturer": "Example Works",
        "filaments": [
          {
            "name": "Sturdy {color_name}",
            "material": "PETG",
            "density": 1.27,
            "weights": [
              {"weight": 1000, "spool_weight": 200, "spool_type": "cardboard"},
              {"weight": 5000.0}
            ],
            "diameters": [1.75, 2.85],
            "extruder_temp": 240, "extruder_temp_range": [230, 250],
            "bed_temp": 80, "bed_temp_range": [70, 90],
            "fill": "carbon fiber", "finish": "matte", "pattern": "marble",
            "multi_color_direction": "coaxial", "translucent": false, "glow": true,
            "colors": [
              {"name": "Black", "hex": "000000"},
              {"name": "Day & Night", "hexes": ["FFFFFF", "11223344"]}
            ]
          }
        ]
      }
      """;

  private final ShopFixtures at = new ShopFixtures();
  private final ImportingFilaments importing = new ImportingFilaments(at.host, at.stores.stock());

  @Test
  void each_combination_of_weight_colour_and_diameter_is_a_product() {
    SpoolmanImport.Reading reading = SpoolmanImport.read(SOURCE);

    assertThat(reading.faults()).isEmpty();
    assertThat(reading.unknownFields()).isEmpty();
    assertThat(reading.products()).hasSize(8);
    assertThat(reading.products())
        .contains(
            new Product(
                "/filaments/0/colors/1",
                "Example Works",
                "Sturdy Day & Night",
                "PETG",
                new BigDecimal("1.27"),
                new BigDecimal("2.85"),
                new BigDecimal("1000"),
                new BigDecimal("200"),
                "Day & Night",
                List.of("ffffff", "11223344"),
                Map.of()));
    assertThat(reading.products().stream().filter(product -> product.emptyGrams() == null))
        .as("the large spool does not say what it weighs empty")
        .hasSize(4);
  }

  @Test
  void the_compiled_form_is_a_list_of_products() {
    SpoolmanImport.Reading reading =
        SpoolmanImport.read(
            """
            [
              {"id": "example_petg_black_1000_175_n", "manufacturer": "Example Works",
               "name": "Sturdy Black", "material": "PETG", "density": 1.27, "weight": 1000.0,
               "spool_weight": null, "spool_type": null, "diameter": 1.75, "color_hex": "000000",
               "extruder_temp": null, "bed_temp": 80, "finish": null, "pattern": null,
               "multi_color_direction": null, "translucent": false, "glow": false},
              {"id": "b", "manufacturer": "Example Works", "name": "Two", "material": "PLA",
               "density": 1.24, "weight": 750, "diameter": 1.75, "color_hexes": ["ff0000", "00ff00"]}
            ]
            """);

    assertThat(reading.faults()).isEmpty();
    assertThat(reading.unknownFields()).isEmpty();
    assertThat(reading.products()).extracting(Product::path).containsExactly("/0", "/1");
    assertThat(reading.products())
        .extracting(Product::hexes)
        .containsExactly(List.of("000000"), List.of("ff0000", "00ff00"));
  }

  @Test
  void the_readme_allows_several_codes_in_hex() {
    assertThat(
            SpoolmanImport.read(
                    SOURCE.replace("\"hex\": \"000000\"", "\"hex\": [\"000000\",\"ABCDEF\"]"))
                .products()
                .getFirst()
                .hexes())
        .containsExactly("000000", "abcdef");
  }

  @Test
  void a_fault_costs_one_product_and_tells_where_it_stands_without_what_stands_there() {
    SpoolmanImport.Reading reading =
        SpoolmanImport.read(
            SOURCE
                .replace("\"hex\": \"000000\"", "\"hex\": \"secret\"")
                .replace("\"glow\"", "\"gl/o~w\""));

    assertThat(reading.products())
        .hasSize(4)
        .extracting(Product::colour)
        .containsOnly("Day & Night");
    assertThat(reading.faults()).extracting(Remark::path).containsExactly("/filaments/0/colors/0");
    assertThat(reading.faults().getFirst().message()).contains("hex").doesNotContain("secret");
    assertThat(reading.unknownFields())
        .extracting(Remark::path)
        .containsExactly("/filaments/0/gl~1o~0w");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"density\": 0",
        "\"density\": -1",
        "\"density\": \"1.27\"",
        "\"density\": 31",
        "\"density\": 1e999999999",
        "\"density\": null",
        "\"unlike\": 1",
      })
  void a_filament_without_a_possible_density_is_left_out(String density) {
    SpoolmanImport.Reading reading =
        SpoolmanImport.read(SOURCE.replace("\"density\": 1.27", density));
    assertThat(reading.products()).isEmpty();
    assertThat(reading.faults())
        .extracting(Remark::path)
        .containsExactly("/filaments/0/colors/0", "/filaments/0/colors/1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "{", "null", "7", "{}", "{\"filaments\": 1}", "[] []", "{\"a\":1,\"a\":2}"})
  void what_is_neither_form_is_refused_whole(String text) {
    assertThatExceptionOfType(InvalidJsonException.class)
        .isThrownBy(() -> SpoolmanImport.read(text));
  }

  @Test
  @Timeout(20)
  void long_lists_of_nothing_are_refused_soon() {
    String nothing = "0,".repeat(60_000) + "0";
    assertThatExceptionOfType(InvalidJsonException.class)
        .isThrownBy(() -> SpoolmanImport.read("[" + nothing + "]"));
    assertThatExceptionOfType(InvalidJsonException.class)
        .isThrownBy(
            () ->
                SpoolmanImport.read(
                    "{\"manufacturer\":\"x\",\"filaments\":[{\"weights\":["
                        + nothing
                        + "],\"diameters\":["
                        + nothing
                        + "],\"colors\":["
                        + nothing
                        + "]}]}"));
  }

  // ---- importing ----

  private static List<Product> products() {
    return SpoolmanImport.read(SOURCE).products();
  }

  private Material material(Shop shop, String code) {
    return at.host.materials().of(shop.id()).stream()
        .filter(material -> material.code().equals(code))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void products_become_a_material_its_colours_and_spools() {
    Shop shop = at.anApprovedShop();
    ImportingFilaments.Summary summary = importing.into(shop, products(), true);

    assertThat(summary)
        .isEqualTo(
            new ImportingFilaments.Summary(
                List.of("PETG"), List.of(), List.of("PETG"), 2, 8, List.of()));
    Material petg = material(shop, "PETG");
    assertThat(petg.density()).isEqualByComparingTo("1.27");
    assertThat(petg.offered()).as("nobody said what it costs").isFalse();
    assertThat(petg.colours())
        .extracting(Material.Colour::code)
        .containsExactly("Black", "Day-and-Night");
    assertThat(at.stores.stock().of(shop.id(), null, 100))
        .extracting(Spool::label, spool -> spool.remaining().grams())
        .contains(
            org.assertj.core.groups.Tuple.tuple(
                "Example Works Sturdy Black, 1.75 mm, 1000 g", new BigDecimal("1000")),
            org.assertj.core.groups.Tuple.tuple(
                "Example Works Sturdy Day & Night, 2.85 mm, 5000 g", new BigDecimal("5000")))
        .doesNotHaveDuplicates();
  }

  @Test
  void importing_twice_does_not_double() {
    Shop shop = at.anApprovedShop();
    importing.into(shop, products(), true);
    List<Material> materials = at.host.materials().of(shop.id());
    List<Spool> spools = at.stores.stock().of(shop.id(), null, 100);

    ImportingFilaments.Summary again = importing.into(shop, products(), true);

    assertThat(again)
        .isEqualTo(
            new ImportingFilaments.Summary(
                List.of(),
                List.of(),
                List.of(),
                0,
                0,
                List.of(
                    new Remark("/filaments/0/colors/0", "the Shop has it already"),
                    new Remark("/filaments/0/colors/1", "the Shop has it already"))));
    assertThat(at.host.materials().of(shop.id())).isEqualTo(materials);
    assertThat(at.stores.stock().of(shop.id(), null, 100)).isEqualTo(spools);
  }

  @Test
  void an_empty_spool_that_was_put_away_is_replaced_by_the_next_import() {
    Shop shop = at.anApprovedShop();
    importing.into(shop, products(), true);
    Spool spool = at.stores.stock().of(shop.id(), null, 1).getFirst();
    at.stores.stock().describe(spool.described(spool.label(), false), List.of());

    assertThat(importing.into(shop, products(), true).spools()).isEqualTo(1);
  }

  @Test
  void what_the_shop_has_keeps_its_price_and_density_and_gets_colours() {
    Shop shop = at.anApprovedShop();
    Material own = ShopFixtures.aMaterial(shop);
    at.host.materials().add(own, List.of());
    String pla = SOURCE.replace("PETG", "PLA");

    ImportingFilaments.Summary summary =
        importing.into(shop, SpoolmanImport.read(pla).products(), false);

    assertThat(summary.extended()).containsExactly("PLA");
    assertThat(summary.added()).isEmpty();
    Material after = material(shop, "PLA");
    assertThat(after.density()).isEqualTo(own.density());
    assertThat(after.pricePerKilogram()).isEqualTo(own.pricePerKilogram());
    assertThat(after.colours()).hasSize(2);
    assertThat(at.stores.stock().of(shop.id(), null, 1)).isEmpty();
  }

  @Test
  void the_price_is_that_of_the_cheapest_kilogram_in_the_shops_currency() {
    Shop shop = at.anApprovedShop();
    List<Product> products =
        SpoolmanImport.read(
                """
                [
                  {"manufacturer": "a", "name": "One", "material": "PLA", "density": 1.24,
                   "weight": 750, "diameter": 1.75, "color_hex": "000000",
                   "prices": {"EUR": 20.00, "USD": 1}},
                  {"manufacturer": "a", "name": "Two", "material": "PLA", "density": 1.25,
                   "weight": 2000, "diameter": 1.75, "color_hex": "ffffff",
                   "prices": {"EUR": 50.00}},
                  {"manufacturer": "a", "name": "Slip", "material": "PLA", "density": 1.25,
                   "weight": 0.001, "diameter": 1.75, "color_hex": "ff0000",
                   "prices": {"EUR": 900000}}
                ]
                """)
            .products();
    assertThat(importing.into(shop, products, false).unpriced()).isEmpty();
    // 20.00 / 0.75 kg = 26.67; 50.00 / 2 kg = 25.00.
    assertThat(material(shop, "PLA").pricePerKilogram()).isEqualByComparingTo("25.00");
    assertThat(material(shop, "PLA").density()).isEqualByComparingTo("1.24");
  }

  @Test
  void colours_beyond_what_a_material_can_have_are_told_of_and_not_taken() {
    Shop shop = at.anApprovedShop();
    StringBuilder many = new StringBuilder("[");
    for (int i = 0; i < 202; i++) {
      many.append(i == 0 ? "" : ",")
          .append(
              "{\"manufacturer\":\"a\",\"name\":\"Colour %d\",\"material\":\"PLA\",\"density\":1.24,"
                      .formatted(i)
                  + "\"weight\":1000,\"diameter\":1.75,\"color_hex\":\"000000\"}");
    }
    ImportingFilaments.Summary summary =
        importing.into(shop, SpoolmanImport.read(many + "]").products(), false);
    assertThat(summary.colours()).isEqualTo(200);
    assertThat(summary.skipped()).extracting(Remark::path).containsExactly("/200", "/201");
    assertThat(summary.skipped().getFirst().message()).contains("200 colours");
  }

  @Test
  void two_who_import_the_same_at_the_same_moment_make_one_of_each() throws Exception {
    Shop shop = at.anApprovedShop();
    List<Product> products = products();
    Callable<ImportingFilaments.Summary> one = () -> importing.into(shop, products, false);
    try (ExecutorService pool = Executors.newFixedThreadPool(4)) {
      int added = 0;
      for (Future<ImportingFilaments.Summary> done : pool.invokeAll(List.of(one, one, one, one))) {
        added += done.get().added().size();
      }
      assertThat(added).isEqualTo(1);
    }
    assertThat(at.host.materials().of(shop.id())).hasSize(1);
    assertThat(material(shop, "PETG").colours())
        .extracting(Material.Colour::code)
        .containsExactly("Black", "Day-and-Night");
  }
}

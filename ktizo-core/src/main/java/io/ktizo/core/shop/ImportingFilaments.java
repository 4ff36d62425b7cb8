package io.ktizo.core.shop;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Turns products of SpoolmanDB into materials and colours of a Shop, and spools where it has them.
 *
 * <p>Products with one material name become one material, whose density is that of the first. A
 * material that the Shop has gets the colours that it has not; its prices and density stay. A new
 * one gets the price of the cheapest kilogram told in the Shop's currency; without one it is not
 * offered until somebody sets a price.
 */
public final class ImportingFilaments {
  private static final BigDecimal THOUSAND = BigDecimal.valueOf(1_000);

  private final ShopEnvironment host;
  private final Stock stock;

  /** Importing with these parts. */
  public ImportingFilaments(ShopEnvironment host, Stock stock) {
    this.host = host;
    this.stock = stock;
  }

  /**
   * What an import did.
   *
   * @param added codes of new materials
   * @param extended codes of materials that got colours
   * @param unpriced codes of new materials that are not offered yet
   * @param spools how many spools were added
   */
  public record Summary(
      List<String> added, List<String> extended, List<String> unpriced, int spools) {
    public Summary {
      added = List.copyOf(added);
      extended = List.copyOf(extended);
      unpriced = List.copyOf(unpriced);
    }
  }

  /**
   * Imports.
   *
   * @param spools whether a full spool of each product is added to the stock
   */
  public Summary into(Shop shop, List<SpoolmanImport.Product> products, boolean spools) {
    Map<String, List<SpoolmanImport.Product>> byMaterial = new LinkedHashMap<>();
    for (SpoolmanImport.Product product : products) {
      byMaterial
          .computeIfAbsent(codeOf(product.material()), code -> new ArrayList<>())
          .add(product);
    }
    List<String> added = new ArrayList<>();
    List<String> extended = new ArrayList<>();
    List<String> unpriced = new ArrayList<>();
    int spoolsAdded = 0;
    for (Map.Entry<String, List<SpoolmanImport.Product>> entry : byMaterial.entrySet()) {
      String code = entry.getKey();
      Optional<Material> known =
          host.materials().of(shop.id()).stream()
              .filter(material -> material.code().equals(code))
              .findFirst();
      Material material;
      if (known.isEmpty()) {
        material = created(shop, code, entry.getValue());
        host.materials().add(material, changed(shop, material));
        added.add(code);
        if (!material.offered()) {
          unpriced.add(code);
        }
      } else {
        material = extended(known.get(), entry.getValue());
        if (!material.equals(known.get())) {
          material = host.materials().save(material, changed(shop, material));
          extended.add(code);
        }
      }
      if (spools) {
        for (SpoolmanImport.Product product : entry.getValue()) {
          stock.add(spool(shop, material, product));
          spoolsAdded++;
        }
      }
    }
    return new Summary(added, extended, unpriced, spoolsAdded);
  }

  private List<io.ktizo.core.event.Event> changed(Shop shop, Material material) {
    return host.told(ShopEvents.ITEM_CHANGED, shop.id(), Map.of("item", material.id().toString()));
  }

  private Material created(Shop shop, String code, List<SpoolmanImport.Product> products) {
    SpoolmanImport.Product first = products.getFirst();
    Optional<BigDecimal> price =
        products.stream()
            .filter(product -> product.prices().containsKey(shop.currency().getCode()))
            .map(product -> pricePerKilogram(shop, product))
            .min(BigDecimal::compareTo);
    return extended(
        new Material(
            MaterialId.FORM.next(host.ids()),
            shop.id(),
            1,
            code,
            first.material(),
            first.density(),
            price.orElse(BigDecimal.ZERO),
            BigDecimal.ZERO,
            BigDecimal.ZERO,
            List.of(),
            price.isPresent()),
        products);
  }

  private static BigDecimal pricePerKilogram(Shop shop, SpoolmanImport.Product product) {
    BigDecimal price = product.prices().getOrDefault(shop.currency().getCode(), BigDecimal.ZERO);
    return price
        .multiply(THOUSAND)
        .divide(
            product.grams(), Math.max(shop.currency().getDecimalPlaces(), 0), RoundingMode.HALF_UP);
  }

  private static Material extended(Material material, List<SpoolmanImport.Product> products) {
    Map<String, Material.Colour> colours = new LinkedHashMap<>();
    material.colours().forEach(colour -> colours.put(colour.code(), colour));
    for (SpoolmanImport.Product product : products) {
      if (!product.hexes().isEmpty()) {
        String code = codeOf(product.colour());
        colours.putIfAbsent(code, new Material.Colour(code, product.colour(), product.hexes()));
      }
    }
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
        List.copyOf(colours.values()),
        material.offered());
  }

  private Spool spool(Shop shop, Material material, SpoolmanImport.Product product) {
    String colour = codeOf(product.colour());
    String label = product.manufacturer() + " " + product.name();
    return new Spool(
        SpoolId.FORM.next(host.ids()),
        shop.id(),
        1,
        material.id(),
        material.hasColour(colour) ? colour : "",
        label.length() <= 100 ? label : label.substring(0, label.offsetByCodePoints(0, 50)),
        Grams.atLeast(product.grams()),
        Grams.ZERO,
        true,
        host.clock().instant());
  }

  /** Letters, digits and dashes; what else there is becomes a dash. */
  static String codeOf(String name) {
    Map<String, String> words = new TreeMap<>(Map.of("+", "-plus", "&", "-and"));
    String code = name.strip();
    for (Map.Entry<String, String> word : words.entrySet()) {
      code = code.replace(word.getKey(), word.getValue());
    }
    code =
        java.text.Normalizer.normalize(code, java.text.Normalizer.Form.NFKD)
            .replaceAll("\\p{M}", "")
            .replaceAll("[^A-Za-z0-9.]+", "-")
            .replaceAll("^[-.]+|[-.]+$", "");
    if (code.isEmpty()) {
      return "other-" + Integer.toHexString(name.toLowerCase(Locale.ROOT).hashCode());
    }
    return code.length() <= 64 ? code : code.substring(0, 64);
  }
}

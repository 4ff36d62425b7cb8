package io.ktizo.core.shop;

import io.ktizo.core.sql.StaleVersionException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Turns products of SpoolmanDB into materials and colours of a Shop, and spools where it has them.
 *
 * <p>Products with one material name become one material, whose density is that of the first. A
 * material that the Shop has gets the colours that it has not; its prices and density stay. A new
 * one gets the price of the cheapest kilogram told in the Shop's currency; without one it is not
 * offered until somebody sets a price.
 *
 * <p>Importing twice changes nothing more: what the Shop has is skipped, and that includes a spool
 * in use of the same product, which its label names. An import that fails half-way is finished by
 * the next one.
 */
public final class ImportingFilaments {
  private static final BigDecimal THOUSAND = BigDecimal.valueOf(1_000);

  /** What a material can cost; a price beyond it is a slip of the file. */
  private static final BigDecimal DEAREST = BigDecimal.valueOf(1_000_000);

  private static final int MOST_COLOURS = 200;
  private static final int LABEL = 100;
  private static final int ATTEMPTS = 5;
  private static final int PAGE = 500;

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
   * @param colours how many colours were added
   * @param spools how many spools were added
   * @param skipped products of which nothing was taken, and why, in the order of the file
   */
  public record Summary(
      List<String> added,
      List<String> extended,
      List<String> unpriced,
      int colours,
      int spools,
      List<SpoolmanImport.Remark> skipped) {
    public Summary {
      added = List.copyOf(added);
      extended = List.copyOf(extended);
      unpriced = List.copyOf(unpriced);
      skipped = List.copyOf(skipped);
    }
  }

  /**
   * Imports.
   *
   * @param spools whether a full spool of each product is added to the stock
   * @throws TooManyException if the Shop would have too many materials, and nothing was written; or
   *     too many spools, and no spool was
   */
  public Summary into(Shop shop, List<SpoolmanImport.Product> products, boolean spools) {
    Map<String, List<SpoolmanImport.Product>> byMaterial = new LinkedHashMap<>();
    for (SpoolmanImport.Product product : products) {
      byMaterial
          .computeIfAbsent(codeOf(product.material()), code -> new ArrayList<>())
          .add(product);
    }
    requireRoom(shop, byMaterial.keySet());
    Work work = new Work(shop);
    Map<String, Material> materials = new LinkedHashMap<>();
    byMaterial.forEach((code, group) -> materials.put(code, work.material(code, group)));
    if (spools) {
      work.spools(products, materials);
    }
    return work.summary(products);
  }

  private void requireRoom(Shop shop, Set<String> codes) {
    Set<String> all = new HashSet<>(codes);
    host.materials().of(shop.id()).forEach(material -> all.add(material.code()));
    if (all.size() > ShopItems.MOST_PER_SHOP) {
      throw new TooManyException(shop.id(), ShopItems.MOST_PER_SHOP);
    }
  }

  /** One import. */
  private final class Work {
    private final Shop shop;
    private final List<String> added = new ArrayList<>();
    private final List<String> extended = new ArrayList<>();
    private final List<String> unpriced = new ArrayList<>();
    private final Set<String> taken = new HashSet<>();
    private final Map<String, String> reasons = new HashMap<>();
    private int colours;
    private int spools;

    Work(Shop shop) {
      this.shop = shop;
    }

    /** The material as it is kept afterwards. */
    Material material(String code, List<SpoolmanImport.Product> products) {
      for (int attempt = 1; ; attempt++) {
        try {
          return merged(code, products);
        } catch (CodeTakenException | StaleVersionException e) {
          // Somebody else imports the same at the same moment, or changes it.
          if (attempt == ATTEMPTS) {
            throw e;
          }
        }
      }
    }

    private Material merged(String code, List<SpoolmanImport.Product> products) {
      Optional<Material> known =
          host.materials().of(shop.id()).stream()
              .filter(material -> material.code().equals(code))
              .findFirst();
      Material before = known.orElseGet(() -> created(shop, code, products));
      Map<String, Material.Colour> all = new LinkedHashMap<>();
      before.colours().forEach(colour -> all.put(colour.code(), colour));
      Set<String> came = new HashSet<>();
      for (SpoolmanImport.Product product : products) {
        String colour = codeOf(product.colour());
        if (product.hexes().isEmpty() || all.containsKey(colour)) {
          continue;
        }
        if (all.size() == MOST_COLOURS) {
          reasons.put(
              product.path(),
              "the material has " + MOST_COLOURS + " colours, and can have no more");
        } else {
          all.put(colour, new Material.Colour(colour, product.colour(), product.hexes()));
          came.add(product.path());
        }
      }
      Material after = coloured(before, List.copyOf(all.values()));
      if (known.isEmpty()) {
        host.materials().add(after, changed(shop, after));
        added.add(code);
        came.add(products.getFirst().path());
        if (!after.offered()) {
          unpriced.add(code);
        }
      } else if (!after.equals(before)) {
        after = host.materials().save(after, changed(shop, after));
        extended.add(code);
      }
      colours += after.colours().size() - before.colours().size();
      taken.addAll(came);
      return after;
    }

    void spools(List<SpoolmanImport.Product> products, Map<String, Material> materials) {
      Set<List<String>> there = new HashSet<>();
      SpoolId after = null;
      List<Spool> page;
      int inUse = 0;
      do {
        page = stock.of(shop.id(), after, PAGE);
        for (Spool spool : page) {
          if (spool.inUse()) {
            inUse++;
            there.add(product(spool));
          }
          after = spool.id();
        }
      } while (page.size() == PAGE);
      List<Spool> wanted = new ArrayList<>();
      for (SpoolmanImport.Product product : products) {
        Material material = materials.get(codeOf(product.material()));
        String colour = codeOf(product.colour());
        if (material == null || (!material.colours().isEmpty() && !material.hasColour(colour))) {
          reasons.putIfAbsent(product.path(), "the material has colours, and not this one");
          continue;
        }
        Spool spool = spool(shop, material, product);
        if (there.add(product(spool))) {
          wanted.add(spool);
          taken.add(product.path());
        }
      }
      if (inUse + wanted.size() > Stock.MOST_SPOOLS) {
        throw new TooManyException(shop.id(), Stock.MOST_SPOOLS);
      }
      for (Spool spool : wanted) {
        stock.add(
            spool,
            host.told(ShopEvents.STOCK_CHANGED, shop.id(), Map.of("spool", spool.id().toString())));
        spools++;
      }
    }

    Summary summary(List<SpoolmanImport.Product> products) {
      Map<String, SpoolmanImport.Remark> skipped = new LinkedHashMap<>();
      for (SpoolmanImport.Product product : products) {
        // A colour of a source file is several products; it is skipped if all of them are.
        if (!taken.contains(product.path())) {
          skipped.putIfAbsent(
              product.path(),
              new SpoolmanImport.Remark(
                  product.path(), reasons.getOrDefault(product.path(), "the Shop has it already")));
        }
      }
      return new Summary(added, extended, unpriced, colours, spools, List.copyOf(skipped.values()));
    }
  }

  /** What tells one product's spools from another's. */
  private static List<String> product(Spool spool) {
    return List.of(spool.material().toString(), spool.colour(), spool.label());
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
            .filter(told -> told.compareTo(DEAREST) <= 0)
            .min(BigDecimal::compareTo);
    return new Material(
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
        price.isPresent());
  }

  private static BigDecimal pricePerKilogram(Shop shop, SpoolmanImport.Product product) {
    BigDecimal price = product.prices().getOrDefault(shop.currency().getCode(), BigDecimal.ZERO);
    return price
        .multiply(THOUSAND)
        .divide(
            product.grams(), Math.max(shop.currency().getDecimalPlaces(), 0), RoundingMode.HALF_UP);
  }

  private static Material coloured(Material material, List<Material.Colour> colours) {
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
        colours,
        material.offered());
  }

  private Spool spool(Shop shop, Material material, SpoolmanImport.Product product) {
    String colour = codeOf(product.colour());
    String kind =
        ", "
            + product.diameter().stripTrailingZeros().toPlainString()
            + " mm, "
            + product.grams().stripTrailingZeros().toPlainString()
            + " g";
    String name = product.manufacturer() + " " + product.name();
    int room = LABEL - kind.length();
    String label =
        (name.codePointCount(0, name.length()) <= room
                ? name
                : name.substring(0, name.offsetByCodePoints(0, room)).strip())
            + kind;
    return new Spool(
        SpoolId.FORM.next(host.ids()),
        shop.id(),
        1,
        material.id(),
        material.hasColour(colour) ? colour : "",
        label,
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

package io.ktizo.core.shop;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads filaments in the format of SpoolmanDB (github.com/Donkie/SpoolmanDB, {@code
 * filaments.schema.json} and its README, 2025): a maker's source file ({@code {"manufacturer": …,
 * "filaments": […]}}), in which each combination of weight, diameter and colour is a product; or
 * the compiled {@code filaments.json}, a list of products.
 *
 * <p>Nothing is skipped silently: what cannot be read is reported with its place as a JSON pointer,
 * as are fields that the format does not know. A product with a fault is left out, the others are
 * kept. Temperatures, finish, pattern, fill and the spool's own material are known and not kept: no
 * price depends on them.
 */
public final class SpoolmanImport {
  /** More products are no stock but the whole database. */
  public static final int MOST = 2_000;

  private static final int MOST_TRIED = 4 * MOST;

  private static final Set<String> FILE = Set.of("manufacturer", "filaments");
  private static final Set<String> UNUSED =
      Set.of(
          "extruder_temp",
          "extruder_temp_range",
          "bed_temp",
          "bed_temp_range",
          "fill",
          "finish",
          "multi_color_direction",
          "pattern",
          "translucent",
          "glow");
  private static final Set<String> FILAMENT =
      Set.of("name", "material", "prices", "price", "density", "weights", "diameters", "colors");
  private static final Set<String> PRODUCT =
      Set.of(
          "id",
          "manufacturer",
          "name",
          "material",
          "prices",
          "price",
          "density",
          "weight",
          "spool_weight",
          "spool_type",
          "diameter",
          "color_hex",
          "color_hexes");
  private static final Set<String> WEIGHT = Set.of("weight", "spool_weight", "spool_type");
  private static final Set<String> COLOUR = Set.of("name", "hex", "hexes");

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              com.fasterxml.jackson.core.JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(20)
                          .maxNumberLength(40)
                          .maxStringLength(10_000)
                          .maxNameLength(200)
                          .build())
                  .build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  private final List<Product> products = new ArrayList<>();
  private final Set<Remark> faults = new LinkedHashSet<>();
  private int tried;
  private final List<Remark> unknown = new ArrayList<>();

  private SpoolmanImport() {}

  /**
   * A spool as it is sold.
   *
   * @param path where it stands in the file, as a JSON pointer (RFC 6901): of a source file the
   *     colour
   * @param manufacturer who makes it
   * @param name with the colour's name in it
   * @param material for instance {@code PLA}
   * @param density g/cm³
   * @param diameter of the filament, mm
   * @param grams of filament on a full spool
   * @param emptyGrams weight of the empty spool; {@code null} if it is not told
   * @param colour name of the colour; in a compiled file that of the product
   * @param hexes 6 or 8 small hexadecimal digits each; may be empty
   * @param prices of a spool by currency, as told; may be empty
   */
  public record Product(
      String path,
      String manufacturer,
      String name,
      String material,
      BigDecimal density,
      BigDecimal diameter,
      BigDecimal grams,
      @Nullable BigDecimal emptyGrams,
      String colour,
      List<String> hexes,
      Map<String, BigDecimal> prices) {
    public Product {
      manufacturer = Check.line("manufacturer", manufacturer.strip(), 100);
      name = Check.line("name", name.strip(), 200);
      material = Check.line("material", material.strip(), 64);
      Check.positive("density", density, 30);
      Check.positive("diameter", diameter, 10);
      Check.positive("weight", grams, 1_000_000);
      if (emptyGrams != null) {
        Check.amount("spool_weight", emptyGrams, 1_000_000);
      }
      colour = Check.line("color", colour.strip(), 100);
      hexes = hexes.isEmpty() ? List.of() : new Material.Colour("any", colour, hexes).hexes();
      prices = java.util.Collections.unmodifiableMap(new TreeMap<>(prices));
      prices.forEach((currency, price) -> Check.amount("price", price, 1_000_000));
    }
  }

  /**
   * Something about the file.
   *
   * @param path where, as a JSON pointer (RFC 6901)
   * @param message what
   */
  public record Remark(String path, String message) {}

  /**
   * What was read.
   *
   * @param products in the order of the file
   * @param faults why something was left out
   * @param unknownFields fields that the format does not know
   */
  public record Reading(List<Product> products, List<Remark> faults, List<Remark> unknownFields) {
    public Reading {
      products = List.copyOf(products);
      faults = List.copyOf(faults);
      unknownFields = List.copyOf(unknownFields);
    }
  }

  /**
   * Reads a file.
   *
   * @throws InvalidJsonException if it is no JSON, or neither form
   */
  public static Reading read(String json) {
    JsonNode root;
    try {
      root = MAPPER.readTree(json);
    } catch (JsonProcessingException e) {
      throw refused("", "is no JSON");
    }
    SpoolmanImport reading = new SpoolmanImport();
    if (root.isArray()) {
      reading.compiled(root);
    } else if (root.isObject() && root.path("filaments").isArray()) {
      reading.source(root);
    } else {
      throw refused("", "must be an object with filaments, or a list of products");
    }
    return new Reading(reading.products, List.copyOf(reading.faults), reading.unknown);
  }

  private static InvalidJsonException refused(String path, String message) {
    return new InvalidJsonException(List.of(new InvalidJsonException.Fault(path, message)));
  }

  private void compiled(JsonNode list) {
    for (int i = 0; i < list.size(); i++) {
      String path = "/" + i;
      JsonNode product = list.get(i);
      guarded(
          path,
          () -> {
            notice(path, product, PRODUCT);
            List<String> hexes =
                product.path("color_hexes").isArray()
                    ? texts(product, "color_hexes")
                    : product.path("color_hex").isTextual()
                        ? List.of(text(product, "color_hex"))
                        : List.of();
            add(
                new Product(
                    path,
                    text(product, "manufacturer"),
                    text(product, "name"),
                    text(product, "material"),
                    number(product, "density"),
                    number(product, "diameter"),
                    number(product, "weight"),
                    numberOrNull(product, "spool_weight"),
                    text(product, "name"),
                    hexes,
                    prices(product)));
          });
    }
  }

  private void source(JsonNode file) {
    unknownIn("", file, FILE, Set.of());
    String manufacturer = text(file, "manufacturer");
    JsonNode filaments = file.path("filaments");
    for (int i = 0; i < filaments.size(); i++) {
      String path = "/filaments/" + i;
      JsonNode filament = filaments.get(i);
      guarded(path, () -> filament(path, manufacturer, filament));
    }
  }

  private void filament(String path, String manufacturer, JsonNode filament) {
    notice(path, filament, FILAMENT);
    Map<String, BigDecimal> prices = prices(filament);
    for (int w = 0; w < some(filament, "weights").size(); w++) {
      JsonNode weight = filament.path("weights").get(w);
      String weightPath = path + "/weights/" + w;
      guarded(weightPath, () -> notice(weightPath, weight, WEIGHT));
      for (int d = 0; d < some(filament, "diameters").size(); d++) {
        JsonNode diameter = filament.path("diameters").get(d);
        for (int c = 0; c < some(filament, "colors").size(); c++) {
          JsonNode colour = filament.path("colors").get(c);
          String colourPath = path + "/colors/" + c;
          boolean first = w == 0 && d == 0;
          guarded(
              colourPath,
              () -> {
                if (first) {
                  notice(colourPath, colour, COLOUR);
                }
                String colourName = text(colour, "name");
                if (!diameter.isNumber()) {
                  throw new IllegalArgumentException("diameters must be numbers");
                }
                add(
                    new Product(
                        colourPath,
                        manufacturer,
                        text(filament, "name").replace("{color_name}", colourName),
                        text(filament, "material"),
                        number(filament, "density"),
                        diameter.decimalValue(),
                        number(weight, "weight"),
                        numberOrNull(weight, "spool_weight"),
                        colourName,
                        hexes(colour),
                        prices));
              });
        }
      }
    }
  }

  private void add(Product product) {
    if (products.size() == MOST) {
      throw refused("", "has more than " + MOST + " products");
    }
    products.add(product);
  }

  private void guarded(String path, Runnable work) {
    // Also what is wrong costs time: three long lists of nothing would have billions of products.
    if (++tried > MOST_TRIED) {
      throw refused("", "has more than " + MOST + " products");
    }
    try {
      work.run();
    } catch (InvalidJsonException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      // A colour has the same fault for each weight and diameter.
      faults.add(new Remark(path, String.valueOf(e.getMessage())));
    }
  }

  /** Notes what the format does not know; refuses what is no object. */
  private void notice(String path, JsonNode object, Set<String> known) {
    if (!object.isObject()) {
      throw new IllegalArgumentException("must be an object");
    }
    unknownIn(path, object, known, UNUSED);
  }

  private void unknownIn(String path, JsonNode object, Set<String> known, Set<String> more) {
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      String name = field.getKey();
      if (!known.contains(name) && !more.contains(name) && unknown.size() < MOST) {
        String shown = name.length() <= 64 ? name : name.substring(0, 64) + "…";
        unknown.add(
            new Remark(
                path + "/" + shown.replace("~", "~0").replace("/", "~1"), "unknown to the format"));
      }
    }
  }

  private static JsonNode some(JsonNode object, String field) {
    JsonNode list = object.path(field);
    if (!list.isArray() || list.isEmpty()) {
      throw new IllegalArgumentException(field + " must be a list that is not empty");
    }
    return list;
  }

  private static String text(JsonNode object, String field) {
    JsonNode value = object.path(field);
    if (!value.isTextual()) {
      throw new IllegalArgumentException(field + " must be a text");
    }
    return value.textValue();
  }

  private static List<String> texts(JsonNode object, String field) {
    List<String> texts = new ArrayList<>();
    for (JsonNode value : object.path(field)) {
      if (!value.isTextual()) {
        throw new IllegalArgumentException(field + " must be texts");
      }
      texts.add(value.textValue().toLowerCase(Locale.ROOT));
    }
    return texts;
  }

  /** Several stand in {@code hexes}, and in files after the README's older words in {@code hex}. */
  private static List<String> hexes(JsonNode colour) {
    return colour.path("hexes").isArray()
        ? texts(colour, "hexes")
        : colour.path("hex").isArray() ? texts(colour, "hex") : List.of(text(colour, "hex"));
  }

  private static BigDecimal number(JsonNode object, String field) {
    BigDecimal value = numberOrNull(object, field);
    if (value == null) {
      throw new IllegalArgumentException(field + " must be a number");
    }
    return value;
  }

  private static @Nullable BigDecimal numberOrNull(JsonNode object, String field) {
    JsonNode value = object.path(field);
    if (value.isMissingNode() || value.isNull()) {
      return null;
    }
    if (!value.isNumber()) {
      throw new IllegalArgumentException(field + " must be a number");
    }
    return value.decimalValue();
  }

  private static Map<String, BigDecimal> prices(JsonNode object) {
    JsonNode prices = object.has("prices") ? object.path("prices") : object.path("price");
    Map<String, BigDecimal> read = new LinkedHashMap<>();
    if (prices.isObject()) {
      for (Map.Entry<String, JsonNode> entry : prices.properties()) {
        if (!entry.getKey().matches("[A-Z]{3}") || !entry.getValue().isNumber()) {
          throw new IllegalArgumentException("prices must be numbers by currency");
        }
        read.put(entry.getKey(), entry.getValue().decimalValue());
      }
    } else if (!prices.isMissingNode() && !prices.isNull()) {
      throw new IllegalArgumentException("prices must be an object");
    }
    return read;
  }
}

package io.ktizo.core.shop;

import java.math.BigDecimal;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a Shop prints with.
 *
 * @param id of the material
 * @param shop whose it is
 * @param version of the row, from 1
 * @param code its id in price lists, for instance {@code PLA}; the same for all Shops where it
 *     means the same
 * @param name for people, at most 100 characters
 * @param density in g/cm³, above 0 and at most 30
 * @param pricePerKilogram what a kilogram costs the customer, in the Shop's currency
 * @param waste share that is bought but not sold, 0.05 for 5 %; at most 10
 * @param purgeGrams what is wasted for each part before it is begun, in grams
 * @param colours at most 200
 * @param offered whether it takes part in new price lists
 */
public record Material(
    MaterialId id,
    ShopId shop,
    long version,
    String code,
    String name,
    BigDecimal density,
    BigDecimal pricePerKilogram,
    BigDecimal waste,
    BigDecimal purgeGrams,
    List<Colour> colours,
    boolean offered)
    implements ShopItem<MaterialId> {

  /**
   * A colour in which it is there.
   *
   * @param code unique in the material
   * @param name for people, at most 100 characters
   * @param hexes red, green, blue and perhaps alpha as 6 or 8 small hexadecimal digits; several for
   *     a filament of several colours, at most 16
   */
  public record Colour(String code, String name, List<String> hexes) {
    private static final Pattern HEX = Pattern.compile("[0-9a-f]{6}(?:[0-9a-f]{2})?");

    public Colour {
      Check.code("colour.code", code);
      name = Check.line("colour.name", name.strip(), 100);
      hexes =
          Check.atMost("hexes of a colour", hexes, 16).stream()
              .map(hex -> hex.toLowerCase(Locale.ROOT))
              .toList();
      if (hexes.isEmpty() || !hexes.stream().allMatch(hex -> HEX.matcher(hex).matches())) {
        throw new IllegalArgumentException("a colour has hexes of 6 or 8 hexadecimal digits");
      }
    }
  }

  public Material {
    Check.code("code", code);
    name = Check.line("name", name.strip(), 100);
    Check.positive("density", density, 30);
    Check.amount("pricePerKilogram", pricePerKilogram, 1_000_000);
    Check.amount("waste", waste, 10);
    Check.amount("purgeGrams", purgeGrams, 1_000_000);
    colours = Check.atMost("colours", colours, 200);
    Set<String> seen = new HashSet<>();
    for (Colour colour : colours) {
      if (!seen.add(colour.code())) {
        throw new IllegalArgumentException("two colours of one code");
      }
    }
  }

  /** Whether it is there in this colour. */
  public boolean hasColour(String colour) {
    return colours.stream().anyMatch(known -> known.code().equals(colour));
  }

  @Override
  public Material atVersion(long next) {
    return new Material(
        id, shop, next, code, name, density, pricePerKilogram, waste, purgeGrams, colours, offered);
  }
}

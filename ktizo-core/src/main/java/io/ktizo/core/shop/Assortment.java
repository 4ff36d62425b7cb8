package io.ktizo.core.shop;

import io.ktizo.core.quote.PriceList;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a Shop can sell at the moment: the price list that is in force, without what the Shop cannot
 * print today.
 *
 * <p>Prices and profiles come from the published version alone, so that a quote can be recomputed
 * from it. What is left out or changed is what no price depends on: printers that are not in
 * service or not there any more, settings that a printer no longer has, materials that are not
 * offered or of which nothing is free; and a part is judged by the build volume as it is now.
 *
 * <p>What a Shop keeps no books of is not held against it: of a material of which it never kept a
 * spool it has as much as it likes, and if it keeps neither printers nor materials, its list came
 * from elsewhere and is sold as it is.
 */
public final class Assortment {
  private Assortment() {}

  /**
   * The list as far as it can be sold; the very same one if that is all of it; nothing if that is
   * nothing.
   *
   * @param published the version in force
   * @param printers those of the Shop
   * @param materials those of the Shop
   * @param levels its stock
   */
  public static Optional<PriceList> of(
      PriceList published,
      List<Printer> printers,
      List<Material> materials,
      List<StockLevel> levels) {
    if (printers.isEmpty() && materials.isEmpty()) {
      return Optional.of(published);
    }
    Set<String> sold = sold(materials, levels);
    List<PriceList.Material> keptMaterials =
        published.materials().stream().filter(material -> sold.contains(material.id())).toList();
    Map<String, Printer> byCode = new HashMap<>();
    printers.stream().filter(Printer::isReady).forEach(known -> byCode.put(known.code(), known));
    List<PriceList.Printer> keptPrinters = new ArrayList<>();
    for (PriceList.Printer listed : published.printers()) {
      Printer known = byCode.get(listed.id());
      if (known != null) {
        PriceList.Printer kept = kept(listed, known, sold);
        if (!kept.settings().isEmpty()) {
          keptPrinters.add(kept);
        }
      }
    }
    if (keptPrinters.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        keptPrinters.equals(published.printers()) && keptMaterials.equals(published.materials())
            ? published
            : published.equipped(keptPrinters, keptMaterials));
  }

  /** Codes of materials that are offered and there. */
  private static Set<String> sold(List<Material> materials, List<StockLevel> levels) {
    Map<MaterialId, Long> free =
        levels.stream()
            .collect(
                Collectors.groupingBy(
                    StockLevel::material, Collectors.summingLong(StockLevel::free)));
    Set<String> sold = new HashSet<>();
    for (Material material : materials) {
      Long left = free.get(material.id());
      if (material.offered() && (left == null || left > 0)) {
        sold.add(material.code());
      }
    }
    return sold;
  }

  private static PriceList.Printer kept(
      PriceList.Printer listed, Printer known, Set<String> materials) {
    Set<List<String>> possible = new HashSet<>();
    for (Printer.Setting setting : known.settings()) {
      if (materials.contains(setting.material())) {
        possible.add(List.of(setting.material(), setting.quality()));
      }
    }
    return new PriceList.Printer(
        listed.id(),
        listed.name(),
        listed.process(),
        known.volume(),
        listed.hourlyRate(),
        listed.power(),
        listed.hoursPerDay(),
        listed.settings().stream()
            .filter(setting -> possible.contains(List.of(setting.material(), setting.quality())))
            .toList());
  }
}

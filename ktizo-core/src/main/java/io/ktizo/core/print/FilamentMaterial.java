package io.ktizo.core.print;

import java.util.Locale;
import java.util.Optional;

/**
 * Common materials with the density that counts when a profile has none. Values are typical of
 * unfilled filament; a Shop's own data sheet goes before.
 *
 * <p>Source: densities that Prusa Research states for its own and for generic filaments in the
 * profiles of PrusaSlicer 2.5 ({@code filament_density}); makers' data sheets differ by about 0.03
 * g/cm³.
 */
public enum FilamentMaterial {
  PLA(1.24),
  PETG(1.27),
  ABS(1.04),
  ASA(1.07),
  /** Thermoplastic polyurethane, also called FLEX in slicers. */
  TPU(1.22),
  /** Polyamide, commonly Nylon. */
  PA(1.1),
  /** Polycarbonate. */
  PC(1.2),
  /** Polypropylene. */
  PP(0.91),
  /** High impact polystyrene. */
  HIPS(1.04),
  /** Polyvinyl alcohol, dissolves in water. */
  PVA(1.23);

  private final double density;

  FilamentMaterial(double density) {
    this.density = density;
  }

  /** Density in g/cm³. */
  public double density() {
    return density;
  }

  /** The material that a slicer's word for it means, if it is a common one. */
  public static Optional<FilamentMaterial> named(String word) {
    return switch (word.strip().toUpperCase(Locale.ROOT)) {
      case "PLA", "PLA+" -> Optional.of(PLA);
      case "PETG", "PET", "PETG+" -> Optional.of(PETG);
      case "ABS" -> Optional.of(ABS);
      case "ASA" -> Optional.of(ASA);
      case "TPU", "TPE", "FLEX" -> Optional.of(TPU);
      case "PA", "NYLON", "PA6", "PA12" -> Optional.of(PA);
      case "PC" -> Optional.of(PC);
      case "PP" -> Optional.of(PP);
      case "HIPS" -> Optional.of(HIPS);
      case "PVA" -> Optional.of(PVA);
      default -> Optional.empty();
    };
  }
}

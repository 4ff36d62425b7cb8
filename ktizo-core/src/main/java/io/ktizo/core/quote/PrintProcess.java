package io.ktizo.core.quote;

/** The seven categories of additive manufacturing processes of ISO/ASTM 52900:2021, 3.2. */
public enum PrintProcess {
  /** Filament or pellets through a nozzle. */
  MATERIAL_EXTRUSION("MEX"),
  /** Liquid resin cured by light. */
  VAT_PHOTOPOLYMERIZATION("VPP"),
  /** Powder fused by laser, electron beam or heat. */
  POWDER_BED_FUSION("PBF"),
  /** Droplets of the material itself. */
  MATERIAL_JETTING("MJT"),
  /** Droplets of a binder into powder. */
  BINDER_JETTING("BJT"),
  /** Material melted as it is deposited. */
  DIRECTED_ENERGY_DEPOSITION("DED"),
  /** Sheets bonded to each other. */
  SHEET_LAMINATION("SHL");

  private final String abbreviation;

  PrintProcess(String abbreviation) {
    this.abbreviation = abbreviation;
  }

  /** The standard's abbreviation, three capital letters. */
  public String abbreviation() {
    return abbreviation;
  }
}

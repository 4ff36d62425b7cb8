package io.ktizo.core.quote;

import io.ktizo.core.mesh.LengthUnit;
import java.math.BigDecimal;
import java.util.Locale;

/**
 * Why there is no instant price and the Shop will look: a type for programs, numbers for the
 * expert, a sentence for the customer.
 */
public sealed interface ReviewReason {

  /** Stable across versions, for instance {@code review.not-closed}. */
  String code();

  /** One sentence in plain English. */
  String message();

  /**
   * The surface has holes or contradicts itself, so that inside and outside are not told apart.
   *
   * @param openEdges edges with one triangle
   * @param nonManifoldEdges edges with more triangles than can be paired
   * @param flippedEdges edges whose triangles disagree about the outside
   */
  record NotClosed(long openEdges, long nonManifoldEdges, long flippedEdges)
      implements ReviewReason {
    @Override
    public String code() {
      return "review.not-closed";
    }

    @Override
    public String message() {
      return String.format(
          Locale.ROOT,
          "The surface is not closed: %d open, %d doubtful and %d flipped edges.",
          openEdges,
          nonManifoldEdges,
          flippedEdges);
    }
  }

  /**
   * The model encloses no volume, or is inside out.
   *
   * @param volumeMm3 signed volume in mm³
   */
  record NoVolume(double volumeMm3) implements ReviewReason {
    @Override
    public String code() {
      return "review.no-volume";
    }

    @Override
    public String message() {
      return String.format(Locale.ROOT, "The model encloses no volume (%.1f mm³).", volumeMm3);
    }
  }

  /**
   * Walls are thinner than the printer can make.
   *
   * @param thinnestMm the thinnest wall found, in mm
   * @param leastMm what this printer needs, in mm
   * @param areaShare share of the surface that is too thin, 0 to 1
   */
  record TooThin(double thinnestMm, double leastMm, double areaShare) implements ReviewReason {
    @Override
    public String code() {
      return "review.too-thin";
    }

    @Override
    public String message() {
      return String.format(
          Locale.ROOT,
          "Walls are as thin as %.2f mm where %.2f mm are needed, on %.1f %% of the surface.",
          thinnestMm,
          leastMm,
          100 * areaShare);
    }
  }

  /**
   * The part does not fit the printer as it stands.
   *
   * @param sizeX side of the part in mm
   * @param sizeY side of the part in mm
   * @param sizeZ height of the part in mm
   * @param buildVolume of the printer
   * @param fitsTurned whether it would fit in another orientation, which would change the price
   */
  record DoesNotFit(
      double sizeX,
      double sizeY,
      double sizeZ,
      PriceList.BuildVolume buildVolume,
      boolean fitsTurned)
      implements ReviewReason {
    @Override
    public String code() {
      return fitsTurned ? "review.fits-only-turned" : "review.does-not-fit";
    }

    @Override
    public String message() {
      return String.format(
          Locale.ROOT,
          "The part measures %.1f × %.1f × %.1f mm and the printer takes %s × %s × %s mm%s.",
          sizeX,
          sizeY,
          sizeZ,
          buildVolume.x().toPlainString(),
          buildVolume.y().toPlainString(),
          buildVolume.z().toPlainString(),
          fitsTurned ? "; it fits in another orientation" : "");
    }
  }

  /**
   * The file does not say its unit, and the guess is not sure enough.
   *
   * @param guess the most probable unit
   * @param probability of the guess, 0 to 1
   * @param needed what the Shop asks for, 0 to 1
   */
  record UnsureOfUnits(LengthUnit guess, double probability, BigDecimal needed)
      implements ReviewReason {
    @Override
    public String code() {
      return "review.unsure-of-units";
    }

    @Override
    public String message() {
      return String.format(
          Locale.ROOT,
          "The file does not say its unit of length; %s is %.0f %% probable.",
          guess.name().toLowerCase(Locale.ROOT),
          100 * probability);
    }
  }

  /**
   * A number is beyond what the Shop prices without a look.
   *
   * @param measure which number
   * @param value as it is
   * @param limit as the Shop allows
   */
  record Unusual(Measure measure, BigDecimal value, BigDecimal limit) implements ReviewReason {
    @Override
    public String code() {
      return "review.unusual-" + measure.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public String message() {
      return String.format(
          Locale.ROOT,
          "The %s is %s, and the Shop prices %s %s at once.",
          measure.label,
          measure.written(value),
          measure.least ? "no less than" : "up to",
          measure.written(limit));
    }
  }

  /** Numbers with a limit. */
  enum Measure {
    /** Longest side of the bounding box, mm. */
    SIZE("longest side", "mm", true),
    /** Mass of one part, g. */
    MASS("mass", "g", false),
    /** Printing time of one part, s. */
    TIME("printing time", "s", false),
    /** Copies. */
    QUANTITY("quantity", "", false);

    private final String label;
    private final String unit;
    private final boolean least;

    Measure(String label, String unit, boolean least) {
      this.label = label;
      this.unit = unit;
      this.least = least;
    }

    private String written(BigDecimal value) {
      return unit.isEmpty() ? Derivation.plain(value) : Derivation.plain(value) + " " + unit;
    }
  }

  /**
   * The Shop's list does not have what was asked for.
   *
   * @param kind what kind of choice
   * @param id what was asked for
   */
  record NotOffered(Kind kind, String id) implements ReviewReason {
    /** Kinds of choices. */
    public enum Kind {
      /** Something done after printing, at all or for this material. */
      POST_PROCESSING,
      /** A choice of speed. */
      LEAD_TIME,
      /** Terms agreed with a customer. */
      CUSTOMER_TERMS
    }

    @Override
    public String code() {
      return "review.not-offered";
    }

    @Override
    public String message() {
      return "The Shop's price list does not offer the "
          + kind.name().toLowerCase(Locale.ROOT).replace('_', ' ')
          + " that was asked for.";
    }
  }

  /**
   * The model holds something, or the printer works in a way, that is not priced automatically.
   *
   * @param what stable id, for instance {@code process.vat_photopolymerization}
   */
  record Unsupported(String what) implements ReviewReason {
    @Override
    public String code() {
      return "review.unsupported";
    }

    @Override
    public String message() {
      return "This is not priced automatically: " + what + ".";
    }
  }

  /**
   * The estimator had no answer.
   *
   * @param cause why, in words that a Shop understands
   */
  record NoEstimate(String cause) implements ReviewReason {
    @Override
    public String code() {
      return "review.no-estimate";
    }

    @Override
    public String message() {
      return "Printing time and material could not be estimated.";
    }
  }

  /** The list's rules lead to nothing or less. */
  record NoPrice() implements ReviewReason {
    @Override
    public String code() {
      return "review.no-price";
    }

    @Override
    public String message() {
      return "The Shop's price list gives no price for this.";
    }
  }

  /**
   * The price list is not in force at the moment.
   *
   * @param version of the list
   */
  record NotInForce(int version) implements ReviewReason {
    @Override
    public String code() {
      return "review.not-in-force";
    }

    @Override
    public String message() {
      return "The Shop's price list is not in force at the moment.";
    }
  }
}

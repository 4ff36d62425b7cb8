package io.ktizo.core.quote;

import io.ktizo.core.mesh.LengthUnit;
import java.util.List;

/**
 * What is known of a model before any Shop is asked.
 *
 * @param fileSha256 of the file as it was sent, 64 lower-case hexadecimal digits
 * @param volumeMm3 enclosed volume in mm³
 * @param areaMm2 surface in mm²
 * @param sizeX side of the bounding box as the part will be printed, in mm
 * @param sizeY as {@code sizeX}
 * @param sizeZ height, in mm
 * @param unit the unit that the file's numbers were taken for
 * @param unitProbability how sure that is, 0 to 1; 1 when the format or the customer said so
 * @param reservations why every Shop must look, for instance {@link ReviewReason.NotClosed}
 */
public record ModelFacts(
    String fileSha256,
    double volumeMm3,
    double areaMm2,
    double sizeX,
    double sizeY,
    double sizeZ,
    LengthUnit unit,
    double unitProbability,
    List<ReviewReason> reservations) {

  public ModelFacts {
    Fingerprint.require("file hash", fileSha256);
    measure("area", areaMm2);
    measure("size x", sizeX);
    measure("size y", sizeY);
    measure("size z", sizeZ);
    if (!Double.isFinite(volumeMm3)) {
      throw new IllegalArgumentException("volume must be finite: " + volumeMm3);
    }
    if (!(unitProbability >= 0 && unitProbability <= 1)) {
      throw new IllegalArgumentException("probability must be from 0 to 1: " + unitProbability);
    }
    reservations = List.copyOf(reservations);
  }

  /** The longest side of the bounding box, in mm. */
  public double longestSide() {
    return Math.max(sizeX, Math.max(sizeY, sizeZ));
  }

  private static void measure(String what, double value) {
    if (!(value >= 0 && Double.isFinite(value))) {
      throw new IllegalArgumentException(what + " must be finite and not negative: " + value);
    }
  }
}

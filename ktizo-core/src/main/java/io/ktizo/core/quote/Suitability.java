package io.ktizo.core.quote;

import io.ktizo.core.mesh.MeshReport;
import io.ktizo.core.print.Demands;
import io.ktizo.core.print.Finding;
import io.ktizo.core.print.Fit;
import io.ktizo.core.print.PrintProfile;
import io.ktizo.core.print.Printability;
import java.util.ArrayList;
import java.util.List;

/**
 * What speaks against printing a model on one printer with one profile.
 *
 * <p>Contract: the same arguments give the same reasons in the same order; nothing said means
 * nothing found. Safe for use by many threads.
 */
@FunctionalInterface
public interface Suitability {

  /** The reasons for a look, empty when there are none. */
  List<ReviewReason> of(PriceList.Printer printer, PrintProfile profile);

  /**
   * Judges by what was found out about the part: it must fit as it stands, turned about the
   * vertical by any angle, and its walls must be wide enough for the nozzle.
   *
   * @param report of the same mesh; where it is not watertight walls mean nothing, and are left out
   */
  static Suitability by(Printability printability, MeshReport report) {
    return (printer, profile) -> {
      PriceList.BuildVolume room = printer.buildVolume();
      Demands demands = Demands.of(room.room(), profile);
      List<ReviewReason> reasons = new ArrayList<>();
      Fit fit = printability.fit(demands.volume());
      if (!(fit instanceof Fit.Standing)) {
        reasons.add(
            new ReviewReason.DoesNotFit(
                report.bounds().sizeX(),
                report.bounds().sizeY(),
                report.bounds().sizeZ(),
                room,
                fit instanceof Fit.Turned));
      }
      if (report.watertight()) {
        printability.thinWalls(demands).stream()
            .filter(walls -> walls.severity() == Finding.Severity.WARNING)
            .map(
                walls ->
                    new ReviewReason.TooThin(walls.thinnest(), walls.least(), walls.areaShare()))
            .forEach(reasons::add);
      }
      return reasons;
    };
  }

  /**
   * Judges by the bounding box alone: the part must fit as it stands, turned about the vertical by
   * a quarter at most, or on a plate that is no rectangle by any angle.
   */
  static Suitability byBoundingBox(ModelFacts facts) {
    return (printer, profile) -> {
      PriceList.BuildVolume room = printer.buildVolume();
      List<ReviewReason> reasons = new ArrayList<>();
      if (!stands(room, facts)) {
        reasons.add(
            new ReviewReason.DoesNotFit(facts.sizeX(), facts.sizeY(), facts.sizeZ(), room, false));
      }
      return reasons;
    };
  }

  private static boolean stands(PriceList.BuildVolume room, ModelFacts facts) {
    if (!(room.plate() instanceof PriceList.Plate.Rectangle)) {
      return room.room().holds(facts.sizeX(), facts.sizeY(), facts.sizeZ());
    }
    double width = room.x().doubleValue();
    double depth = room.y().doubleValue();
    boolean straight = facts.sizeX() <= width && facts.sizeY() <= depth;
    boolean turned = facts.sizeX() <= depth && facts.sizeY() <= width;
    return facts.sizeZ() <= room.z().doubleValue() && (straight || turned);
  }
}

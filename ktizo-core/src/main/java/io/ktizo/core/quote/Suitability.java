package io.ktizo.core.quote;

import io.ktizo.core.print.PrintProfile;
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
   * Judges by the bounding box alone: the part must fit as it stands, turned about the vertical by
   * a quarter at most.
   */
  static Suitability byBoundingBox(ModelFacts facts) {
    return (printer, profile) -> {
      PriceList.BuildVolume room = printer.buildVolume();
      double width = room.x().doubleValue();
      double depth = room.y().doubleValue();
      boolean stands = facts.sizeZ() <= room.z().doubleValue();
      boolean straight = facts.sizeX() <= width && facts.sizeY() <= depth;
      boolean turned = facts.sizeX() <= depth && facts.sizeY() <= width;
      List<ReviewReason> reasons = new ArrayList<>();
      if (!(stands && (straight || turned))) {
        reasons.add(
            new ReviewReason.DoesNotFit(facts.sizeX(), facts.sizeY(), facts.sizeZ(), room, false));
      }
      return reasons;
    };
  }
}

package io.ktizo.server.desk;

import io.ktizo.core.mesh.LengthUnit;
import io.ktizo.core.print.PrintEstimate;
import io.ktizo.core.print.PrintEstimator;
import io.ktizo.core.print.PrintProfile;
import io.ktizo.core.quote.Assessment;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What was found out about the models that were asked for last. A customer who tries another
 * quantity, material or Shop asks for the same model again and again; reading, assessing and
 * estimating it give the same each time, and are nearly all of a quote's work.
 *
 * <p>Bounded by the triangles of all models together; those that were not asked for longest go
 * first. Nothing here outlives its row: who looks a model up has found the row before. Safe for use
 * by many threads; two that miss the same model at once both do the work.
 */
final class RecentModels {
  /** With trees and samples some 200 bytes a triangle: 60 MB. */
  private static final int MOST_TRIANGLES = 300_000;

  /** More than the Shops of a large marketplace have; prices that changed leave theirs behind. */
  private static final int MOST_PROFILES = 1_000;

  private final int mostTriangles;
  private final Map<Asked, Known> known = new LinkedHashMap<>(16, 0.75f, true);
  private long triangles;

  private record Asked(DeskId model, @Nullable LengthUnit unit) {}

  RecentModels() {
    this(MOST_TRIANGLES);
  }

  RecentModels(int mostTriangles) {
    this.mostTriangles = mostTriangles;
  }

  /** A model with the estimates that were made of it. */
  static final class Known {
    private final Assessment assessment;
    private final Map<PrintProfile, PrintEstimate> estimates = new ConcurrentHashMap<>();

    private Known(Assessment assessment) {
      this.assessment = assessment;
    }

    Assessment assessment() {
      return assessment;
    }

    /** Asks another estimator for what was not asked before; for this model alone. */
    PrintEstimator remembering(PrintEstimator other) {
      return (mesh, profile) -> {
        PrintEstimate before = estimates.get(profile);
        if (before != null) {
          return before;
        }
        PrintEstimate made = other.estimate(mesh, profile);
        if (estimates.size() < MOST_PROFILES) {
          estimates.put(profile, made);
        }
        return made;
      };
    }
  }

  /** What is known of a model whose numbers are taken for this unit. */
  synchronized Optional<Known> find(DeskId model, @Nullable LengthUnit unit) {
    return Optional.ofNullable(known.get(new Asked(model, unit)));
  }

  /** Remembers a model; one that is too large is not kept. */
  synchronized Known remember(DeskId model, @Nullable LengthUnit unit, Assessment assessment) {
    Known fresh = new Known(assessment);
    int size = size(fresh);
    if (size > mostTriangles) {
      return fresh;
    }
    Known before = known.putIfAbsent(new Asked(model, unit), fresh);
    if (before != null) {
      return before;
    }
    triangles += size;
    Iterator<Known> oldest = known.values().iterator();
    while (triangles > mostTriangles) {
      triangles -= size(oldest.next());
      oldest.remove();
    }
    return fresh;
  }

  private static int size(Known model) {
    return model.assessment.model().mesh().triangleCount();
  }
}

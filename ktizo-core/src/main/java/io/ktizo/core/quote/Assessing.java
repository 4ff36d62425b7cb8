package io.ktizo.core.quote;

import io.ktizo.core.mesh.LengthUnit;
import io.ktizo.core.mesh.Mesh;
import io.ktizo.core.mesh.MeshReport;
import io.ktizo.core.mesh.Model;
import io.ktizo.core.mesh.UnitGuess;
import io.ktizo.core.print.Printability;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The door between a model that was read and {@link Quoting}: measures it, decides on its unit, and
 * notes what speaks against an instant price.
 *
 * <p>The unit is the one that the customer states; else the one that the file declares; else the
 * most probable one. The outcome says which it was ({@link UnitDecision}), and a guess carries its
 * probability into {@link ModelFacts}, where each Shop's limit meets it: nothing is rescaled
 * without being told.
 *
 * <p>The same model and statement give the same assessment on every machine. Whatever the mesh
 * holds, nothing is thrown for it. Safe for use by many threads.
 */
public final class Assessing {
  private static final Assessing STANDARD = new Assessing();

  private Assessing() {}

  /** With the library's own judgement. */
  public static Assessing standard() {
    return STANDARD;
  }

  /**
   * Assesses a model.
   *
   * @param model as it was read
   * @param fileSha256 of the file as it was sent, 64 lower-case hexadecimal digits
   * @param stated the unit of the file's numbers as the customer states it; {@code null} if nobody
   *     asked him. It goes before a unit that the file declares.
   * @throws IllegalArgumentException if the hash is none
   */
  public Assessment assess(Model model, String fileSha256, @Nullable LengthUnit stated) {
    Fingerprint.require("file hash", fileSha256);
    Mesh written = model.mesh();
    MeshReport report = MeshReport.of(written);
    UnitDecision decision = decide(model, report, stated);
    List<ReviewReason> reservations = new ArrayList<>();
    Mesh mesh = written;
    double factor = factor(model.unit(), decision.unit());
    if (factor != 1) {
      if (report.bounds().longestSide() * factor < LARGEST && reach(report) * factor < LARGEST) {
        mesh = written.scaled(factor);
        report = MeshReport.of(mesh);
      } else {
        reservations.add(new ReviewReason.Unsupported("model.size"));
      }
    }
    reservations.addAll(reservations(model, report));
    ModelFacts facts =
        new ModelFacts(
            fileSha256,
            report.volume(),
            report.area(),
            report.bounds().sizeX(),
            report.bounds().sizeY(),
            report.bounds().sizeZ(),
            decision.unit(),
            decision.probability(),
            reservations);
    Printability printability = Printability.of(mesh, report);
    AssessedModel assessed = new AssessedModel(mesh, facts, Suitability.by(printability, report));
    return new Assessment(assessed, report, printability, decision);
  }

  /** Beyond a million kilometres from the origin nothing is printed, nor scaled any further. */
  private static final double LARGEST = 1e12;

  private static double reach(MeshReport report) {
    return Math.max(
        Math.max(Math.abs(report.bounds().minX()), Math.abs(report.bounds().maxX())),
        Math.max(
            Math.max(Math.abs(report.bounds().minY()), Math.abs(report.bounds().maxY())),
            Math.max(Math.abs(report.bounds().minZ()), Math.abs(report.bounds().maxZ()))));
  }

  private static UnitDecision decide(Model model, MeshReport report, @Nullable LengthUnit stated) {
    if (stated != null) {
      return new UnitDecision.Stated(stated);
    }
    LengthUnit declared = model.unit();
    return declared == null
        ? new UnitDecision.Guessed(UnitGuess.of(model.mesh(), report))
        : new UnitDecision.Declared(declared);
  }

  /** A mesh whose file declares its unit is in millimetres already. */
  private static double factor(@Nullable LengthUnit applied, LengthUnit decided) {
    if (applied == decided) {
      return 1;
    }
    return applied == null ? decided.millimetres() : decided.millimetres() / applied.millimetres();
  }

  private static List<ReviewReason> reservations(Model model, MeshReport report) {
    List<ReviewReason> reasons = new ArrayList<>();
    if (!report.watertight()) {
      // Bodies that touch along an edge print well.
      int doubtful = report.nonManifoldEdges().count() - report.touchingEdges();
      reasons.add(
          new ReviewReason.NotClosed(
              report.openEdges().count(), doubtful, report.flippedEdges().count()));
    } else if (!(report.volume() > 0)) {
      reasons.add(new ReviewReason.NoVolume(report.volume()));
    }
    if (model.bodies().stream().mapToInt(Model.Body::plate).distinct().count() > 1) {
      // Plates are printed one after another, each with a start of its own.
      reasons.add(new ReviewReason.Unsupported("model.several-plates"));
    }
    return reasons;
  }
}

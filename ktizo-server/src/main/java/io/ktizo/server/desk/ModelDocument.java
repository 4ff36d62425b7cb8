package io.ktizo.server.desk;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ktizo.core.mesh.BoundingBox;
import io.ktizo.core.mesh.MeshReading;
import io.ktizo.core.mesh.MeshReport;
import io.ktizo.core.mesh.Model;
import io.ktizo.core.mesh.UnitGuess;
import io.ktizo.core.quote.Assessment;
import io.ktizo.core.quote.ReviewReason;
import io.ktizo.core.quote.UnitDecision;
import java.time.Instant;
import java.util.List;

/** What is told of a model, as JSON; its form is schema {@code Model} of the OpenAPI document. */
final class ModelDocument {
  private ModelDocument() {}

  static String of(
      DeskId id,
      String name,
      long bytes,
      Instant received,
      Instant keptUntil,
      MeshReading.Accepted accepted,
      Assessment assessment) {
    Model model = accepted.model();
    ObjectNode document = Json.object();
    document.put("id", id.toString());
    document.put("name", name);
    document.put("sha256", assessment.model().facts().fileSha256());
    document.put("bytes", bytes);
    document.put("received", received.toString());
    document.put("keptUntil", keptUntil.toString());
    document.put("format", model.format().name());
    document.put("bodies", model.bodies().size());
    document.set("unit", unit(assessment.unit()));
    document.set("mesh", mesh(assessment.report()));
    ArrayNode notices = document.putArray("notices");
    for (Model.Notice notice : model.notices()) {
      notices.addObject().put("code", notice.code()).put("message", notice.message());
    }
    document.set("reservations", reasons(assessment.model().facts().reservations()));
    return Json.write(document);
  }

  static ObjectNode unit(UnitDecision decision) {
    ObjectNode unit = Json.object();
    unit.put("name", decision.unit().name());
    unit.put(
        "source",
        switch (decision) {
          case UnitDecision.Stated stated -> "STATED";
          case UnitDecision.Declared declared -> "DECLARED";
          case UnitDecision.Guessed guessed -> "GUESSED";
        });
    unit.put("probability", Json.measure(decision.probability()));
    ArrayNode candidates = unit.putArray("candidates");
    if (decision instanceof UnitDecision.Guessed guessed) {
      for (UnitGuess.Candidate candidate : guessed.guess().candidates()) {
        ObjectNode node = candidates.addObject();
        node.put("name", candidate.unit().name());
        node.put("probability", Json.measure(candidate.probability()));
        node.putArray("sizeMm")
            .add(Json.measure(candidate.sizeXMm()))
            .add(Json.measure(candidate.sizeYMm()))
            .add(Json.measure(candidate.sizeZMm()));
      }
    }
    return unit;
  }

  static ArrayNode reasons(List<ReviewReason> reasons) {
    ArrayNode array = Json.array();
    for (ReviewReason reason : reasons) {
      ObjectNode node = array.addObject();
      node.put("code", reason.code());
      node.put("message", reason.message());
      // The numbers behind the sentence, named as the reason's type names them.
      node.set("details", Json.MAPPER.valueToTree(reason));
    }
    return array;
  }

  private static ObjectNode mesh(MeshReport report) {
    ObjectNode mesh = Json.object();
    mesh.put("triangles", report.faces());
    mesh.put("edges", report.edges());
    mesh.put("shells", report.shellCount());
    mesh.put("volumeMm3", Json.measure(report.volume()));
    mesh.put("areaMm2", Json.measure(report.area()));
    BoundingBox box = report.bounds();
    mesh.putArray("sizeMm")
        .add(Json.measure(box.sizeX()))
        .add(Json.measure(box.sizeY()))
        .add(Json.measure(box.sizeZ()));
    mesh.put("closed", report.closed());
    mesh.put("oriented", report.oriented());
    mesh.put("watertight", report.watertight());
    flagged(mesh, "openEdges", report.openEdges());
    flagged(mesh, "nonManifoldEdges", report.nonManifoldEdges());
    flagged(mesh, "flippedEdges", report.flippedEdges());
    flagged(mesh, "degenerateFaces", report.degenerateFaces());
    flagged(mesh, "duplicateFaces", report.duplicateFaces());
    ArrayNode flaws = mesh.putArray("flaws");
    for (MeshReport.Flaw flaw : report.flaws()) {
      flaws.addObject().put("code", flaw.name()).put("preventsQuote", flaw.preventsQuote());
    }
    return mesh;
  }

  private static void flagged(ObjectNode mesh, String name, MeshReport.Flagged flagged) {
    ObjectNode node = mesh.putObject(name);
    node.put("count", flagged.count());
    ArrayNode faces = node.putArray("faces");
    flagged.faces().forEach(faces::add);
  }
}

package io.ktizo.server.http;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerRequest;
import io.ktizo.core.account.Permissions.Action;
import io.ktizo.core.mesh.Mesh;
import io.ktizo.server.desk.DeskId;
import io.ktizo.server.desk.Intake;
import io.ktizo.server.desk.Models;
import io.ktizo.server.desk.QuoteDesk;
import io.ktizo.server.desk.UploadedModel;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.List;

/** Models: taking them in, and telling and showing what they are. */
public final class ModelEndpoints {
  private static final int STL_HEADER = 84;
  private static final int STL_TRIANGLE = 50;

  private final Intake intake;
  private final Models models;
  private final QuoteDesk desk;

  /** Over these use cases. */
  public ModelEndpoints(Intake intake, Models models, QuoteDesk desk) {
    this.intake = intake;
    this.models = models;
    this.desk = desk;
  }

  /** The routes. */
  public List<Route> routes() {
    return List.of(
        Route.upload("/api/v1/models", Access.to(Action.ASK_QUOTE), this::receive),
        Route.get("/api/v1/models/{id}", Access.to(Action.SEE_QUOTE), this::report),
        Route.get("/api/v1/models/{id}/thumbnail", Access.to(Action.SEE_QUOTE), this::thumbnail),
        Route.get("/api/v1/models/{id}/mesh", Access.to(Action.SEE_QUOTE), this::mesh));
  }

  private Answer receive(Call call) throws IOException {
    call.require(Action.ASK_QUOTE, Standing.anybody());
    ServerRequest request = call.request();
    String name = ModelName.ofQuery(request.query().rawValue());
    String type = Wire.mediaType(request);
    if (type.startsWith("multipart/")) {
      throw new ProblemException(
          Problem.of(
              415,
              "request.unsupported-media-type",
              "The body is of a type that is not taken here.",
              "Send the file itself as the body, not a form; its type does not matter."));
    }
    long length = Wire.contentLength(request);
    if (length > intake.mostBytes()) {
      throw new ProblemException(Wire.tooLarge(intake.mostBytes()));
    }
    return answer(receive(call, name, length));
  }

  /** What became of a file that was taken in. */
  static Answer answer(Intake.Outcome outcome) {
    return switch (outcome) {
      case Intake.Outcome.Kept kept ->
          Answer.json(201, kept.model().report())
              .with("Location", "/api/v1/models/" + kept.model().id());
      case Intake.Outcome.Refused refused ->
          throw new ProblemException(Problem.of(refused.refusal()));
      case Intake.Outcome.NoRoom none ->
          throw new ProblemException(
              Problem.of(
                  507,
                  "server.no-room",
                  "The server has no room for the file.",
                  "Nothing was kept; please try again later."));
    };
  }

  private Intake.Outcome receive(Call call, String name, long length) throws IOException {
    try (InputStream body = call.stream()) {
      return intake.receive(name, length, body);
    } catch (PacedBody.ClientGoneException e) {
      throw new CloseConnectionException("the client went away while it sent a model", e);
    }
  }

  private Answer report(Call call) {
    return Answer.json(200, find(call).report());
  }

  private Answer thumbnail(Call call) throws IOException {
    UploadedModel model = find(call);
    String tag = "\"" + model.fileSha256().substring(0, 32) + "-t1\"";
    if (isKnown(call.request(), tag)) {
      return Answer.nothing(304).with("ETag", tag).keptForAnHour();
    }
    try {
      byte[] png = Files.readAllBytes(models.picture(model.id()));
      return Answer.of(200, "image/png", png).with("ETag", tag).keptForAnHour();
    } catch (NoSuchFileException expired) {
      throw new ProblemException(Problem.noSuch("model"));
    }
  }

  /** In millimetres, in the order of the report's face numbers. */
  private Answer mesh(Call call) {
    UploadedModel model = find(call);
    String tag = "\"" + model.fileSha256().substring(0, 32) + "-m1\"";
    if (isKnown(call.request(), tag)) {
      return Answer.nothing(304).with("ETag", tag).keptForAnHour();
    }
    Mesh mesh =
        desk.mesh(model.id(), null)
            .orElseThrow(() -> new ProblemException(Problem.noSuch("model")));
    long length = STL_HEADER + (long) STL_TRIANGLE * mesh.triangleCount();
    return Answer.written("model/stl", length, out -> writeStl(mesh, out))
        .with("ETag", tag)
        .with("Content-Disposition", "attachment; filename=\"" + model.id() + ".stl\"")
        .keptForAnHour();
  }

  private static void writeStl(Mesh mesh, OutputStream out) throws IOException {
    ByteBuffer header = ByteBuffer.allocate(STL_HEADER).order(ByteOrder.LITTLE_ENDIAN);
    // Not beginning with "solid", which some programs take for the text form.
    header.put("KTIZO binary STL, millimetres".getBytes(StandardCharsets.US_ASCII));
    header.putInt(STL_HEADER - 4, mesh.triangleCount());
    out.write(header.array());
    ByteBuffer triangle = ByteBuffer.allocate(STL_TRIANGLE).order(ByteOrder.LITTLE_ENDIAN);
    for (int face = 0; face < mesh.triangleCount(); face++) {
      // A zero normal lets the program that reads it compute one from the corners.
      triangle.position(12);
      for (int corner = 0; corner < 3; corner++) {
        int vertex = mesh.vertex(face, corner);
        triangle.putFloat(mesh.x(vertex)).putFloat(mesh.y(vertex)).putFloat(mesh.z(vertex));
      }
      out.write(triangle.array());
    }
  }

  /** Whoever knows the id, which cannot be guessed, counts as the one who sent it. */
  private UploadedModel find(Call call) {
    call.require(Action.SEE_QUOTE, Standing.ownIf(true));
    return DeskId.parse(DeskId.Kind.MODEL, call.path("id"))
        .flatMap(models::find)
        .orElseThrow(() -> new ProblemException(Problem.noSuch("model")));
  }

  private static boolean isKnown(ServerRequest request, String tag) {
    return request.headers().first(HeaderNames.IF_NONE_MATCH).orElse("").contains(tag);
  }
}

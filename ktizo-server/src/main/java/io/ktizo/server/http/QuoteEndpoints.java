package io.ktizo.server.http;

import io.ktizo.core.account.Permissions.Action;
import io.ktizo.core.mesh.LengthUnit;
import io.ktizo.core.quote.QuoteRequest;
import io.ktizo.server.desk.DeskId;
import io.ktizo.server.desk.QuoteDesk;
import io.ktizo.server.desk.Shop;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Quotes: asking all Shops at once, and reading again what they said. */
public final class QuoteEndpoints {
  private static final int MOST_IDS = 32;

  private final QuoteDesk desk;

  /** Over this use case. */
  public QuoteEndpoints(QuoteDesk desk) {
    this.desk = desk;
  }

  /** The routes. */
  public List<Route> routes() {
    return List.of(
        Route.post("/api/v1/quotes", Access.to(Action.ASK_QUOTE), this::ask),
        Route.get("/api/v1/quotes/{id}", Access.to(Action.SEE_QUOTE), this::read));
  }

  private Answer ask(Call call) throws IOException {
    call.require(Action.ASK_QUOTE, Standing.anybody());
    JsonFields body = new JsonFields(call.json());
    Optional<DeskId> model =
        body.required("model", text -> DeskId.parse(DeskId.Kind.MODEL, text), "the id of a model");
    int quantity = body.integer("quantity", 1, QuoteRequest.MOST_COPIES, 1);
    List<String> materials = body.ids("materials", MOST_IDS);
    List<String> qualities = body.ids("qualities", MOST_IDS);
    List<String> postProcessing = body.ids("postProcessing", MOST_IDS);
    Optional<String> leadTime = body.id("leadTime");
    Optional<LengthUnit> unit =
        body.optional(
            "unit",
            QuoteEndpoints::unit,
            "one of "
                + String.join(", ", Arrays.stream(LengthUnit.values()).map(Enum::name).toList()));
    List<Shop> shops = shops(body);
    body.throwIfWrong();
    QuoteRequest wanted =
        new QuoteRequest(
            quantity,
            Set.copyOf(materials),
            Set.copyOf(qualities),
            postProcessing,
            leadTime.orElse(null),
            Map.of());
    return switch (desk.quote(model.orElseThrow(), shops, wanted, unit.orElse(null))) {
      case QuoteDesk.Outcome.Issued issued ->
          Answer.json(201, issued.quote().document())
              .with("Location", "/api/v1/quotes/" + issued.quote().id());
      case QuoteDesk.Outcome.NoSuchModel none ->
          throw new ProblemException(
              Problem.invalid(
                  List.of(
                      new Problem.Field(
                          "/model", "model.not-found", "There is no such model any more."))));
      case QuoteDesk.Outcome.Refused refused ->
          throw new ProblemException(Problem.of(refused.refusal()));
    };
  }

  /** The Shops that are named, all if none is. */
  private List<Shop> shops(JsonFields body) {
    List<String> ids = body.ids("shops", MOST_IDS);
    List<Shop> selling = desk.shops();
    for (int i = 0; i < ids.size(); i++) {
      String id = ids.get(i);
      if (selling.stream().noneMatch(shop -> shop.id().equals(id))) {
        body.wrong("shops/" + i, "unknown-value", "There is no such Shop.");
      }
    }
    return ids.isEmpty()
        ? selling
        : selling.stream().filter(shop -> ids.contains(shop.id())).toList();
  }

  private Answer read(Call call) {
    // Whoever knows the id, which cannot be guessed, counts as the one who asked.
    call.require(Action.SEE_QUOTE, Standing.ownIf(true));
    return DeskId.parse(DeskId.Kind.QUOTE, call.path("id"))
        .flatMap(desk::find)
        .map(quote -> Answer.json(200, quote.document()))
        .orElseThrow(() -> new ProblemException(Problem.noSuch("quote")));
  }

  private static Optional<LengthUnit> unit(String name) {
    return Arrays.stream(LengthUnit.values()).filter(unit -> unit.name().equals(name)).findFirst();
  }
}

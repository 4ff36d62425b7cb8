package io.ktizo.server.http;

import static io.ktizo.server.http.ItemDoor.CODE;

import io.ktizo.core.account.Permissions.Action;
import io.ktizo.core.shop.Grams;
import io.ktizo.core.shop.ImportingFilaments;
import io.ktizo.core.shop.InvalidJsonException;
import io.ktizo.core.shop.ManagingEquipment;
import io.ktizo.core.shop.MaterialId;
import io.ktizo.core.shop.Shop;
import io.ktizo.core.shop.ShopEnvironment;
import io.ktizo.core.shop.Spool;
import io.ktizo.core.shop.SpoolId;
import io.ktizo.core.shop.SpoolmanImport;
import io.ktizo.core.shop.Stock;
import io.ktizo.core.shop.StockLevel;
import io.ktizo.core.shop.StockMovement;
import io.ktizo.core.shop.TooManyException;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.Digits;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.PositiveOrZero;
import jakarta.validation.constraints.Size;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A Shop's stock: spools, what is on them, held and free, and how that came about. */
public final class SpoolEndpoints {
  private static final String SPOOLS = "/api/v1/shops/{shop}/spools";
  private static final String SPOOL = SPOOLS + "/{spool}";

  /** A maker's file has some hundred kilobytes at most. */
  private static final int MOST_BYTES = 2 << 20;

  private static final int MOST_TOLD = 500;

  private final ShopEnvironment environment;
  private final Stock stock;
  private final ManagingEquipment managing;
  private final ImportingFilaments importing;
  private final ShopDoor door;
  private final Runnable changed;

  /**
   * Over these use cases.
   *
   * @param changed called when other things may be for sale
   */
  public SpoolEndpoints(
      ShopEnvironment environment, Stock stock, ManagingEquipment managing, Runnable changed) {
    this.environment = environment;
    this.stock = stock;
    this.managing = managing;
    this.importing = new ImportingFilaments(environment, stock);
    this.door = new ShopDoor(environment.shops());
    this.changed = changed;
  }

  /** The routes. */
  public List<Route> routes() {
    return List.of(
        Route.get(SPOOLS, Access.to(Action.SEE_STOCK), this::list),
        Route.post(SPOOLS, Access.to(Action.CHANGE_STOCK), this::add),
        Route.get(SPOOL, Access.to(Action.SEE_STOCK), this::read),
        Route.put(SPOOL, Access.to(Action.CHANGE_STOCK), this::describe),
        Route.post(SPOOL + "/counts", Access.to(Action.CHANGE_STOCK), this::count),
        Route.get(SPOOL + "/movements", Access.to(Action.SEE_STOCK), this::movements),
        Route.get("/api/v1/shops/{shop}/stock", Access.to(Action.SEE_STOCK), this::levels),
        Route.upload(
            "/api/v1/shops/{shop}/filament-imports",
            Access.to(Action.CHANGE_STOCK),
            this::importFilaments));
  }

  /**
   * A spool as it came.
   *
   * @param material id of a material of the Shop
   * @param colour code of one of its colours; {@code null} if it has none
   * @param grams what is on it
   */
  record Wanted(
      @Size(min = 1, max = 64) String material,
      @Nullable @Pattern(regexp = CODE) @Size(min = 1, max = 64) String colour,
      @PlainText @Size(max = 100) String label,
      @PositiveOrZero
          @DecimalMax(value = "1000000", message = ItemDoor.MOST)
          @Digits(integer = 7, fraction = 3)
          BigDecimal grams) {}

  /** What can be changed of it besides its content. */
  record Description(@PlainText @Size(max = 100) String label, boolean inUse) {}

  /** What somebody weighed, without the empty spool, and why. */
  record Weighed(
      @PositiveOrZero
          @DecimalMax(value = "1000000", message = ItemDoor.MOST)
          @Digits(integer = 7, fraction = 3)
          BigDecimal grams,
      @PlainText @Size(max = 100) String reason) {}

  /**
   * A spool.
   *
   * @param grams what is on it, what is held included
   * @param heldGrams what is held for orders
   * @param freeGrams what can be taken
   */
  record Shown(
      SpoolId id,
      MaterialId material,
      @Nullable String colour,
      String label,
      BigDecimal grams,
      BigDecimal heldGrams,
      BigDecimal freeGrams,
      boolean inUse,
      Instant addedAt) {
    static Shown of(Spool spool) {
      return new Shown(
          spool.id(),
          spool.material(),
          spool.colour().isEmpty() ? null : spool.colour(),
          spool.label(),
          spool.remaining().grams(),
          spool.held().grams(),
          spool.free().grams(),
          spool.inUse(),
          spool.addedAt());
    }
  }

  private static Answer shown(int status, Spool spool) {
    return Answer.json(status, Shown.of(spool)).version(spool.version());
  }

  private Answer list(Call call) {
    Shop shop = door.shop(call, Action.SEE_STOCK);
    Page page = call.page();
    return Answer.json(
        200,
        page.of(
            stock.of(shop.id(), page.after().map(SpoolId.FORM::parse).orElse(null), page.fetch()),
            spool -> spool.id().toString(),
            Shown::of,
            call.seal()));
  }

  private Answer add(Call call) throws IOException {
    Shop shop = door.openShop(call, Action.CHANGE_STOCK);
    Wanted wanted = call.body(Wanted.class);
    MaterialId material;
    try {
      material = MaterialId.FORM.parse(wanted.material());
    } catch (IllegalArgumentException e) {
      throw ItemDoor.wrong("/material", "bad-format", "This must be the id of a material.");
    }
    Spool spool =
        ItemDoor.made(
            "",
            () ->
                new Spool(
                    SpoolId.FORM.next(environment.ids()),
                    shop.id(),
                    1,
                    material,
                    wanted.colour() == null ? "" : wanted.colour(),
                    wanted.label(),
                    Grams.atLeast(wanted.grams()),
                    Grams.ZERO,
                    true,
                    call.now()));
    Spool kept = ItemDoor.done(() -> managing.add(shop, spool));
    changed.run();
    return shown(201, kept).with("Location", "/api/v1/shops/" + shop.id() + "/spools/" + kept.id());
  }

  private Spool spool(Call call, Shop shop) {
    return stock
        .find(call.id("spool", SpoolId.FORM))
        .filter(spool -> spool.shop().equals(shop.id()))
        .orElseThrow(() -> new ProblemException(Problem.noSuchThing()));
  }

  private Answer read(Call call) {
    return shown(200, spool(call, door.shop(call, Action.SEE_STOCK)));
  }

  private Answer describe(Call call) throws IOException {
    Shop shop = door.openShop(call, Action.CHANGE_STOCK);
    Spool spool = spool(call, shop);
    call.requireVersion(spool.version());
    Description wanted = call.body(Description.class);
    Spool described =
        ItemDoor.made("/label", () -> spool.described(wanted.label(), wanted.inUse()));
    Spool kept = ItemDoor.done(() -> managing.describe(shop, described));
    changed.run();
    return shown(200, kept);
  }

  /** Needs no version: what was weighed is true whatever somebody else called the spool. */
  private Answer count(Call call) throws IOException {
    Shop shop = door.openShop(call, Action.CHANGE_STOCK);
    Spool spool = spool(call, shop);
    Weighed weighed = call.body(Weighed.class);
    Grams grams = ItemDoor.made("/grams", () -> Grams.atLeast(weighed.grams()));
    Spool kept = ItemDoor.done(() -> managing.count(shop, spool, grams, weighed.reason()));
    changed.run();
    return shown(200, kept);
  }

  /**
   * A movement.
   *
   * @param grams by how much what is on it changed
   * @param heldGrams by how much what is held changed
   * @param reference of the reservation, or why it was weighed; may be empty
   */
  record Movement(
      StockMovement.Kind kind,
      BigDecimal grams,
      BigDecimal heldGrams,
      String reference,
      Instant at) {
    static Movement of(StockMovement movement) {
      return new Movement(
          movement.kind(),
          StockLevel.grams(movement.milligrams()),
          StockLevel.grams(movement.heldMilligrams()),
          movement.reference(),
          movement.at());
    }
  }

  private Answer movements(Call call) {
    Spool spool = spool(call, door.shop(call, Action.SEE_STOCK));
    return Answer.json(
        200,
        call.page().counted(most -> stock.movements(spool.id(), most), Movement::of, call.seal()));
  }

  /** How much there is of a material in a colour. */
  record Level(
      MaterialId material,
      @Nullable String colour,
      int spools,
      BigDecimal grams,
      BigDecimal heldGrams,
      BigDecimal freeGrams) {
    static Level of(StockLevel level) {
      return new Level(
          level.material(),
          level.colour().isEmpty() ? null : level.colour(),
          level.spools(),
          StockLevel.grams(level.remaining()),
          StockLevel.grams(level.held()),
          StockLevel.grams(level.free()));
    }
  }

  private Answer levels(Call call) {
    Shop shop = door.shop(call, Action.SEE_STOCK);
    return Answer.json(
        200,
        call.page()
            .slice(
                stock.levels(shop.id()),
                level -> level.material() + " " + level.colour(),
                Level::of,
                call.seal()));
  }

  /**
   * What an import did.
   *
   * @param materials codes of new materials
   * @param extended codes of materials that got colours
   * @param unpriced codes of new materials that are not offered until somebody sets a price
   * @param colours how many colours were added
   * @param spools how many spools were added
   * @param skipped of what nothing was taken, and why, the first 500
   * @param unknown members that the format does not know, the first 500
   */
  record Report(
      List<String> materials,
      List<String> extended,
      List<String> unpriced,
      int colours,
      int spools,
      List<Skipped> skipped,
      List<String> unknown) {}

  /** Something of which nothing was taken; where it stands, as a JSON pointer. */
  record Skipped(String pointer, String reason) {
    static Skipped of(SpoolmanImport.Remark remark) {
      return new Skipped(remark.path(), remark.message());
    }
  }

  private static SpoolmanImport.Reading reading(String text) {
    try {
      return SpoolmanImport.read(text);
    } catch (InvalidJsonException e) {
      throw new ProblemException(
          Problem.invalid(
              e.faults().stream()
                  .map(
                      fault ->
                          new Problem.Field(
                              fault.path(), "invalid", "This " + fault.message() + "."))
                  .toList()));
    }
  }

  private Answer importFilaments(Call call) throws IOException {
    Shop shop = door.openShop(call, Action.CHANGE_STOCK);
    boolean spools =
        switch (call.query("spools").orElse("false")) {
          case "true" -> true;
          case "false" -> false;
          default -> throw ItemDoor.wrong("?spools", "bad-format", "This must be true or false.");
        };
    Wire.requireJson(call.request());
    SpoolmanImport.Reading reading = reading(ShopDoor.text(call, MOST_BYTES));
    ImportingFilaments.Summary summary;
    try {
      summary = importing.into(shop, reading.products(), spools);
    } catch (TooManyException e) {
      throw ItemDoor.tooMany(e);
    }
    changed.run();
    return Answer.json(
        200,
        new Report(
            summary.added(),
            summary.extended(),
            summary.unpriced(),
            summary.colours(),
            summary.spools(),
            java.util.stream.Stream.concat(reading.faults().stream(), summary.skipped().stream())
                .limit(MOST_TOLD)
                .map(Skipped::of)
                .toList(),
            reading.unknownFields().stream()
                .limit(MOST_TOLD)
                .map(SpoolmanImport.Remark::path)
                .toList()));
  }
}

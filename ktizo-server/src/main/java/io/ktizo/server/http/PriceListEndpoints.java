package io.ktizo.server.http;

import io.ktizo.core.account.Permissions.Action;
import io.ktizo.core.quote.PriceList;
import io.ktizo.core.shop.ManagingPrices;
import io.ktizo.core.shop.PriceListFixedException;
import io.ktizo.core.shop.PriceListId;
import io.ktizo.core.shop.PriceListVersion;
import io.ktizo.core.shop.PriceLists;
import io.ktizo.core.shop.Shop;
import io.ktizo.core.shop.ShopJson;
import io.ktizo.core.shop.Shops;
import io.ktizo.core.shop.TooManyException;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A Shop's prices: drafts, versions, and from when on they are in force. */
public final class PriceListEndpoints {
  private static final String LISTS = "/api/v1/shops/{shop}/price-lists";
  private static final String LIST = LISTS + "/{priceList}";

  private final ShopDoor door;
  private final PriceLists lists;
  private final ManagingPrices managing;
  private final Runnable changed;

  /**
   * Over these use cases.
   *
   * @param changed called when other prices may be in force
   */
  public PriceListEndpoints(
      Shops shops, PriceLists lists, ManagingPrices managing, Runnable changed) {
    this.door = new ShopDoor(shops);
    this.lists = lists;
    this.managing = managing;
    this.changed = changed;
  }

  /** The routes. */
  public List<Route> routes() {
    return List.of(
        Route.get(LISTS, Access.to(Action.SEE_PRICE_LISTS), this::list),
        Route.upload(LISTS, Access.to(Action.CHANGE_PRICE_LISTS), this::draft),
        Route.post(
            "/api/v1/shops/{shop}/price-list-drafts",
            Access.to(Action.CHANGE_PRICE_LISTS),
            this::draftFromEquipment),
        Route.get(LIST, Access.to(Action.SEE_PRICE_LISTS), this::read),
        Route.put(LIST, Access.to(Action.CHANGE_PRICE_LISTS), this::change),
        Route.delete(LIST, Access.to(Action.CHANGE_PRICE_LISTS), this::discard),
        Route.post(LIST + "/publication", Access.to(Action.CHANGE_PRICE_LISTS), this::publish)
            .asOne(),
        Route.delete(LIST + "/publication", Access.to(Action.CHANGE_PRICE_LISTS), this::withdraw));
  }

  /** A version in a list. */
  record Head(PriceListId id, int number, @Nullable Instant from, Instant createdAt) {}

  private Answer list(Call call) {
    Shop shop = door.shop(call, Action.SEE_PRICE_LISTS);
    Page page = call.page();
    int below = page.after().map(Integer::parseInt).orElse(Integer.MAX_VALUE);
    return Answer.json(
        200,
        page.of(
            lists.of(shop.id(), below, page.fetch()),
            version -> Integer.toString(version.number()),
            version ->
                new Head(version.id(), version.number(), version.from(), version.createdAt()),
            call.seal()));
  }

  private Answer draft(Call call) throws IOException {
    Shop shop = door.shop(call, Action.CHANGE_PRICE_LISTS);
    PriceList prices = ShopDoor.prices(ShopDoor.document(call), "");
    return begun(shop, () -> managing.draft(shop, prices));
  }

  private Answer draftFromEquipment(Call call) {
    Shop shop = door.shop(call, Action.CHANGE_PRICE_LISTS);
    return begun(shop, () -> managing.draftFromEquipment(shop));
  }

  private static Answer begun(Shop shop, Supplier<ManagingPrices.Outcome> work) {
    PriceListVersion version;
    try {
      version = done(work.get());
    } catch (TooManyException e) {
      throw ItemDoor.tooMany(e);
    }
    return shown(201, version)
        .with("Location", "/api/v1/shops/" + shop.id() + "/price-lists/" + version.id());
  }

  private static PriceListVersion done(ManagingPrices.Outcome outcome) {
    return switch (outcome) {
      case ManagingPrices.Outcome.Done done -> done.version();
      case ManagingPrices.Outcome.WrongCurrency other ->
          throw new ProblemException(
              Problem.invalid(
                  List.of(
                      new Problem.Field(
                          "/currency", "unknown-value", "This must be the Shop's currency."))));
      case ManagingPrices.Outcome.WrongMoment other ->
          throw new ProblemException(
              Problem.invalid(
                  List.of(
                      new Problem.Field(
                          "/from",
                          "out-of-range",
                          "This must not be past, nor the beginning of another version."))));
      case ManagingPrices.Outcome.NothingToPrint nothing ->
          throw new ProblemException(
              Problem.conflict(
                  "price-list.nothing-to-print",
                  "No printer in service prints a material that is offered.",
                  ""));
    };
  }

  private PriceListVersion version(Call call, Shop shop) {
    return lists
        .find(call.id("priceList", PriceListId.FORM))
        .filter(version -> version.shop().equals(shop.id()))
        .orElseThrow(() -> new ProblemException(Problem.noSuchThing()));
  }

  private static Answer shown(int status, PriceListVersion version) {
    String from = version.from() == null ? "null" : "\"" + version.from() + "\"";
    return Answer.json(
            status,
            "{\"id\":\""
                + version.id()
                + "\",\"number\":"
                + version.number()
                + ",\"from\":"
                + from
                + ",\"prices\":"
                + ShopJson.write(version.prices())
                + "}")
        .version(version.version());
  }

  private Answer read(Call call) {
    return shown(200, version(call, door.shop(call, Action.SEE_PRICE_LISTS)));
  }

  /** The version to be changed, as the caller has read it. */
  private PriceListVersion toChange(Call call, Shop shop) {
    PriceListVersion version = version(call, shop);
    call.requireVersion(version.version());
    return version;
  }

  private Answer change(Call call) throws IOException {
    Shop shop = door.shop(call, Action.CHANGE_PRICE_LISTS);
    PriceListVersion draft = toChange(call, shop);
    PriceList prices = ShopDoor.prices(ShopDoor.document(call), "");
    try {
      return shown(200, done(managing.change(shop, draft, prices)));
    } catch (PriceListFixedException e) {
      throw fixed();
    }
  }

  private static ProblemException fixed() {
    return new ProblemException(
        Problem.conflict(
            "price-list.fixed",
            "A version that is or was in force does not change.",
            "Begin a new draft."));
  }

  private Answer discard(Call call) {
    Shop shop = door.shop(call, Action.CHANGE_PRICE_LISTS);
    try {
      lists.discard(toChange(call, shop));
    } catch (PriceListFixedException e) {
      throw fixed();
    }
    return Answer.nothing(204);
  }

  /** From when on; {@code null} for at once. */
  record Publication(@Nullable Instant from) {}

  private Answer publish(Call call) throws IOException {
    Shop shop = door.shop(call, Action.CHANGE_PRICE_LISTS);
    PriceListVersion draft = toChange(call, shop);
    Publication wanted = call.body(Publication.class);
    try {
      PriceListVersion published = done(managing.publish(shop, draft, wanted.from()));
      changed.run();
      return shown(200, published);
    } catch (PriceListFixedException e) {
      throw fixed();
    }
  }

  private Answer withdraw(Call call) {
    Shop shop = door.shop(call, Action.CHANGE_PRICE_LISTS);
    try {
      return shown(200, managing.withdraw(toChange(call, shop)));
    } catch (PriceListFixedException e) {
      throw fixed();
    }
  }
}

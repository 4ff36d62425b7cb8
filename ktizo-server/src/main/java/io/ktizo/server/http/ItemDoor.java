package io.ktizo.server.http;

import io.ktizo.core.account.Permissions.Action;
import io.ktizo.core.id.Id;
import io.ktizo.core.id.IdForm;
import io.ktizo.core.shop.CodeTakenException;
import io.ktizo.core.shop.ManagingEquipment.Outcome;
import io.ktizo.core.shop.Shop;
import io.ktizo.core.shop.ShopItem;
import io.ktizo.core.shop.ShopItems;
import io.ktizo.core.shop.Shops;
import io.ktizo.core.shop.TooManyException;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * How requests name what a Shop has of one kind, and what they are told when it does not fit.
 *
 * @param <I> type of id
 * @param <T> kind of item
 */
final class ItemDoor<I extends Id, T extends ShopItem<I>> {
  /** Money on the wire: a million at most, so that nobody's slip is believed. */
  static final String AMOUNT = "(1000000|[0-9]{1,6})(\\.[0-9]{1,6})?";

  /** A short name that programs use. */
  static final String CODE = "[A-Za-z0-9][A-Za-z0-9._-]*";

  /** The validator's own words hold expressions, which nothing here evaluates. */
  static final String MOST = "must be less than or equal to {value}";

  /** See {@link #MOST}. */
  static final String LEAST = "must be greater than or equal to {value}";

  private final ShopDoor door;
  private final ShopItems<I, T> items;
  private final String parameter;
  private final IdForm<I> form;

  /**
   * To the items of one kind.
   *
   * @param parameter of the path that names one
   */
  ItemDoor(Shops shops, ShopItems<I, T> items, String parameter, IdForm<I> form) {
    this.door = new ShopDoor(shops);
    this.items = items;
    this.parameter = parameter;
    this.form = form;
  }

  /** See {@link ShopDoor#shop}. */
  Shop shop(Call call, Action action) {
    return door.shop(call, action);
  }

  /** See {@link ShopDoor#openShop}. */
  Shop openShop(Call call, Action action) {
    return door.openShop(call, action);
  }

  /**
   * The item in the path.
   *
   * @throws ProblemException 404 if the Shop has none of this id
   */
  T item(Call call, Shop shop) {
    return items
        .find(call.id(parameter, form))
        .filter(item -> item.shop().equals(shop.id()))
        .orElseThrow(() -> new ProblemException(Problem.noSuchThing()));
  }

  /** The item in the path as the caller has read it, see {@link Call#requireVersion}. */
  T toChange(Call call, Shop shop) {
    T item = item(call, shop);
    call.requireVersion(item.version());
    return item;
  }

  /** A piece of the list, the newest first. */
  <W> Answer list(Call call, Shop shop, Function<T, W> form) {
    return Answer.json(
        200,
        call.page().slice(items.of(shop.id()), item -> item.id().toString(), form, call.seal()));
  }

  /**
   * Removes the item in the path as the caller has read it.
   *
   * @param changed called when it is gone
   * @throws ProblemException also 409 if something rests on it
   */
  Answer remove(Call call, Action action, BiFunction<Shop, T, Outcome<T>> work, Runnable changed) {
    Shop shop = openShop(call, action);
    T item = toChange(call, shop);
    done(() -> work.apply(shop, item));
    changed.run();
    return Answer.nothing(204);
  }

  /**
   * A value of the core made of what was sent.
   *
   * @throws ProblemException 422 with what the core says against it
   */
  static <V> V made(String pointer, Supplier<V> maker) {
    try {
      return maker.get();
    } catch (IllegalArgumentException e) {
      throw wrong(pointer, "invalid", "This " + e.getMessage() + ".");
    }
  }

  static ProblemException wrong(String pointer, String code, String message) {
    return new ProblemException(
        Problem.invalid(List.of(new Problem.Field(pointer, code, message))));
  }

  /**
   * What became of a change.
   *
   * @throws ProblemException 409 or 422 if it does not fit what the Shop has
   */
  static <T> T done(Supplier<Outcome<T>> change) {
    try {
      return switch (change.get()) {
        case Outcome.Done<T> done -> done.thing();
        case Outcome.Refused<T> refused ->
            throw new ProblemException(
                switch (refused.why()) {
                  case NO_SUCH_MATERIAL ->
                      fault("/material", "The Shop has no material of this name.");
                  case NO_SUCH_COLOUR ->
                      fault("/colour", "The material is not there in this colour.");
                  case OTHER_CURRENCY ->
                      fault("/zones", "All amounts must be in the Shop's currency.");
                  case PRINTED ->
                      Problem.conflict(
                          "material.printed",
                          "A printer of the Shop prints this material.",
                          "Take it out of the printers' settings first.");
                  case IN_STOCK ->
                      Problem.conflict(
                          "material.in-stock",
                          "There are spools of this material.",
                          "A material that was ever in stock stays for the sake of the books, and"
                              + " so does a colour while spools of it are in use; it need not be"
                              + " offered.");
                  case HELD ->
                      Problem.conflict(
                          "spool.held",
                          "More than that is held on the spool for orders.",
                          "Free what is held first.");
                });
      };
    } catch (CodeTakenException e) {
      throw new ProblemException(
          Problem.conflict(
              "shop.code-taken", "The Shop has another one with this code.", "Choose another."));
    } catch (TooManyException e) {
      throw tooMany(e);
    }
  }

  static ProblemException tooMany(TooManyException e) {
    return new ProblemException(
        Problem.conflict(
            "shop.too-many",
            "The Shop has as many of these as there can be.",
            "At most " + e.most() + "."));
  }

  private static Problem fault(String pointer, String message) {
    return Problem.invalid(List.of(new Problem.Field(pointer, "unknown-value", message)));
  }
}

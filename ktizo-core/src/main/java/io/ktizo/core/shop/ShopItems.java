package io.ktizo.core.shop;

import io.ktizo.core.event.Event;
import io.ktizo.core.id.Id;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where the items of one kind are kept.
 *
 * <p>Each method is one transaction, and each change is kept together with its events. Any number
 * of threads and instances may call it.
 *
 * @param <I> type of id
 * @param <T> kind of item
 */
public interface ShopItems<I extends Id, T extends ShopItem<I>> {
  /** No Shop has more of a kind. */
  int MOST_PER_SHOP = 500;

  /**
   * Keeps a new item.
   *
   * @throws CodeTakenException if the Shop has one of this kind with this code
   * @throws TooManyException if it has {@link #MOST_PER_SHOP}
   */
  void add(T item, List<Event> events);

  /** The item with this id. */
  Optional<T> find(I id);

  /** Those of a Shop, by code. */
  List<T> of(ShopId shop);

  /**
   * For each Shop that has items of this kind, a text that is another after each change of them:
   * for whoever remembers items and wants to know, with one question, which to read again.
   */
  Map<ShopId, String> stamps();

  /**
   * Keeps a changed item under the next version.
   *
   * @return the item with that version
   * @throws io.ktizo.core.sql.StaleVersionException if somebody else changed or removed it
   *     meanwhile
   * @throws CodeTakenException if the Shop has another one of this kind with this code
   */
  T save(T changed, List<Event> events);

  /**
   * Removes an item.
   *
   * @throws io.ktizo.core.sql.StaleVersionException if somebody else changed or removed it
   *     meanwhile
   */
  void remove(T item, List<Event> events);
}

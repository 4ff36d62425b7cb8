package io.ktizo.core.store;

import io.ktizo.core.event.Event;
import io.ktizo.core.event.MemoryOutbox;
import io.ktizo.core.id.Id;
import io.ktizo.core.shop.CodeTakenException;
import io.ktizo.core.shop.ShopId;
import io.ktizo.core.shop.ShopItem;
import io.ktizo.core.shop.ShopItems;
import io.ktizo.core.shop.TooManyException;
import io.ktizo.core.sql.StaleVersionException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * Items of one kind in memory, for tests and trials.
 *
 * @param <I> type of id
 * @param <T> kind of item
 */
public final class MemoryShopItems<I extends Id, T extends ShopItem<I>> implements ShopItems<I, T> {
  private final MemoryOutbox outbox;
  private final BiFunction<T, Long, T> versioned;
  private final Map<I, T> items = new HashMap<>();

  /**
   * Items whose events go to this outbox.
   *
   * @param versioned the same item under another version, for instance {@code Printer::atVersion}
   */
  public MemoryShopItems(MemoryOutbox outbox, BiFunction<T, Long, T> versioned) {
    this.outbox = outbox;
    this.versioned = versioned;
  }

  @Override
  public synchronized void add(T item, List<Event> events) {
    if (of(item.shop()).size() >= MOST_PER_SHOP) {
      throw new TooManyException(item.shop(), MOST_PER_SHOP);
    }
    requireFreeCode(item);
    items.put(item.id(), item);
    outbox.append(events);
  }

  private void requireFreeCode(T item) {
    for (T other : of(item.shop())) {
      if (other.code().equals(item.code()) && !other.id().equals(item.id())) {
        throw new CodeTakenException(item.id());
      }
    }
  }

  @Override
  public synchronized Optional<T> find(I id) {
    return Optional.ofNullable(items.get(id));
  }

  @Override
  public synchronized List<T> of(ShopId shop) {
    return items.values().stream()
        .filter(item -> item.shop().equals(shop))
        .sorted(Comparator.comparing(ShopItem::code))
        .toList();
  }

  @Override
  public synchronized Map<ShopId, String> stamps() {
    Map<ShopId, String> stamps = new HashMap<>();
    items.values().stream()
        .sorted(Comparator.comparing(item -> item.id().toString()))
        .forEach(
            item ->
                stamps.merge(
                    item.shop(),
                    item.id() + " " + item.version() + " ",
                    (one, next) -> one + next));
    return stamps;
  }

  @Override
  public synchronized T save(T changed, List<Event> events) {
    requireVersion(changed);
    requireFreeCode(changed);
    T next = versioned.apply(changed, changed.version() + 1);
    items.put(changed.id(), next);
    outbox.append(events);
    return next;
  }

  private void requireVersion(T item) {
    T kept = items.get(item.id());
    if (kept == null || kept.version() != item.version()) {
      throw new StaleVersionException(item.id(), item.version());
    }
  }

  @Override
  public synchronized void remove(T item, List<Event> events) {
    requireVersion(item);
    items.remove(item.id());
    outbox.append(events);
  }
}

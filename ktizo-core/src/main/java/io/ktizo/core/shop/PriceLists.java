package io.ktizo.core.shop;

import io.ktizo.core.event.Event;
import io.ktizo.core.quote.PriceList;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Where the versions of price lists are kept.
 *
 * <p>Each method is one transaction, and each change is kept together with its events. The store
 * itself refuses to change a version that is no draft, whoever asks. Any number of threads and
 * instances may call it.
 */
public interface PriceLists {
  /** No Shop has more drafts. */
  int MOST_DRAFTS = 20;

  /**
   * Keeps a new draft.
   *
   * @return whether it was kept; nothing happens if the Shop has a version with this number
   * @throws TooManyException if it has {@link #MOST_DRAFTS}
   */
  boolean add(PriceListVersion draft);

  /** The number that the Shop's next version gets. */
  int nextNumber(ShopId shop);

  /** The version with this id. */
  Optional<PriceListVersion> find(PriceListId id);

  /** Versions of a Shop, the newest first, at most so many below a number. */
  List<PriceListVersion> of(ShopId shop, int belowNumber, int most);

  /**
   * Keeps a changed draft under the next row version.
   *
   * @throws io.ktizo.core.sql.StaleVersionException if somebody else changed it meanwhile
   * @throws PriceListFixedException if it is no draft
   */
  PriceListVersion save(PriceListVersion draft);

  /**
   * Makes a draft a published version.
   *
   * @param version with the moment from which it is in force
   * @return the version as it is kept; nothing if another one of the Shop begins at that moment
   * @throws io.ktizo.core.sql.StaleVersionException if somebody else changed it meanwhile
   * @throws PriceListFixedException if it is no draft
   */
  Optional<PriceListVersion> publish(PriceListVersion version, List<Event> events);

  /**
   * Makes a version whose moment has not come a draft again.
   *
   * @param version as it was read
   * @param now versions that began by then stay
   * @throws io.ktizo.core.sql.StaleVersionException if somebody else changed it meanwhile
   * @throws PriceListFixedException if its moment has come
   */
  PriceListVersion withdraw(PriceListVersion version, Instant now, List<Event> events);

  /**
   * Removes a draft.
   *
   * @throws io.ktizo.core.sql.StaleVersionException if somebody else changed it meanwhile
   * @throws PriceListFixedException if it is no draft
   */
  void discard(PriceListVersion draft);

  /** Whether the Shop has a version that is in force or will be. */
  boolean hasPublished(ShopId shop);

  /**
   * The prices that are in force at a moment, with the beginning of the next version, if one is
   * known, as their end.
   */
  Optional<PriceList> inForce(ShopId shop, Instant at);
}

package io.ktizo.core.store;

import io.ktizo.core.event.Event;
import io.ktizo.core.event.MemoryOutbox;
import io.ktizo.core.quote.PriceList;
import io.ktizo.core.shop.PriceListFixedException;
import io.ktizo.core.shop.PriceListId;
import io.ktizo.core.shop.PriceListVersion;
import io.ktizo.core.shop.PriceLists;
import io.ktizo.core.shop.ShopId;
import io.ktizo.core.shop.TooManyException;
import io.ktizo.core.sql.StaleVersionException;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Price lists in memory, for tests and trials. */
public final class MemoryPriceLists implements PriceLists {
  private final MemoryOutbox outbox;
  private final Map<PriceListId, PriceListVersion> versions = new HashMap<>();

  /** Price lists whose events go to this outbox. */
  public MemoryPriceLists(MemoryOutbox outbox) {
    this.outbox = outbox;
  }

  private Stream<PriceListVersion> all(ShopId shop) {
    return versions.values().stream().filter(version -> version.shop().equals(shop));
  }

  @Override
  public synchronized boolean add(PriceListVersion draft) {
    if (all(draft.shop()).filter(PriceListVersion::isDraft).count() >= MOST_DRAFTS) {
      throw new TooManyException(draft.shop(), MOST_DRAFTS);
    }
    if (all(draft.shop()).anyMatch(other -> other.number() == draft.number())) {
      return false;
    }
    versions.put(draft.id(), draft);
    return true;
  }

  @Override
  public synchronized int nextNumber(ShopId shop) {
    return all(shop).mapToInt(PriceListVersion::number).max().orElse(0) + 1;
  }

  @Override
  public synchronized Optional<PriceListVersion> find(PriceListId id) {
    return Optional.ofNullable(versions.get(id));
  }

  @Override
  public synchronized List<PriceListVersion> of(ShopId shop, int belowNumber, int most) {
    return all(shop)
        .filter(version -> version.number() < belowNumber)
        .sorted(Comparator.comparingInt(PriceListVersion::number).reversed())
        .limit(most)
        .toList();
  }

  @Override
  public synchronized PriceListVersion save(PriceListVersion draft) {
    requireDraft(draft);
    return keep(draft);
  }

  private PriceListVersion keep(PriceListVersion version) {
    PriceListVersion next = version.atVersion(version.version() + 1);
    versions.put(version.id(), next);
    return next;
  }

  private PriceListVersion requireVersion(PriceListVersion version) {
    PriceListVersion kept = versions.get(version.id());
    if (kept == null || kept.version() != version.version()) {
      throw new StaleVersionException(version.id(), version.version());
    }
    return kept;
  }

  private void requireDraft(PriceListVersion version) {
    if (!requireVersion(version).isDraft()) {
      throw new PriceListFixedException(version.id());
    }
  }

  @Override
  public synchronized Optional<PriceListVersion> publish(
      PriceListVersion version, List<Event> events) {
    requireDraft(version);
    Instant from = version.from();
    if (all(version.shop()).anyMatch(other -> from != null && from.equals(other.from()))) {
      return Optional.empty();
    }
    outbox.append(events);
    return Optional.of(keep(version));
  }

  @Override
  public synchronized PriceListVersion withdraw(
      PriceListVersion version, Instant now, List<Event> events) {
    PriceListVersion kept = requireVersion(version);
    if (kept.isDraft() || kept.hasBegun(now)) {
      throw new PriceListFixedException(version.id());
    }
    outbox.append(events);
    return keep(
        new PriceListVersion(
            version.id(),
            version.shop(),
            version.version(),
            version.number(),
            version.prices(),
            null,
            version.createdAt()));
  }

  @Override
  public synchronized void discard(PriceListVersion draft) {
    requireDraft(draft);
    versions.remove(draft.id());
  }

  @Override
  public synchronized boolean hasPublished(ShopId shop) {
    return all(shop).anyMatch(version -> !version.isDraft());
  }

  @Override
  public synchronized Optional<PriceList> inForce(ShopId shop, Instant at) {
    return all(shop)
        .filter(version -> version.hasBegun(at))
        .max(Comparator.comparing(PriceListVersion::from))
        .map(this::ended);
  }

  private PriceList ended(PriceListVersion version) {
    PriceList prices = version.prices();
    return all(version.shop())
        .map(PriceListVersion::from)
        .filter(from -> from != null && from.isAfter(prices.from()))
        .min(Comparator.naturalOrder())
        .map(
            next ->
                prices.headed(prices.shop(), prices.id(), prices.version(), prices.from(), next))
        .orElse(prices);
  }
}

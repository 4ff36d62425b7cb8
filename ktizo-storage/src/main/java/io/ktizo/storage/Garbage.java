package io.ktizo.storage;

import java.time.InstantSource;
import java.util.List;

/**
 * Removes what nothing refers to any more: keys first, so that a blob which cannot be reached is
 * unreadable all the same. Each removal is remembered as done only when it was done; killed in
 * between, it is done again.
 */
public final class Garbage {
  private static final System.Logger LOG = System.getLogger(Garbage.class.getName());
  private static final int AT_ONCE = 200;

  private final Vault vault;
  private final Catalogue catalogue;
  private final InstantSource clock;

  /** For the blobs and keys of a vault and the catalogue over it. */
  public Garbage(Vault vault, Catalogue catalogue, InstantSource clock) {
    this.vault = vault;
    this.catalogue = catalogue;
    this.clock = clock;
  }

  /**
   * Removes everything that is to be removed now.
   *
   * @return how many things that were
   * @throws StoreUnavailableException if a store cannot be reached; the rest waits
   */
  public long collect() {
    long done = 0;
    List<Doomed> next;
    do {
      next = catalogue.doomed(clock.instant(), AT_ONCE);
      next.stream().filter(Doomed.Key.class::isInstance).forEach(this::remove);
      next.stream().filter(Doomed.Blob.class::isInstance).forEach(this::remove);
      done += next.size();
    } while (next.size() == AT_ONCE);
    return done;
  }

  /** As {@link #collect}, but leaves to the next sweep what cannot be removed now. */
  public void collectSoon() {
    try {
      collect();
    } catch (StorageException e) {
      LOG.log(System.Logger.Level.INFO, "garbage is left to the next sweep: {0}", e.getMessage());
    }
  }

  private void remove(Doomed what) {
    switch (what) {
      case Doomed.Blob blob -> vault.delete(blob.key());
      case Doomed.Key key -> vault.destroyKey(key.id());
    }
    catalogue.gone(what);
  }
}

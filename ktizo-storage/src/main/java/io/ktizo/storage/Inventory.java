package io.ktizo.storage;

import io.ktizo.core.id.Id;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Compares a store with the catalogue over it, both ways: blobs that nothing knows about, and blobs
 * that are known and not there.
 *
 * <p>No kill leaves either, since a blob is announced before it is written. They come from outside:
 * a database that was restored from a backup older than the store, a directory that was copied in
 * part, a bucket that somebody cleaned up by hand. Looking changes nothing and may run beside
 * everything else.
 */
public final class Inventory {
  /** The youngest that an orphan may be: as long as an announcement lasts. */
  public static final Duration SAFE_AGE = Duration.ofHours(1);

  private static final int AT_ONCE = 500;
  private static final int MOST_LISTED = 10_000;

  private final FileStore store;
  private final Catalogue catalogue;
  private final InstantSource clock;

  /** For a store and the catalogue over it. */
  public Inventory(FileStore store, Catalogue catalogue, InstantSource clock) {
    this.store = store;
    this.catalogue = catalogue;
    this.clock = clock;
  }

  /**
   * What was found.
   *
   * @param blobs in the store
   * @param used blobs that the catalogue says are there
   * @param orphanCount blobs that nothing knows about, of the age that was asked for
   * @param orphanBytes what they take up
   * @param orphans the first 10,000 of them
   * @param young blobs that nothing knows about and that are younger
   * @param missingCount blobs that the catalogue says are there and that are not
   * @param missing the first 10,000 of them
   */
  public record Report(
      long blobs,
      long used,
      long orphanCount,
      long orphanBytes,
      List<FileStore.Listed> orphans,
      long young,
      long missingCount,
      List<Missing> missing) {
    /** Copies the lists. */
    public Report {
      orphans = List.copyOf(orphans);
      missing = List.copyOf(missing);
    }

    /** Whether store and catalogue agree, as far as they can be compared yet. */
    public boolean isClean() {
      return orphanCount == 0 && missingCount == 0;
    }

    /**
     * Whether the catalogue knows nothing of a store that holds something: then it is most likely
     * the wrong catalogue, or an empty one.
     */
    public boolean isSuspicious() {
      return used == 0 && orphanCount > 0;
    }
  }

  /**
   * A blob that is not there.
   *
   * @param blob its name
   * @param of the upload or content that needs it
   * @param files that cannot be read because of it; empty for an upload
   */
  public record Missing(StoreKey blob, Id of, List<FileId> files) {
    /** Copies the list. */
    public Missing {
      files = List.copyOf(files);
    }
  }

  /**
   * Looks.
   *
   * @param age how old a blob must be to be called an orphan, {@link #SAFE_AGE} or more
   * @throws StoreUnavailableException if the store cannot be reached
   */
  public Report look(Duration age) {
    Instant before = clock.instant().minus(requireSafe(age));
    Orphans orphans = new Orphans(before);
    try (Stream<FileStore.Listed> all = store.list("")) {
      List<FileStore.Listed> some = new ArrayList<>();
      for (Iterator<FileStore.Listed> each = all.iterator(); each.hasNext(); ) {
        some.add(each.next());
        if (some.size() == AT_ONCE) {
          orphans.add(some);
          some.clear();
        }
      }
      orphans.add(some);
    }
    return missing(orphans);
  }

  private static Duration requireSafe(Duration age) {
    if (age.compareTo(SAFE_AGE) < 0) {
      throw new IllegalArgumentException("orphans are at least " + SAFE_AGE + " old: " + age);
    }
    return age;
  }

  private final class Orphans {
    private final Instant before;
    private final List<FileStore.Listed> listed = new ArrayList<>();
    private long blobs;
    private long count;
    private long bytes;
    private long young;

    Orphans(Instant before) {
      this.before = before;
    }

    void add(List<FileStore.Listed> some) {
      blobs += some.size();
      Set<StoreKey> unknown = catalogue.unknown(some.stream().map(FileStore.Listed::key).toList());
      for (FileStore.Listed one : some) {
        // What was removed between listing and asking is no orphan.
        if (unknown.contains(one.key()) && store.exists(one.key())) {
          add(one);
        }
      }
    }

    private void add(FileStore.Listed orphan) {
      if (!orphan.stored().isBefore(before)) {
        young++;
        return;
      }
      count++;
      bytes += orphan.length();
      if (listed.size() < MOST_LISTED) {
        listed.add(orphan);
      }
    }
  }

  private Report missing(Orphans orphans) {
    List<Missing> missing = new ArrayList<>();
    long used = 0;
    long count = 0;
    List<Catalogue.Use> page = catalogue.uses(null, AT_ONCE);
    while (!page.isEmpty()) {
      used += page.size();
      for (Catalogue.Use use : gone(page)) {
        count++;
        if (missing.size() < MOST_LISTED) {
          missing.add(new Missing(use.blob(), use.of(), files(use)));
        }
      }
      page = catalogue.uses(page.get(page.size() - 1).blob(), AT_ONCE);
    }
    return new Report(
        orphans.blobs,
        used,
        orphans.count,
        orphans.bytes,
        orphans.listed,
        orphans.young,
        count,
        missing);
  }

  private List<Catalogue.Use> gone(List<Catalogue.Use> page) {
    return page.stream()
        .filter(use -> !store.exists(use.blob()))
        // What was deleted between the page and looking is not missed.
        .filter(use -> catalogue.isUsed(use.blob()))
        .toList();
  }

  private List<FileId> files(Catalogue.Use use) {
    return use.of() instanceof ContentId content ? catalogue.files(content) : List.of();
  }

  /**
   * Removes orphans that a report has listed. Each is looked for in the catalogue once more.
   *
   * @return how many were removed
   * @throws StoreUnavailableException if the store cannot be reached; the rest stays
   */
  public long remove(Report report) {
    long removed = 0;
    List<StoreKey> keys = report.orphans().stream().map(FileStore.Listed::key).toList();
    for (int from = 0; from < keys.size(); from += AT_ONCE) {
      Set<StoreKey> unknown =
          catalogue.unknown(keys.subList(from, Math.min(keys.size(), from + AT_ONCE)));
      unknown.forEach(store::delete);
      removed += unknown.size();
    }
    return removed;
  }
}

package io.ktizo.privacy;

import io.ktizo.privacy.datamap.Coverage;
import io.ktizo.privacy.datamap.DataMap;
import io.ktizo.privacy.erasure.Certificate;
import io.ktizo.privacy.erasure.Erasing;
import io.ktizo.privacy.erasure.ErasurePlan;
import io.ktizo.privacy.erasure.Ledger;
import io.ktizo.privacy.erasure.Supplement;
import io.ktizo.privacy.export.Controller;
import io.ktizo.privacy.export.Disclosure;
import io.ktizo.privacy.export.DisclosureLog;
import io.ktizo.privacy.export.Disclosures;
import io.ktizo.privacy.export.ExportSettings;
import io.ktizo.privacy.export.Exported;
import io.ktizo.privacy.export.Exporting;
import io.ktizo.privacy.export.Exports;
import io.ktizo.privacy.export.Scope;
import io.ktizo.privacy.export.ShelfHolder;
import io.ktizo.privacy.holder.Application;
import io.ktizo.privacy.holder.PersonalDataHolder;
import io.ktizo.privacy.store.Vault;
import java.io.OutputStream;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The engine's front door: everything that can be asked about a person's data in one application.
 *
 * <p>Nothing is read or written before a method is called. An instance holds no state but the
 * looked-up names of the schema; several may work on one database at once, from one process or
 * many. For use by several threads.
 */
public final class Privacy {
  private final Application application;
  private final Erasing erasing;
  private final ExportSettings exportSettings;
  private final @Nullable Exports shelf;
  private final @Nullable DisclosureLog disclosureLog;

  private Privacy(
      Application application,
      Erasing erasing,
      ExportSettings exportSettings,
      @Nullable Exports shelf,
      @Nullable DisclosureLog disclosureLog) {
    this.application = application;
    this.erasing = erasing;
    this.exportSettings = exportSettings;
    this.shelf = shelf;
    this.disclosureLog = disclosureLog;
  }

  /** Begins an engine. It needs a data source and a data map. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * The data map held against the database as it is now.
   *
   * @throws StepFailedException if the database cannot be read
   */
  public Coverage coverage() {
    try (Connection connection = application.source().getConnection()) {
      return Coverage.of(
          application.map(),
          connection,
          LocalDate.ofInstant(application.clock().instant(), ZoneOffset.UTC));
    } catch (SQLException refused) {
      throw StepFailedException.of("compare the map with the schema", null, refused);
    }
  }

  /**
   * Has to be called before the application serves anybody: carries out erasures again that a
   * restored database lacks, and takes up those that a crash interrupted.
   *
   * @throws io.ktizo.privacy.erasure.LedgerException if the ledger is missing or was changed:
   *     nobody can tell then who is back, and nothing may be served
   */
  public Erasing.Replay start() {
    return erasing.start();
  }

  /** What an erasure would do to which rows and columns, and why not; nothing is touched. */
  public ErasurePlan planErasure(Subject subject) {
    return erasing.plan(subject);
  }

  /**
   * Erases a person from tables and holders, looks for residue, and says under signature what was
   * reached. Erasing somebody of whom nothing is left succeeds with a certificate that says so.
   *
   * @throws io.ktizo.privacy.erasure.ErasureRefusedException if something stands in the way;
   *     nothing was touched
   * @throws io.ktizo.privacy.erasure.ErasureBlockedException if rows that came while it ran stand
   *     in its way, after holders have erased; {@link #resume()} goes on once they are gone
   * @throws io.ktizo.privacy.erasure.ErasureUnderWayException if another instance is at it
   * @throws StepFailedException if a step failed; {@link #resume()} goes on from there
   */
  public Certificate erase(Subject subject) {
    return erasing.erase(subject, Certificate.Depth.LOGICAL);
  }

  /**
   * Erases many people, as {@link #erase} would one after the other, but much faster in a large
   * database: the search for what is left, which reads all of it, is made for a hundred people at a
   * time.
   *
   * @return a certificate for each, in their order
   * @throws RuntimeException the first failure, once everybody else is erased
   */
  public List<Certificate> eraseAll(List<Subject> people) {
    return erasing.eraseAll(people);
  }

  /**
   * The same as {@link #erase}, and then has the database rewrite its files, so that they hold
   * nothing of the person either. It blocks the application while it lasts: PostgreSQL locks each
   * table in turn, H2 closes the database.
   */
  public Certificate eraseFromStorage(Subject subject) {
    return erasing.erase(subject, Certificate.Depth.STORAGE);
  }

  /** Takes up every erasure that was begun and is not finished. */
  public List<Certificate> resume() {
    return erasing.resume();
  }

  /** Holds a certificate against the host's key, the journal and the ledger. */
  public Erasing.Verification verify(Certificate certificate) {
    return erasing.verify(certificate);
  }

  /**
   * Takes away the rows that erasures had to keep by law and whose day has come. To be called now
   * and then, once a day for instance; what was interrupted is gone on with by the next call.
   *
   * @return signed supplements to the certificates of those whose rows went
   * @throws StepFailedException if the database refuses some rows, once all others are gone
   */
  public List<Supplement> releaseDue() {
    return erasing.releaseDue();
  }

  /** What was added to a certificate since it was written, oldest first. */
  public List<Supplement> supplements(String id) {
    return erasing.supplements(id);
  }

  /** Whether a supplement was signed by the host's key. */
  public boolean verify(Supplement supplement) {
    return erasing.genuine(supplement);
  }

  /** The certificates of a person, oldest first; empty if nobody erased him here. */
  public List<Certificate> certificates(Subject subject) {
    return erasing.certificates(subject);
  }

  /** The certificate of a finished erasure. */
  public Optional<Certificate> certificate(String id) {
    return erasing.certificate(id);
  }

  /**
   * Whether somebody known by this e-mail address, number or key was erased, so that an import
   * should leave him out.
   */
  public boolean isSuppressed(String identifier) {
    return erasing.suppressed(identifier);
  }

  /**
   * Writes everything that is held about a person as a zip archive: JSON, CSV, a page to read,
   * files (GDPR Article 15). Memory does not grow with the data. Somebody of whom nothing is held,
   * or whom nobody knows, gets an archive that says so.
   *
   * @param out takes the archive; flushed, not closed. After a failure what it got is no archive
   * @throws io.ktizo.privacy.export.ArchiveNotWrittenException if {@code out} does not take it
   * @throws UnknownSubjectKindException if the map does not know the kind
   * @throws StepFailedException if the database or a holder refuses
   * @throws io.ktizo.privacy.erasure.RestoredDatabaseException if people may be back who were
   *     erased: see {@link #start}
   */
  public Exported export(Subject subject, OutputStream out) {
    return export(subject, Scope.ACCESS, out);
  }

  /**
   * The same for another right.
   *
   * @param scope {@link Scope#PORTABILITY} for what the person may take along (GDPR Article 20)
   */
  public Exported export(Subject subject, Scope scope, OutputStream out) {
    erasing.requireLedgerOnceErased();
    return new Exporting(application, exportSettings).export(subject, scope, out);
  }

  /**
   * A shelf of archives that lie encrypted until they are fetched and that survive a kill while
   * they are made. Needs {@link Builder#keys}. An erasure does not know of it: withdraw what is the
   * person's, or let the builder know of an {@link Builder#exportShelf} instead.
   *
   * @param folder where they lie; made when it is needed
   * @param keep how long each may be fetched
   */
  public Exports exports(Path folder, Duration keep) {
    return new Exports(application, folder, keep, exportSettings);
  }

  /**
   * The shelf that the builder was told of; erasures clear it by themselves.
   *
   * @throws IllegalStateException if it was told of none
   */
  public Exports exports() {
    if (shelf == null) {
      throw new IllegalStateException("the builder was told of no exportShelf");
    }
    return shelf;
  }

  /**
   * Notes that data of a person really went to somebody, for his exports (GDPR Article 15(1)(c)).
   * It is kept sealed in the engine's tables until the person is erased.
   *
   * @throws IllegalStateException if the builder was not told to {@link Builder#recordDisclosures}
   * @throws StepFailedException if it cannot be noted
   */
  public void disclosed(Subject subject, Disclosure disclosure) {
    if (disclosureLog == null) {
      throw new IllegalStateException("the builder was not told to recordDisclosures");
    }
    disclosureLog.note(subject, disclosure);
  }

  /** What export and erasure work on. */
  Application application() {
    return application;
  }

  /** Collects what an engine works with. Not for use by several threads. */
  public static final class Builder {
    private @Nullable DataSource source;
    private @Nullable DataMap map;
    private List<PersonalDataHolder> holders = List.of();
    private InstantSource clock = InstantSource.system();
    private Progress progress = Progress.SILENT;
    private @Nullable KeySource keys;
    private @Nullable Ledger ledger;
    private @Nullable Controller controller;
    private @Nullable Disclosures disclosures;
    private boolean recording;
    private @Nullable Path shelfFolder;
    private Duration shelfTime = Duration.ZERO;

    private Builder() {}

    /** The application's database. */
    public Builder dataSource(DataSource dataSource) {
      this.source = dataSource;
      return this;
    }

    /** What the application holds. */
    public Builder dataMap(DataMap dataMap) {
      this.map = dataMap;
      return this;
    }

    /** What keeps personal data outside the tables, in the order in which they are to be erased. */
    public Builder holders(PersonalDataHolder... outside) {
      this.holders = List.of(outside);
      return this;
    }

    /** The time; the system's unless told otherwise. */
    public Builder clock(InstantSource time) {
      this.clock = time;
      return this;
    }

    /** The host's secrets; erasure and encrypted exports need them. */
    public Builder keys(KeySource secrets) {
      this.keys = secrets;
      return this;
    }

    /**
     * Where erasures are noted outside the database, so that a restored backup brings nobody back.
     * Without one certificates say that backups are not covered.
     */
    public Builder ledger(Ledger outside) {
      this.ledger = outside;
      return this;
    }

    /** Who answers for the data, named in archives; nobody unless told otherwise. */
    public Builder controller(Controller answering) {
      this.controller = answering;
      return this;
    }

    /** The record of who really got data; without one archives name who may get it. */
    public Builder disclosures(Disclosures record) {
      this.disclosures = record;
      return this;
    }

    /**
     * Lets the engine keep the record of disclosures itself: the host tells each one by {@link
     * Privacy#disclosed}. Needs {@link #keys}.
     */
    public Builder recordDisclosures() {
      this.recording = true;
      return this;
    }

    /**
     * A shelf for archives, see {@link Privacy#exports()}; erasures take the person's from it.
     * Needs {@link #keys}.
     *
     * @param folder where they lie; made when it is needed
     * @param keep how long each may be fetched
     */
    public Builder exportShelf(Path folder, Duration keep) {
      this.shelfFolder = folder;
      this.shelfTime = keep;
      return this;
    }

    /** Who hears how work goes on; nobody unless told otherwise. */
    public Builder progress(Progress listener) {
      this.progress = listener;
      return this;
    }

    /**
     * The engine.
     *
     * @throws IllegalStateException if the data source or the map is missing, or two holders have
     *     one name
     */
    public Privacy build() {
      if (source == null || map == null) {
        throw new IllegalStateException("an engine needs a dataSource and a dataMap");
      }
      Set<String> names = new HashSet<>();
      for (PersonalDataHolder holder : holders) {
        if (!names.add(holder.describe().name())) {
          throw new IllegalStateException("two holders are named " + holder.describe().name());
        }
      }
      if (recording && disclosures != null) {
        throw new IllegalStateException("either the host records disclosures, or the engine does");
      }
      Vault vault = keys == null ? null : new Vault(keys);
      if (vault == null && (recording || shelfFolder != null)) {
        throw new IllegalStateException("a shelf and a record of disclosures need keys");
      }
      Application application = new Application(source, map, holders, clock, progress, vault);
      DisclosureLog log = recording ? new DisclosureLog(application) : null;
      ExportSettings settings = new ExportSettings(controller, recording ? log : disclosures);
      if (shelfFolder == null) {
        return new Privacy(application, new Erasing(application, ledger), settings, null, log);
      }
      Exports shelf = new Exports(application, shelfFolder, shelfTime, settings);
      // Cleared first: while a holder fails, an archive would be the last copy of what is gone.
      List<PersonalDataHolder> cleared = new ArrayList<>();
      cleared.add(new ShelfHolder(application, shelf));
      cleared.addAll(holders);
      Application erased = new Application(source, map, cleared, clock, progress, vault);
      return new Privacy(application, new Erasing(erased, ledger), settings, shelf, log);
    }
  }
}

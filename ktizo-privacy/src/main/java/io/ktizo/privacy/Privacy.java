package io.ktizo.privacy;

import io.ktizo.privacy.datamap.Coverage;
import io.ktizo.privacy.datamap.DataMap;
import io.ktizo.privacy.holder.Application;
import io.ktizo.privacy.holder.PersonalDataHolder;
import io.ktizo.privacy.store.Vault;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
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

  private Privacy(Application application) {
    this.application = application;
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
      return new Privacy(
          new Application(
              source, map, holders, clock, progress, keys == null ? null : new Vault(keys)));
    }
  }
}

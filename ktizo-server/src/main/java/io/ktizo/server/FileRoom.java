package io.ktizo.server;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.ktizo.core.account.AccountId;
import io.ktizo.core.job.Jobs;
import io.ktizo.core.sql.Database;
import io.ktizo.core.sql.H2Address;
import io.ktizo.privacy.Subject;
import io.ktizo.server.http.FileEndpoints;
import io.ktizo.server.http.Route;
import io.ktizo.server.http.UploadEndpoints;
import io.ktizo.storage.Catalogue;
import io.ktizo.storage.FileStore;
import io.ktizo.storage.Inventory;
import io.ktizo.storage.MemoryFileStore;
import io.ktizo.storage.Owner;
import io.ktizo.storage.Quota;
import io.ktizo.storage.access.DownloadLinks;
import io.ktizo.storage.access.FileAccess;
import io.ktizo.storage.access.Keeping;
import io.ktizo.storage.access.ShopGrounds;
import io.ktizo.storage.crypto.EncryptedStore;
import io.ktizo.storage.crypto.LocalMasterKeys;
import io.ktizo.storage.crypto.MasterKeys;
import io.ktizo.storage.directory.DirectoryStore;
import io.ktizo.storage.holder.StoredFilesHolder;
import io.ktizo.storage.s3.S3Store;
import io.ktizo.storage.store.SqlCatalogue;
import io.ktizo.storage.store.SqlWrappedKeys;
import io.ktizo.storage.upload.Uploading;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where people keep their files: uploads that resume, kept encrypted, given out to who may see. */
final class FileRoom implements AutoCloseable {
  private static final Logger LOG = System.getLogger(FileRoom.class.getName());
  private static final int KEY_CONNECTIONS = 4;

  private final Deque<AutoCloseable> open;
  private final EncryptedStore vault;
  private final Catalogue catalogue;
  private final Uploading uploading;
  private final Foundation foundation;
  private final List<Route> routes;
  private final long mostBodyBytes;

  private FileRoom(
      Deque<AutoCloseable> open,
      EncryptedStore vault,
      Catalogue catalogue,
      Uploading uploading,
      Foundation foundation,
      List<Route> routes,
      long mostBodyBytes) {
    this.open = open;
    this.vault = vault;
    this.catalogue = catalogue;
    this.uploading = uploading;
    this.foundation = foundation;
    this.routes = List.copyOf(routes);
    this.mostBodyBytes = mostBodyBytes;
  }

  /**
   * Opens the room.
   *
   * @param data the data folder; {@code null} if nothing is kept
   * @param desk takes models that are made of files
   */
  static FileRoom open(
      Foundation foundation,
      Secrets secrets,
      @Nullable Path data,
      Foundation.Place database,
      KtizoServer.Storage settings,
      DeskRoom desk) {
    Deque<AutoCloseable> open = new ArrayDeque<>();
    try {
      FileStore store = store(settings.place(), data, open);
      SqlCatalogue.MIGRATIONS.apply(foundation.dataSource());
      Database keys = keys(foundation, settings.keys(), database, open);
      MasterKeys master = settings.master();
      EncryptedStore vault =
          new EncryptedStore(
              store, new SqlWrappedKeys(keys), master == null ? derived(secrets) : master);
      Catalogue catalogue = new SqlCatalogue(foundation.database(), foundation.ids());
      Quota quota = settings.quota();
      Uploading uploading =
          Uploading.builder(vault, catalogue, foundation.ids())
              .quota(owner -> quota)
              .keepingFor(settings.retention())
              .clock(foundation.clock())
              .build();
      FileAccess access = new FileAccess(vault, catalogue, ShopGrounds.NONE, foundation.clock());
      List<Route> routes = new ArrayList<>(new UploadEndpoints(uploading).routes());
      routes.addAll(
          new FileEndpoints(
                  catalogue,
                  new Keeping(vault, catalogue, foundation.clock(), foundation.ids()),
                  access,
                  new DownloadLinks(secrets.key("links to files"), foundation.clock()),
                  desk.intake())
              .routes());
      return new FileRoom(open, vault, catalogue, uploading, foundation, routes, quota.fileBytes());
    } catch (RuntimeException e) {
      closeAll(open);
      throw e;
    }
  }

  private static FileStore store(
      KtizoServer.Storage.@Nullable Place place, @Nullable Path data, Deque<AutoCloseable> open) {
    KtizoServer.Storage.Place chosen =
        place != null
            ? place
            : data == null
                ? new KtizoServer.Storage.Memory()
                : new KtizoServer.Storage.Folder(data.resolve("files"));
    return switch (chosen) {
      case KtizoServer.Storage.Memory memory -> new MemoryFileStore();
      case KtizoServer.Storage.Folder in -> DirectoryStore.open(in.folder());
      case KtizoServer.Storage.Bucket at -> {
        S3Store bucket = S3Store.open(at.settings());
        open.push(bucket);
        yield bucket;
      }
    };
  }

  private static Database keys(
      Foundation foundation,
      Foundation.@Nullable Place chosen,
      Foundation.Place database,
      Deque<AutoCloseable> open) {
    Foundation.Place place = chosen != null ? chosen : database;
    HikariConfig own = new HikariConfig();
    switch (place) {
      case Foundation.Place.Folder in -> {
        own.setJdbcUrl(
            H2Address.file(in.folder().resolve("ktizo.keys")) + ";DB_CLOSE_ON_EXIT=FALSE");
        own.setUsername("ktizo");
      }
      case Foundation.Place.Postgres at when chosen != null -> {
        own.setJdbcUrl(at.url());
        own.setUsername(at.user());
        own.setPassword(at.password());
        own.addDataSourceProperty("socketTimeout", "60");
        own.addDataSourceProperty("connectTimeout", "5");
      }
      case Foundation.Place.Postgres shared -> {
        LOG.log(
            Level.WARNING,
            "keys of files are in the common database: deleting a person does not forget files in"
                + " its backups");
        SqlWrappedKeys.MIGRATIONS.apply(foundation.dataSource());
        return foundation.database();
      }
      case Foundation.Place.Memory memory -> {
        SqlWrappedKeys.MIGRATIONS.apply(foundation.dataSource());
        return foundation.database();
      }
    }
    own.setPoolName("ktizo-keys");
    own.setMaximumPoolSize(KEY_CONNECTIONS);
    own.setConnectionTimeout(2_000);
    HikariDataSource pool = new HikariDataSource(own);
    open.push(pool);
    SqlWrappedKeys.MIGRATIONS.apply(pool);
    return Database.over(pool);
  }

  private static MasterKeys derived(Secrets secrets) {
    return LocalMasterKeys.fromText(
        "derived-1 " + Base64.getEncoder().encodeToString(secrets.key("master key of files")));
  }

  List<Route> routes() {
    return routes;
  }

  /** The longest body that a route of this room takes. */
  long mostBodyBytes() {
    return mostBodyBytes;
  }

  /** What has to be done from time to time. */
  void schedule(Jobs.Builder jobs) {
    jobs.every("files-sweep", Duration.ofMinutes(1), uploading::sweep);
  }

  /** A comparison of store and catalogue, and what must be closed after it. */
  record Opened(Inventory inventory, Deque<AutoCloseable> open) implements AutoCloseable {
    @Override
    public void close() {
      closeAll(open);
    }
  }

  /** Compares store and catalogue without opening the room; needs no keys. */
  static Opened inventory(
      Foundation foundation, @Nullable Path data, KtizoServer.Storage settings) {
    Deque<AutoCloseable> open = new ArrayDeque<>();
    FileStore store = store(settings.place(), data, open);
    SqlCatalogue.MIGRATIONS.apply(foundation.dataSource());
    Catalogue catalogue = new SqlCatalogue(foundation.database(), foundation.ids());
    return new Opened(new Inventory(store, catalogue, foundation.clock()), open);
  }

  /** A person's files for the privacy engine; people are told apart by their accounts. */
  StoredFilesHolder holder(String kindOfSubject) {
    return new StoredFilesHolder(
        vault,
        catalogue,
        foundation.clock(),
        subject -> subject.kind().equals(kindOfSubject) ? owner(subject) : Optional.<Owner>empty());
  }

  private static Optional<Owner> owner(Subject subject) {
    return Optional.of(UploadEndpoints.owner(AccountId.FORM.parse(subject.key())));
  }

  @Override
  public void close() {
    closeAll(open);
  }

  private static void closeAll(Deque<AutoCloseable> open) {
    while (!open.isEmpty()) {
      AutoCloseable next = open.pop();
      try {
        next.close();
      } catch (Exception e) {
        LOG.log(Level.WARNING, "could not be closed: " + next.getClass().getSimpleName(), e);
      }
    }
  }
}

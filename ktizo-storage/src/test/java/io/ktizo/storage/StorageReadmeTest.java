package io.ktizo.storage;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.ktizo.core.id.IdGenerator;
import io.ktizo.core.id.TimeOrderedIds;
import io.ktizo.core.sql.Database;
import io.ktizo.core.sql.Dialect;
import io.ktizo.core.testkit.TestDatabase;
import io.ktizo.storage.crypto.EncryptedStore;
import io.ktizo.storage.crypto.LocalMasterKeys;
import io.ktizo.storage.detect.TypeDetection;
import io.ktizo.storage.directory.DirectoryStore;
import io.ktizo.storage.scan.ClamAvScanner;
import io.ktizo.storage.store.SqlCatalogue;
import io.ktizo.storage.store.SqlWrappedKeys;
import io.ktizo.storage.tus.TusHandler;
import io.ktizo.storage.tus.TusRequest;
import io.ktizo.storage.upload.Body;
import io.ktizo.storage.upload.Intake;
import io.ktizo.storage.upload.Outcome;
import io.ktizo.storage.upload.UploadFixtures;
import io.ktizo.storage.upload.Uploading;
import io.ktizo.storage.upload.Uploading.WhenUnscanned;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program of this module's README. */
final class StorageReadmeTest {
  private interface Scheduler {
    void everyMinute(Runnable work);
  }

  @Test
  void the_sample_of_the_readme_takes_a_file_and_speaks_tus(@TempDir Path folder) throws Exception {
    byte[] master = new byte[32];
    new Random(8).nextBytes(master);
    Path keyFile = folder.resolve("keys");
    Files.writeString(keyFile, "2026 " + Base64.getEncoder().encodeToString(master));
    if (Files.getFileStore(keyFile).supportsFileAttributeView("posix")) {
      Files.setPosixFilePermissions(keyFile, PosixFilePermissions.fromString("r--------"));
    }
    IdGenerator ids = new TimeOrderedIds(InstantSource.system(), new SecureRandom());
    List<Runnable> minutely = new ArrayList<>();
    Scheduler scheduler = minutely::add;
    byte[] model = UploadFixtures.stl(20, 1);
    InputStream stream = new ByteArrayInputStream(model);
    long length = model.length;
    try (TestDatabase keys = TestDatabase.create(Dialect.H2);
        TestDatabase catalogued = TestDatabase.create(Dialect.H2)) {
      DataSource keysDataSource = keys.dataSource();
      DataSource dataSource = catalogued.dataSource();

      FileStore store = DirectoryStore.open(folder.resolve("files"));
      SqlWrappedKeys.MIGRATIONS.apply(keysDataSource);
      SqlCatalogue.MIGRATIONS.apply(dataSource);
      Vault vault =
          new EncryptedStore(
              store,
              new SqlWrappedKeys(Database.over(keysDataSource)),
              LocalMasterKeys.fromFile(keyFile));
      Catalogue catalogue = new SqlCatalogue(Database.over(dataSource), ids);
      Uploading uploading =
          Uploading.builder(vault, catalogue, ids)
              .detecting(TypeDetection.withTika())
              .scanning(
                  new ClamAvScanner("127.0.0.1", 3310, ofSeconds(2), ofSeconds(60)),
                  WhenUnscanned.HOLD)
              .build();
      Outcome outcome =
          uploading.take(
              Intake.of(new Owner("account_1"), "part.stl", length), Body.of(stream, length));
      TusHandler tus = new TusHandler(uploading, "/uploads");
      scheduler.everyMinute(uploading::sweep);

      // Nobody scans here, so it waits; an embedder with ClamAV gets Kept.
      assertThat(outcome).isInstanceOfAny(Outcome.Held.class, Outcome.Kept.class);
      assertThat(
              tus.handle(
                      new TusRequest(
                          new Owner("account_1"),
                          "OPTIONS",
                          "",
                          Map.<String, String>of()::get,
                          InputStream.nullInputStream()))
                  .status())
          .isEqualTo(204);
      minutely.forEach(Runnable::run);
      assertThat(
              catalogue.usage(new Owner("account_1")).reservedBytes()
                  + catalogue.usage(new Owner("account_1")).bytes())
          .isEqualTo(length);
    }
  }
}

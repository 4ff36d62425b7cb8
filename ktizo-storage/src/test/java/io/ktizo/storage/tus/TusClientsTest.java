package io.ktizo.storage.tus;

import static org.assertj.core.api.Assertions.assertThat;

import io.ktizo.core.id.TimeOrderedIds;
import io.ktizo.core.sql.Dialect;
import io.ktizo.core.testkit.TestDatabase;
import io.ktizo.storage.Catalogue;
import io.ktizo.storage.ContentChannel;
import io.ktizo.storage.Quota;
import io.ktizo.storage.Sha256;
import io.ktizo.storage.StoredFile;
import io.ktizo.storage.Vault;
import io.ktizo.storage.crypto.EncryptedStore;
import io.ktizo.storage.crypto.LocalMasterKeys;
import io.ktizo.storage.crypto.MemoryWrappedKeys;
import io.ktizo.storage.directory.DirectoryStore;
import io.ktizo.storage.store.SqlCatalogue;
import io.ktizo.storage.upload.Uploading;
import io.tus.java.client.ProtocolException;
import io.tus.java.client.TusClient;
import io.tus.java.client.TusURLMemoryStore;
import io.tus.java.client.TusUpload;
import io.tus.java.client.TusUploader;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The two clients that people use, over a connection that is reset every two seconds and leads to
 * another instance each time.
 */
final class TusClientsTest {
  private static final long GIBIBYTE = 1L << 30;
  private static final Duration LIFE = Duration.ofSeconds(2);

  /** Slow enough that a gibibyte takes several lives of a connection on any machine. */
  private static final long BYTES_PER_SECOND = 90L << 20;

  private static final int LEAST_CUTS = 4;

  @TempDir private Path folder;
  private TestDatabase database;
  private Catalogue catalogue;
  private Vault vault;
  private TusServer first;
  private TusServer second;

  @BeforeEach
  void start() throws IOException {
    database = TestDatabase.create(Dialect.H2).migrated(SqlCatalogue.MIGRATIONS);
    TimeOrderedIds ids = new TimeOrderedIds(InstantSource.system(), new SecureRandom());
    catalogue = new SqlCatalogue(database.database(), ids);
    byte[] master = new byte[32];
    new SecureRandom().nextBytes(master);
    vault =
        new EncryptedStore(
            DirectoryStore.open(folder.resolve("store")),
            new MemoryWrappedKeys(),
            LocalMasterKeys.fromText("1 " + Base64.getEncoder().encodeToString(master)));
    Quota roomy = new Quota(4 * GIBIBYTE, 10, 2 * GIBIBYTE, 10, Duration.ofHours(1));
    first = TusServer.start(uploading(roomy, ids));
    second = TusServer.start(uploading(roomy, ids));
  }

  private Uploading uploading(Quota quota, TimeOrderedIds ids) {
    return Uploading.builder(vault, catalogue, ids).quota(owner -> quota).build();
  }

  @AfterEach
  void stop() {
    first.close();
    second.close();
    database.close();
  }

  @Test
  void tus_java_client_uploads_a_gibibyte_over_a_connection_that_is_cut() throws Exception {
    Path model = folder.resolve("model.stl");
    Sha256 hash = writeStl(model, GIBIBYTE);
    try (FaultProxy proxy = proxy()) {
      TusClient client = new TusClient();
      client.setUploadCreationURL(endpoint(proxy).toURL());
      client.enableResuming(new TusURLMemoryStore());
      long giveUp = System.nanoTime() + TimeUnit.MINUTES.toNanos(5);
      while (!attempt(client, model)) {
        assertThat(System.nanoTime()).as("time to give up").isLessThan(giveUp);
      }
      assertKept(hash, Files.size(model));
      assertThat(proxy.cuts()).isGreaterThanOrEqualTo(LEAST_CUTS);
    }
  }

  /** One connection's worth; false if it broke. As the client's own executor does it. */
  private static boolean attempt(TusClient client, Path model) throws ProtocolException {
    TusUpload upload = new TusUpload();
    try (InputStream in = Files.newInputStream(model)) {
      upload.setInputStream(in);
      upload.setSize(Files.size(model));
      upload.setFingerprint("model");
      upload.setMetadata(Map.of("filename", "part.stl"));
      TusUploader uploader = client.resumeOrCreateUpload(upload);
      uploader.setChunkSize(1 << 20);
      uploader.setRequestPayloadSize(Integer.MAX_VALUE);
      while (uploader.uploadChunk() >= 0) {
        // Goes on until everything is sent or the connection breaks.
      }
      uploader.finish();
      return true;
    } catch (ProtocolException e) {
      if (!e.shouldRetry()) {
        throw e;
      }
      return false;
    } catch (IOException cut) {
      return false;
    }
  }

  @Test
  void tus_js_client_uploads_a_gibibyte_over_a_connection_that_is_cut() throws Exception {
    Path client = NodeClient.install();
    Path model = folder.resolve("model.stl");
    Sha256 hash = writeStl(model, GIBIBYTE);
    try (FaultProxy proxy = proxy()) {
      NodeClient.Run run = NodeClient.upload(client, model, endpoint(proxy));
      assertThat(run.exit()).as(run.output()).isZero();
      assertKept(hash, Files.size(model));
      assertThat(proxy.cuts()).isGreaterThanOrEqualTo(LEAST_CUTS);
    }
  }

  private FaultProxy proxy() throws IOException {
    return new FaultProxy(List.of(first.port(), second.port()), LIFE, BYTES_PER_SECOND);
  }

  private static URI endpoint(FaultProxy proxy) {
    return URI.create("http://127.0.0.1:" + proxy.port() + TusServer.PATH);
  }

  private void assertKept(Sha256 hash, long length) throws IOException {
    // The connection may have been cut while the last byte was being judged.
    long giveUp = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
    List<StoredFile> files = catalogue.files(TusServer.OWNER, null, 10);
    while (files.isEmpty() && System.nanoTime() < giveUp) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
      files = catalogue.files(TusServer.OWNER, null, 10);
    }
    assertThat(files).hasSize(1);
    StoredFile.Content content = files.get(0).content();
    assertThat(content.length()).isEqualTo(length);
    assertThat(content.sha256()).isEqualTo(hash);
    assertThat(content.mediaType()).isEqualTo("model/stl");
    MessageDigest digest = Sha256.digest();
    byte[] buffer = new byte[1 << 16];
    try (ContentChannel channel = ContentChannel.of(vault, content.key(), content.pieces())) {
      InputStream in = Channels.newInputStream(channel);
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        digest.update(buffer, 0, read);
      }
    }
    assertThat(Sha256.of(digest)).as("what is read back").isEqualTo(hash);
  }

  /** A binary STL of about this size with random triangles, so that any misplaced byte shows. */
  private static Sha256 writeStl(Path file, long size) throws IOException {
    long triangles = (size - 84) / 50;
    MessageDigest digest = Sha256.digest();
    SplittableRandom random = new SplittableRandom(2026);
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 20)) {
      ByteBuffer header = ByteBuffer.allocate(84).order(ByteOrder.LITTLE_ENDIAN);
      header.putInt(80, (int) triangles);
      out.write(header.array());
      digest.update(header.array());
      byte[] block = new byte[50 * 20_000];
      for (long left = triangles * 50; left > 0; left -= block.length) {
        random.nextBytes(block);
        int length = (int) Math.min(left, block.length);
        out.write(block, 0, length);
        digest.update(block, 0, length);
      }
    }
    return Sha256.of(digest);
  }
}

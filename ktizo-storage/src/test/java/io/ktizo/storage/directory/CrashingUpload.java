package io.ktizo.storage.directory;

import io.ktizo.core.id.TimeOrderedIds;
import io.ktizo.core.sql.Database;
import io.ktizo.storage.Catalogue;
import io.ktizo.storage.crypto.EncryptedStore;
import io.ktizo.storage.store.SqlCatalogue;
import io.ktizo.storage.store.SqlWrappedKeys;
import io.ktizo.storage.upload.Body;
import io.ktizo.storage.upload.Intake;
import io.ktizo.storage.upload.Outcome;
import io.ktizo.storage.upload.UploadFixtures;
import io.ktizo.storage.upload.UploadLimits;
import io.ktizo.storage.upload.Uploading;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A process that uploads one file and dies before its n-th write: before a step on the disk, or
 * before a commit. Prints {@code DONE} if it came to its end.
 */
final class CrashingUpload {
  static final int TRIANGLES = 1_500;
  private static final int KILLED = 99;

  private final AtomicInteger left;

  private CrashingUpload(int writes) {
    this.left = new AtomicInteger(writes);
  }

  public static void main(String[] arguments) throws IOException {
    Path root = Path.of(arguments[0]);
    CrashingUpload crashing = new CrashingUpload(Integer.parseInt(arguments[1]));
    DirectoryStore store =
        DirectoryStore.open(root.resolve("store"), crashing.disk(), InstantSource.system());
    Uploading uploading =
        uploading(
            store,
            Database.over(() -> crashing.connection(arguments[2])),
            Database.over(() -> crashing.connection(arguments[3])),
            InstantSource.system(),
            arguments.length > 4);
    byte[] content = UploadFixtures.stl(TRIANGLES, 1);
    Outcome outcome =
        uploading.take(
            Intake.of(UploadFixtures.OWNER, "part.stl", content.length),
            Body.of(new ByteArrayInputStream(content), content.length));
    System.out.println(outcome instanceof Outcome.Kept ? "DONE" : "NOT KEPT");
    System.out.flush();
    Runtime.getRuntime().halt(0);
  }

  /** The same in the process that dies and in the one that looks at what is left. */
  static Uploading uploading(
      DirectoryStore store,
      Database catalogue,
      Database keys,
      InstantSource clock,
      boolean manyPieces) {
    UploadLimits limits = UploadLimits.DEFAULT.handingOverWithin(Duration.ZERO);
    return Uploading.builder(vault(store, keys), catalogue(catalogue, clock), ids(clock))
        .limits(manyPieces ? limits.pieces(1, Duration.ofSeconds(5), 1) : limits)
        .keepingForever()
        .clock(clock)
        .build();
  }

  static EncryptedStore vault(DirectoryStore store, Database keys) {
    return UploadFixtures.vault(store, new SqlWrappedKeys(keys));
  }

  static Catalogue catalogue(Database database, InstantSource clock) {
    return new SqlCatalogue(database, ids(clock));
  }

  private static TimeOrderedIds ids(InstantSource clock) {
    return new TimeOrderedIds(clock, new SecureRandom());
  }

  static Connection open(String url) throws SQLException {
    return DriverManager.getConnection(url, "postgres", "");
  }

  private void write() {
    if (left.getAndDecrement() == 0) {
      Runtime.getRuntime().halt(KILLED);
    }
  }

  private Disk disk() {
    return new Disk() {
      @Override
      FileChannel create(Path file) throws IOException {
        CrashingUpload.this.write();
        return super.create(file);
      }

      @Override
      void write(FileChannel channel, ByteBuffer bytes) throws IOException {
        CrashingUpload.this.write();
        // Half of it, so that the file is torn.
        ByteBuffer half = bytes.slice(bytes.position(), bytes.remaining() / 2);
        bytes.position(bytes.position() + half.remaining());
        super.write(channel, half);
        CrashingUpload.this.write();
        super.write(channel, bytes);
      }

      @Override
      void sync(FileChannel channel) throws IOException {
        CrashingUpload.this.write();
        super.sync(channel);
      }

      @Override
      void link(Path to, Path from) throws IOException {
        CrashingUpload.this.write();
        super.link(to, from);
        // Between the link and the removal of the draft.
        CrashingUpload.this.write();
      }

      @Override
      boolean delete(Path file) throws IOException {
        CrashingUpload.this.write();
        return super.delete(file);
      }
    };
  }

  private Connection connection(String url) throws SQLException {
    Connection real = open(url);
    return (Connection)
        Proxy.newProxyInstance(
            CrashingUpload.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("commit")) {
                write();
              }
              Object result = call(real, method, arguments);
              return result instanceof PreparedStatement statement
                  ? statement(statement, real)
                  : result;
            });
  }

  private PreparedStatement statement(PreparedStatement real, Connection connection) {
    return (PreparedStatement)
        Proxy.newProxyInstance(
            CrashingUpload.class.getClassLoader(),
            new Class<?>[] {PreparedStatement.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("executeUpdate") && connection.getAutoCommit()) {
                write();
              }
              return call(real, method, arguments);
            });
  }

  private static Object call(Object target, Method method, Object[] arguments) throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}

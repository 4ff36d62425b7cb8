package io.ktizo.privacy.export;

import io.ktizo.privacy.export.SealedOutput.Disk;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The files in which an archive is made: the archive itself, and beside it what can only be put in
 * later: the zip directory, the CSV of the data set at hand, the page. All of them are sealed; none
 * grows in memory.
 */
final class Workbench implements Closeable {
  private static final String ARCHIVE = "archive";
  private static final String DIRECTORY = "directory";
  private static final String SIDE = "side-";
  private static final String PAGE = "page";

  /** Keeps a state, durably, before anything more is written. */
  interface Keeper {
    void keep(State state) throws IOException;
  }

  private final Path folder;
  private final Disk disk;
  private final List<SecretKey> keys;
  private final SecureRandom random;
  private final @Nullable OutputStream stream;
  private final @Nullable SealedOutput archive;
  private final @Nullable Keeper keeper;
  private final SealedOutput directory;
  private final SealedOutput page;
  private SealedOutput side;
  private int sideNumber;

  private Workbench(
      Path folder,
      Disk disk,
      List<SecretKey> keys,
      SecureRandom random,
      @Nullable OutputStream stream,
      @Nullable Keeper keeper,
      @Nullable State left)
      throws IOException {
    this.folder = folder;
    this.disk = disk;
    this.keys = keys;
    this.random = random;
    this.stream = stream;
    this.keeper = keeper;
    if (left == null) {
      this.archive = stream == null ? create(ARCHIVE) : null;
      this.directory = create(DIRECTORY);
      this.side = create(SIDE + 0);
      this.page = create(PAGE);
    } else {
      this.archive = reopen(ARCHIVE, left.files().archive());
      this.directory = reopen(DIRECTORY, left.files().directory());
      this.sideNumber = left.files().sideNumber();
      this.side = reopen(SIDE + sideNumber, left.files().side());
      this.page = reopen(PAGE, left.files().page());
    }
  }

  /**
   * For an archive that goes straight to a stream; what is beside it lies in a folder for itself.
   */
  static Workbench streaming(OutputStream out, SecureRandom random) throws IOException {
    byte[] once = new byte[32];
    random.nextBytes(once);
    Path folder = Files.createTempDirectory("ktizo-export");
    return new Workbench(
        folder, Disk.LOCAL, List.of(new SecretKeySpec(once, "AES")), random, out, null, null);
  }

  /**
   * For an archive that lies on disk until it is fetched.
   *
   * @param left the state in which it was left; {@code null} to begin
   */
  static Workbench keeping(
      Path folder,
      Disk disk,
      List<SecretKey> keys,
      SecureRandom random,
      Keeper keeper,
      @Nullable State left)
      throws IOException {
    return new Workbench(folder, disk, keys, random, null, keeper, left);
  }

  OutputStream archive() {
    if (stream != null) {
      return stream;
    }
    return sealed();
  }

  OutputStream directory() {
    return directory;
  }

  OutputStream page() {
    return page;
  }

  OutputStream side() {
    return side;
  }

  /** What went to the directory's stream, to which nothing more can be added. */
  InputStream readDirectory() throws IOException {
    directory.finish();
    return SealedInput.open(folder.resolve(DIRECTORY), keys);
  }

  /** What went to the page's stream, to which nothing more can be added. */
  InputStream readPage() throws IOException {
    page.finish();
    return SealedInput.open(folder.resolve(PAGE), keys);
  }

  /** What went to the side stream, to which nothing more can be added. */
  InputStream readSide() throws IOException {
    side.finish();
    return SealedInput.open(folder.resolve(SIDE + sideNumber), keys);
  }

  /**
   * Begins an empty side stream. The old one stays until a checkpoint no longer needs it: after a
   * kill before that, the archive goes on from there.
   */
  void clearSide() throws IOException {
    side.close();
    if (keeper == null) {
      Files.delete(folder.resolve(SIDE + sideNumber));
    }
    sideNumber++;
    side = create(SIDE + sideNumber);
  }

  /** Where an archive can be taken up again, every byte before is made durable. */
  void checkpoint(java.util.function.Function<State.Files, State> state) throws IOException {
    if (keeper != null) {
      State.Files ends =
          new State.Files(sealed().mark(), directory.mark(), sideNumber, side.mark(), page.mark());
      keeper.keep(state.apply(ends));
      deleteSides(folder, SIDE + sideNumber);
    }
  }

  /** The archive is complete. */
  void finish() throws IOException {
    if (stream != null) {
      stream.flush();
    } else {
      sealed().finish();
    }
  }

  /** Closes all files; those beside a stream are deleted. */
  @Override
  public void close() throws IOException {
    directory.close();
    page.close();
    side.close();
    if (archive != null) {
      archive.close();
    }
    if (stream != null) {
      delete(folder);
    }
  }

  /** Deletes what stood beside a finished archive. */
  static void tidy(Path folder) throws IOException {
    Files.deleteIfExists(folder.resolve(DIRECTORY));
    Files.deleteIfExists(folder.resolve(PAGE));
    deleteSides(folder, "");
  }

  private static void deleteSides(Path folder, String except) throws IOException {
    try (DirectoryStream<Path> sides = Files.newDirectoryStream(folder, SIDE + "*")) {
      for (Path one : sides) {
        if (!one.getFileName().toString().equals(except)) {
          Files.delete(one);
        }
      }
    }
  }

  static Path archive(Path folder) {
    return folder.resolve(ARCHIVE);
  }

  static void delete(Path folder) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }

  private SealedOutput sealed() {
    if (archive == null) {
      throw new IllegalStateException("the archive goes to a stream");
    }
    return archive;
  }

  private SealedOutput create(String name) throws IOException {
    return SealedOutput.create(disk, folder.resolve(name), keys.getFirst(), random);
  }

  private SealedOutput reopen(String name, SealedOutput.Mark mark) throws IOException {
    return SealedOutput.reopen(disk, folder.resolve(name), keys, random, mark);
  }
}

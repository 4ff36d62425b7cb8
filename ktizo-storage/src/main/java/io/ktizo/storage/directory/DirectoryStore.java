package io.ktizo.storage.directory;

import io.ktizo.storage.AlreadyStoredException;
import io.ktizo.storage.BlobMissingException;
import io.ktizo.storage.BlobWriter;
import io.ktizo.storage.ByteRange;
import io.ktizo.storage.FileStore;
import io.ktizo.storage.StorageException;
import io.ktizo.storage.StoreFullException;
import io.ktizo.storage.StoreKey;
import io.ktizo.storage.StoreUnavailableException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * Keeps each blob as a file in a directory of its own.
 *
 * <p>A blob is written to {@code incoming/}, forced to the disk, and then linked to its place under
 * {@code blobs/}, two levels of 256 directories chosen by a hash of its name. So a blob that can be
 * seen is whole, and one that {@link #put} has acknowledged survives the loss of power. What a
 * killed process left in {@code incoming/} goes when its name is deleted, or when a store is opened
 * a day later.
 *
 * <p>Several processes may share the directory, also over a network file system with hard links.
 * The directory should be readable by the application alone: files are created with the process's
 * umask.
 */
public final class DirectoryStore implements FileStore {
  private static final Duration ABANDONED = Duration.ofDays(1);

  /** Below this much free space a failed write is put down to a full disk. */
  private static final long NO_ROOM = 64 << 10;

  private final Path root;
  private final Path incoming;
  private final Path blobs;
  private final Disk disk;
  private final AtomicLong attempts = new AtomicLong();

  private DirectoryStore(Path root, Disk disk) {
    this.root = root;
    this.incoming = root.resolve("incoming");
    this.blobs = root.resolve("blobs");
    this.disk = disk;
  }

  /**
   * Opens a directory, making it if it is not there.
   *
   * @throws StoreUnavailableException if it cannot be made or written
   */
  public static DirectoryStore open(Path root) {
    return open(root, new Disk(), InstantSource.system());
  }

  static DirectoryStore open(Path root, Disk disk, InstantSource clock) {
    DirectoryStore store = new DirectoryStore(root, disk);
    try {
      disk.createDirectories(store.incoming);
      disk.createDirectories(store.blobs);
      disk.syncDirectory(root);
      store.removeAbandoned(clock.instant().minus(ABANDONED));
    } catch (IOException e) {
      throw new StoreUnavailableException("the directory of the file store cannot be used", e);
    }
    return store;
  }

  private void removeAbandoned(Instant before) throws IOException {
    try (DirectoryStream<Path> left = Files.newDirectoryStream(incoming)) {
      for (Path file : left) {
        try {
          if (Files.getLastModifiedTime(file).toInstant().isBefore(before)) {
            disk.delete(file);
          }
        } catch (NoSuchFileException finishedMeanwhile) {
          // Another process gave it its name, or tidied up as well.
        }
      }
    }
  }

  @Override
  public void put(StoreKey key, BlobWriter content) throws IOException {
    Path place = place(key);
    if (Files.exists(place)) {
      throw new AlreadyStoredException(key);
    }
    Path draft = incoming.resolve(key + "~" + unique());
    try {
      write(key, draft, content);
      publish(key, draft, place);
    } catch (IOException | RuntimeException | Error e) {
      removeQuietly(draft, e);
      throw e;
    }
  }

  private void write(StoreKey key, Path draft, BlobWriter content) throws IOException {
    try (FileChannel channel = attempt(key, () -> disk.create(draft))) {
      content.writeTo(new Draft(key, channel));
      attempt(
          key,
          () -> {
            disk.sync(channel);
            return channel;
          });
    }
  }

  private void publish(StoreKey key, Path draft, Path place) {
    attempt(
        key,
        () -> {
          Path shard = place.getParent();
          if (shard != null && !Files.isDirectory(shard)) {
            disk.createDirectories(shard);
            disk.syncDirectory(blobs);
            disk.syncDirectory(
                blobs.resolve(shard.subpath(shard.getNameCount() - 2, shard.getNameCount() - 1)));
          }
          try {
            disk.publish(draft, place);
          } catch (FileAlreadyExistsException lost) {
            throw new AlreadyStoredException(key);
          }
          if (shard != null) {
            disk.syncDirectory(shard);
          }
          return place;
        });
  }

  private void removeQuietly(Path draft, Throwable reason) {
    try {
      disk.delete(draft);
    } catch (IOException e) {
      reason.addSuppressed(e);
    }
  }

  @Override
  public InputStream open(StoreKey key, ByteRange range) {
    FileChannel channel;
    try {
      channel = FileChannel.open(place(key), StandardOpenOption.READ);
    } catch (NoSuchFileException absent) {
      throw new BlobMissingException(key);
    } catch (IOException e) {
      throw failed(key, e);
    }
    try {
      long size = channel.size();
      channel.position(Math.min(range.offset(), size));
      return new Limited(Channels.newInputStream(channel), range.within(size));
    } catch (IOException e) {
      closeQuietly(channel, e);
      throw failed(key, e);
    }
  }

  private static void closeQuietly(FileChannel channel, IOException reason) {
    try {
      channel.close();
    } catch (IOException e) {
      reason.addSuppressed(e);
    }
  }

  @Override
  public OptionalLong length(StoreKey key) {
    try {
      return OptionalLong.of(Files.readAttributes(place(key), BasicFileAttributes.class).size());
    } catch (NoSuchFileException absent) {
      return OptionalLong.empty();
    } catch (IOException e) {
      throw failed(key, e);
    }
  }

  @Override
  public void delete(StoreKey key) {
    Path place = place(key);
    attempt(
        key,
        () -> {
          try (DirectoryStream<Path> drafts = Files.newDirectoryStream(incoming, key + "~*")) {
            for (Path draft : drafts) {
              disk.delete(draft);
            }
          }
          Path shard = place.getParent();
          if (disk.delete(place) && shard != null) {
            disk.syncDirectory(shard);
          }
          return place;
        });
  }

  @Override
  @SuppressWarnings("StreamResourceLeak") // The caller closes it, as the contract says.
  public Stream<Listed> list(String prefix) {
    Stream<Path> files;
    try {
      files = Files.walk(blobs, 3);
    } catch (IOException e) {
      throw new StoreUnavailableException("the directory of the file store cannot be read", e);
    }
    return files
        .filter(file -> file.getNameCount() == blobs.getNameCount() + 3)
        .filter(file -> String.valueOf(file.getFileName()).startsWith(prefix))
        .flatMap(this::listed);
  }

  private Stream<Listed> listed(Path file) {
    StoreKey key = new StoreKey(String.valueOf(file.getFileName()));
    try {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      return Stream.of(
          new Listed(key, attributes.size(), attributes.lastModifiedTime().toInstant()));
    } catch (NoSuchFileException deletedMeanwhile) {
      return Stream.empty();
    } catch (IOException e) {
      throw failed(key, e);
    }
  }

  private Path place(StoreKey key) {
    // FNV-1a over the name: spreads names that begin alike, and needs no secret.
    int hash = 0x811c9dc5;
    for (byte b : key.value().getBytes(StandardCharsets.US_ASCII)) {
      hash = (hash ^ b) * 0x01000193;
    }
    hash ^= hash >>> 16;
    String first = String.format("%02x", hash & 0xFF);
    String second = String.format("%02x", hash >>> 8 & 0xFF);
    return blobs.resolve(first).resolve(second).resolve(key.value());
  }

  private String unique() {
    return Long.toString(ProcessHandle.current().pid(), Character.MAX_RADIX)
        + "-"
        + Long.toString(System.nanoTime(), Character.MAX_RADIX)
        + "-"
        + attempts.incrementAndGet();
  }

  private interface Step<T> {
    T run() throws IOException;
  }

  private <T> T attempt(StoreKey key, Step<T> step) {
    try {
      return step.run();
    } catch (IOException | UncheckedIOException e) {
      throw failed(key, e);
    }
  }

  private StorageException failed(StoreKey key, Exception e) {
    return failed(key, 0, e);
  }

  /**
   * @param wanted how many bytes were to be written
   */
  private StorageException failed(StoreKey key, long wanted, Exception e) {
    if (isFullFor(wanted)) {
      return new StoreFullException("no room for " + key, e);
    }
    return new StoreUnavailableException("the disk failed at " + key, e);
  }

  /** Asked rather than read from the message, which is the operating system's and translated. */
  private boolean isFullFor(long wanted) {
    try {
      return Files.getFileStore(root).getUsableSpace() < NO_ROOM + wanted;
    } catch (IOException unknown) {
      return false;
    }
  }

  /** The file being written; its failures are the store's own. */
  private final class Draft extends OutputStream {
    private final StoreKey key;
    private final FileChannel channel;

    Draft(StoreKey key, FileChannel channel) {
      this.key = key;
      this.channel = channel;
    }

    @Override
    public void write(int b) {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      try {
        disk.write(channel, ByteBuffer.wrap(bytes, offset, length));
      } catch (IOException e) {
        throw failed(key, length, e);
      }
    }
  }

  /** At most so many bytes of a stream. */
  private static final class Limited extends FilterInputStream {
    private long left;

    Limited(InputStream in, long length) {
      super(in);
      this.left = length;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      if (left == 0 && length > 0) {
        return -1;
      }
      int read = super.read(into, offset, (int) Math.min(length, left));
      left -= Math.max(read, 0);
      return read;
    }

    @Override
    public long skip(long count) throws IOException {
      long skipped = super.skip(Math.min(count, left));
      left -= skipped;
      return skipped;
    }

    @Override
    public int available() throws IOException {
      return (int) Math.min(super.available(), left);
    }

    @Override
    public boolean markSupported() {
      return false;
    }
  }
}

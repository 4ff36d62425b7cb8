package io.ktizo.privacy.export;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.List;
import java.util.Set;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;

/**
 * Writes a sealed file; see {@link Sealing}. What was marked can be taken up again after a kill.
 */
final class SealedOutput extends OutputStream {

  /**
   * A place from which writing goes on.
   *
   * @param chunks chunks before it
   * @param length bytes of the sealed file before it
   * @param plain plain bytes before it
   */
  record Mark(long chunks, long length, long plain) {}

  private final FileChannel channel;
  private final SecretKey fileKey;
  private final SecureRandom random;
  private final byte[] chunk = new byte[Sealing.CHUNK];
  private final byte[] sealed = new byte[4 + Sealing.NONCE + Sealing.CHUNK + Sealing.TAG];
  private int filled;
  private long chunks;
  private long length;
  private long plain;
  private boolean finished;
  private boolean durable;

  private SealedOutput(FileChannel channel, SecretKey fileKey, SecureRandom random, Mark from) {
    this.channel = channel;
    this.fileKey = fileKey;
    this.random = random;
    this.chunks = from.chunks();
    this.length = from.length();
    this.plain = from.plain();
  }

  /** Begins a new file, which only its owner may read; an old one of this name is overwritten. */
  static SealedOutput create(Disk disk, Path file, SecretKey key, SecureRandom random)
      throws IOException {
    byte[] salt = new byte[32];
    random.nextBytes(salt);
    byte[] head = Sealing.head(key, salt);
    FileChannel channel = disk.create(file);
    try {
      writeAll(channel, ByteBuffer.wrap(head));
      return new SealedOutput(
          channel, Sealing.fileKey(head, List.of(key)), random, new Mark(0, Sealing.HEAD, 0));
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** Goes on at a mark; what was written after it is cut off. */
  static SealedOutput reopen(
      Disk disk, Path file, List<SecretKey> keys, SecureRandom random, Mark mark)
      throws IOException {
    FileChannel channel = disk.reopen(file);
    try {
      ByteBuffer head = ByteBuffer.allocate(Sealing.HEAD);
      while (head.hasRemaining() && channel.read(head) >= 0) {}
      if (channel.size() < mark.length()) {
        throw new UnreadableArchiveException("the archive is shorter than its checkpoint says");
      }
      SecretKey fileKey = Sealing.fileKey(head.array(), keys);
      channel.truncate(mark.length());
      channel.position(mark.length());
      return new SealedOutput(channel, fileKey, random, mark);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  @Override
  public void write(int one) throws IOException {
    write(new byte[] {(byte) one}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int count) throws IOException {
    int from = offset;
    int rest = count;
    while (rest > 0) {
      if (filled == chunk.length) {
        seal(false);
      }
      int taken = Math.min(rest, chunk.length - filled);
      System.arraycopy(bytes, from, chunk, filled, taken);
      filled += taken;
      plain += taken;
      from += taken;
      rest -= taken;
    }
  }

  /** Plain bytes written since the file began. */
  long plain() {
    return plain;
  }

  /** Makes everything written so far durable, and says where it ends. */
  Mark mark() throws IOException {
    if (filled > 0) {
      seal(false);
    }
    if (!durable) {
      channel.force(false);
      durable = true;
    }
    return new Mark(chunks, length, plain);
  }

  /** Seals the last chunk, and makes the file durable. */
  Mark finish() throws IOException {
    seal(true);
    finished = true;
    channel.force(true);
    return new Mark(chunks, length, plain);
  }

  /** Closes the file as it is: unless finished, readers will find it cut off. */
  @Override
  public void close() throws IOException {
    channel.close();
  }

  private void seal(boolean last) throws IOException {
    if (finished) {
      throw new IOException("the sealed file is finished");
    }
    byte[] nonce = new byte[Sealing.NONCE];
    random.nextBytes(nonce);
    Cipher cipher = Sealing.cipher(Cipher.ENCRYPT_MODE, fileKey, nonce, chunks, last);
    ByteBuffer out = ByteBuffer.wrap(sealed);
    out.putInt(filled | (last ? Sealing.LAST : 0)).put(nonce);
    try {
      int written = cipher.doFinal(chunk, 0, filled, sealed, out.position());
      out.position(out.position() + written).flip();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("encrypting a chunk cannot fail", e);
    }
    int whole = out.remaining();
    writeAll(channel, out);
    length += whole;
    chunks++;
    filled = 0;
    durable = false;
  }

  private static void writeAll(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  /** Where sealed files are made. */
  interface Disk {
    /** A new file that only its owner may read and write. */
    FileChannel create(Path file) throws IOException;

    /** A file that exists, to read and write. */
    FileChannel reopen(Path file) throws IOException;

    /** Makes the names of files in a folder durable, where the system offers that. */
    void keepNames(Path folder) throws IOException;

    /** The disk of the machine. */
    Disk LOCAL =
        new Disk() {
          @Override
          public FileChannel create(Path file) throws IOException {
            Files.deleteIfExists(file);
            Set<StandardOpenOption> options =
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            return posix(file)
                ? FileChannel.open(
                    file,
                    options,
                    PosixFilePermissions.asFileAttribute(
                        PosixFilePermissions.fromString("rw-------")))
                : FileChannel.open(file, options);
          }

          @Override
          public FileChannel reopen(Path file) throws IOException {
            return FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
          }

          @Override
          public void keepNames(Path folder) throws IOException {
            if (posix(folder)) {
              try (FileChannel names = FileChannel.open(folder, StandardOpenOption.READ)) {
                names.force(true);
              }
            }
          }

          private static boolean posix(Path path) {
            return path.getFileSystem().supportedFileAttributeViews().contains("posix");
          }
        };
  }
}

package io.ktizo.privacy.export;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;

/**
 * Reads a sealed file; see {@link Sealing}. No byte of a chunk comes out before the whole chunk was
 * found genuine; a file that ends before its last chunk is an {@link UnreadableArchiveException},
 * never an end.
 */
final class SealedInput extends InputStream {
  private final InputStream file;
  private final SecretKey fileKey;
  private byte[] chunk = new byte[0];
  private int next;
  private long place;
  private boolean ended;

  private SealedInput(InputStream file, SecretKey fileKey) {
    this.file = file;
    this.fileKey = fileKey;
  }

  /**
   * @throws IOException if the file cannot be read
   * @throws UnreadableArchiveException if it is no sealed file, or none of the keys sealed it
   */
  static SealedInput open(Path file, List<SecretKey> keys) throws IOException {
    InputStream bytes = Files.newInputStream(file);
    try {
      byte[] head = bytes.readNBytes(Sealing.HEAD);
      if (head.length < Sealing.HEAD) {
        throw new UnreadableArchiveException("the file is no sealed archive");
      }
      return new SealedInput(bytes, Sealing.fileKey(head, keys));
    } catch (IOException | RuntimeException e) {
      bytes.close();
      throw e;
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    while (next == chunk.length) {
      if (ended) {
        return -1;
      }
      unseal();
    }
    int taken = Math.min(length, chunk.length - next);
    System.arraycopy(chunk, next, bytes, offset, taken);
    next += taken;
    return taken;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  private void unseal() throws IOException {
    ByteBuffer head = ByteBuffer.wrap(exactly(4 + Sealing.NONCE));
    int declared = head.getInt();
    boolean last = (declared & Sealing.LAST) != 0;
    int size = declared & ~Sealing.LAST;
    if (size > Sealing.CHUNK) {
      throw broken();
    }
    byte[] nonce = new byte[Sealing.NONCE];
    head.get(nonce);
    byte[] sealed = exactly(size + Sealing.TAG);
    try {
      chunk = Sealing.cipher(Cipher.DECRYPT_MODE, fileKey, nonce, place, last).doFinal(sealed);
    } catch (GeneralSecurityException e) {
      throw broken();
    }
    next = 0;
    place++;
    ended = last;
    if (last && file.read() >= 0) {
      throw broken();
    }
  }

  private byte[] exactly(int count) throws IOException {
    byte[] bytes = file.readNBytes(count);
    if (bytes.length < count) {
      throw new UnreadableArchiveException("the sealed archive is cut off");
    }
    return bytes;
  }

  private static UnreadableArchiveException broken() {
    return new UnreadableArchiveException("the sealed archive was altered");
  }
}

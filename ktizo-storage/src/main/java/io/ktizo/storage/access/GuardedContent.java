package io.ktizo.storage.access;

import io.ktizo.storage.ByteRange;
import io.ktizo.storage.DamagedFileException;
import io.ktizo.storage.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a range, as long as they may be read.
 *
 * <p>Whole contents are hashed on the way, and their end is only reported when the hash is right. A
 * part of a content is checked by the vault, segment by segment; if the vault cannot do that, the
 * rest of the content is read along, unseen, for the sake of the hash.
 */
final class GuardedContent extends InputStream {
  private static final Duration LOOK_AGAIN = Duration.ofMillis(250);
  private static final int BLOCK = 1 << 16;

  private final SeekableByteChannel channel;
  private final long end;
  private final Sha256 expected;
  private final @Nullable MessageDigest digest;
  private final InstantSource clock;
  private final Runnable guard;
  private final long from;
  private long position;
  private Instant nextLook;
  private boolean verified;

  /**
   * @param guard throws when reading must end
   */
  GuardedContent(
      SeekableByteChannel channel,
      long size,
      ByteRange range,
      Sha256 expected,
      boolean vaultDetectsChanges,
      InstantSource clock,
      Runnable guard) {
    this.channel = channel;
    this.from = Math.min(range.offset(), size);
    this.end = from + range.within(size);
    this.expected = expected;
    boolean whole = from == 0 && end == size;
    this.digest = whole || !vaultDetectsChanges ? Sha256.digest() : null;
    this.position = digest == null ? from : 0;
    this.clock = clock;
    this.guard = guard;
    this.nextLook = clock.instant().plus(LOOK_AGAIN);
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    look();
    if (position < from) {
      readUnseen(from);
    }
    if (position >= end) {
      verify();
      return -1;
    }
    int wanted = (int) Math.min(Math.min(length, BLOCK), end - position);
    return next(ByteBuffer.wrap(into, offset, wanted));
  }

  private int next(ByteBuffer target) throws IOException {
    if (channel.position() != position) {
      channel.position(position);
    }
    int start = target.position();
    int read = channel.read(target);
    if (read < 0) {
      throw new DamagedFileException("shorter than it was when it was kept", null);
    }
    position += read;
    if (digest != null) {
      digest.update(target.array(), target.arrayOffset() + start, read);
    }
    return read;
  }

  private void readUnseen(long to) throws IOException {
    byte[] block = new byte[BLOCK];
    while (position < to) {
      look();
      next(ByteBuffer.wrap(block, 0, (int) Math.min(BLOCK, to - position)));
    }
  }

  private void verify() throws IOException {
    if (digest == null || verified) {
      return;
    }
    readUnseen(channel.size());
    verified = true;
    if (!Sha256.of(digest).equals(expected)) {
      throw new DamagedFileException("not what was kept: the hash differs", null);
    }
  }

  private void look() {
    Instant now = clock.instant();
    if (!now.isBefore(nextLook)) {
      guard.run();
      nextLook = now.plus(LOOK_AGAIN);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}

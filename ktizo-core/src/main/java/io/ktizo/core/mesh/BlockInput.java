package io.ktizo.core.mesh;

import java.io.IOException;
import java.util.Arrays;

/**
 * A window that moves over a source, for readers that go through a file from front to back.
 *
 * <p>The bytes {@code buffer[position .. limit)} are the next ones of the file. Behind {@code
 * limit} stand at least {@link #PADDING} zero bytes, so that words of eight bytes may be loaded and
 * tokens end without asking for the limit. Each refill asks the budget.
 */
class BlockInput {
  static final int PADDING = 32;
  private static final int BLOCK = 1 << 17;

  private final Source source;
  private final Budget budget;
  private long bufferStart;
  private boolean sourceEnded;
  final byte[] buffer;
  int position;
  int limit;

  BlockInput(Source source, long start, Budget budget) {
    this.source = source;
    this.budget = budget;
    this.bufferStart = start;
    this.buffer = new byte[(int) Math.min(BLOCK, Math.max(0, source.size() - start)) + PADDING];
  }

  final Source source() {
    return source;
  }

  final Budget budget() {
    return budget;
  }

  /** The place of the next byte in the source. */
  final long offset() {
    return bufferStart + position;
  }

  /** How many bytes of the source are not yet consumed. */
  final long remaining() {
    return source.size() - offset();
  }

  /** Goes on at another place of the source. */
  final void seek(long offset) {
    bufferStart = offset;
    position = 0;
    limit = 0;
    sourceEnded = false;
  }

  /**
   * Tries to have at least {@code count} bytes in the window.
   *
   * @param count at most half a block
   * @return whether they are there; if not, the file ends within the window
   */
  final boolean ensure(int count) throws IOException {
    return limit - position >= count || (refill() && limit - position >= count);
  }

  /** Moves the window on as far as it goes; answers whether any byte came in. */
  final boolean refill() throws IOException {
    if (sourceEnded) {
      return false;
    }
    budget.check();
    int kept = limit - position;
    System.arraycopy(buffer, position, buffer, 0, kept);
    bufferStart += position;
    position = 0;
    int wanted = buffer.length - PADDING - kept;
    int read = source.read(bufferStart + kept, buffer, kept, wanted);
    sourceEnded = read < wanted;
    limit = kept + read;
    Arrays.fill(buffer, limit, limit + PADDING, (byte) 0);
    return read > 0;
  }
}

package io.ktizo.privacy.export;

import io.ktizo.privacy.export.PackedStream.Tally;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/**
 * Writes a zip archive (PKWARE APPNOTE 6.3.10) of which every byte follows from what goes in: one
 * time stamp for all entries, no attribute of the machine. It only ever appends, and its state is
 * three numbers and the entry at hand, so it can be taken up again after a kill.
 *
 * <p>Entries whose size is not known beforehand carry it in a data descriptor. ZIP64 is used for
 * entries said to be {@code large}, and in the directory wherever a number does not fit in 32 bits.
 * The directory gathers in a stream of its own, since an archive may hold more files than memory.
 */
final class ZipWriter {
  private static final int LOCAL = 0x04034b50;
  private static final int DESCRIPTOR = 0x08074b50;
  private static final int CENTRAL = 0x02014b50;
  private static final int END_64 = 0x06064b50;
  private static final int LOCATOR_64 = 0x07064b50;
  private static final int END = 0x06054b50;

  private static final int VERSION = 20;
  private static final int VERSION_64 = 45;
  private static final int DEFLATED = 8;
  private static final int UTF8_NAMES = 1 << 11;
  private static final int SIZES_FOLLOW = 1 << 3;
  private static final long MAX_32 = 0xFFFF_FFFFL;
  private static final int MAX_16 = 0xFFFF;

  /** Where sizes stay below 32 bits: compression never adds as much as the difference. */
  static final long SMALL = MAX_32 - (16L << 20);

  /**
   * An entry begun and not ended.
   *
   * @param name its name
   * @param offset where its local head begins
   * @param large whether it is written as ZIP64
   */
  record Open(String name, long offset, boolean large) {}

  /**
   * Where the writer is.
   *
   * @param position bytes written to the archive
   * @param entries entries ended
   * @param directory bytes of the directory so far
   * @param open the entry at hand; {@code null} between entries
   */
  record State(long position, long entries, long directory, @Nullable Open open) {
    static final State BEGIN = new State(0, 0, 0, null);
  }

  private final OutputStream archive;
  private final OutputStream directory;
  private final int stamp;
  private long position;
  private long entries;
  private long directoryBytes;
  private @Nullable Open open;

  /**
   * @param directory takes the directory's entries, to be given back to {@link #finish}
   * @param moment the time stamp of every entry, in UTC, from 1980 to 2107
   * @param state where to go on
   */
  ZipWriter(OutputStream archive, OutputStream directory, Instant moment, State state) {
    this.archive = archive;
    this.directory = directory;
    this.stamp = stamp(moment);
    this.position = state.position();
    this.entries = state.entries();
    this.directoryBytes = state.directory();
    this.open = state.open();
  }

  State state() {
    return new State(position, entries, directoryBytes, open);
  }

  /** Takes compressed bytes of the entry at hand. */
  OutputStream body() {
    return new OutputStream() {
      @Override
      public void write(int one) throws IOException {
        write(new byte[] {(byte) one}, 0, 1);
      }

      @Override
      public void write(byte[] bytes, int offset, int length) throws IOException {
        archive.write(bytes, offset, length);
        position += length;
      }
    };
  }

  /**
   * Begins an entry whose size is not known yet.
   *
   * @param large whether it may need more than 32 bits
   */
  void begin(String name, boolean large) throws IOException {
    open = new Open(name, position, large);
    byte[] file = name.getBytes(StandardCharsets.UTF_8);
    Layout head = buffer(30 + file.length + (large ? 20 : 0));
    head.putInt(LOCAL).putShort((short) (large ? VERSION_64 : VERSION));
    head.putShort((short) (UTF8_NAMES | SIZES_FOLLOW)).putShort((short) DEFLATED).putInt(stamp);
    head.putInt(0).putInt(large ? -1 : 0).putInt(large ? -1 : 0);
    head.putShort((short) file.length).putShort((short) (large ? 20 : 0)).put(file);
    if (large) {
      head.putShort((short) 1).putShort((short) 16).putLong(0).putLong(0);
    }
    body().write(head.whole());
  }

  /** Ends the entry at hand. */
  void end(Tally tally) throws IOException {
    Open entry = open;
    if (entry == null) {
      throw new IllegalStateException("no entry was begun");
    }
    if (!entry.large() && (tally.size() > MAX_32 || tally.packed() > MAX_32)) {
      throw new IOException("an archive entry is larger than was said");
    }
    Layout descriptor = buffer(entry.large() ? 24 : 16);
    descriptor.putInt(DESCRIPTOR).putInt(tally.crc());
    if (entry.large()) {
      descriptor.putLong(tally.packed()).putLong(tally.size());
    } else {
      descriptor.putInt((int) tally.packed()).putInt((int) tally.size());
    }
    body().write(descriptor.whole());
    list(entry.name(), entry.offset(), tally, SIZES_FOLLOW, entry.large());
    open = null;
  }

  /** Adds an entry that was compressed before. */
  void add(String name, Tally tally, InputStream packed) throws IOException {
    boolean large = tally.size() >= MAX_32 || tally.packed() >= MAX_32;
    long offset = position;
    byte[] file = name.getBytes(StandardCharsets.UTF_8);
    Layout head = buffer(30 + file.length + (large ? 20 : 0));
    head.putInt(LOCAL).putShort((short) (large ? VERSION_64 : VERSION));
    head.putShort((short) UTF8_NAMES).putShort((short) DEFLATED).putInt(stamp);
    head.putInt(tally.crc());
    head.putInt(large ? -1 : (int) tally.packed()).putInt(large ? -1 : (int) tally.size());
    head.putShort((short) file.length).putShort((short) (large ? 20 : 0)).put(file);
    if (large) {
      head.putShort((short) 1).putShort((short) 16);
      head.putLong(tally.size()).putLong(tally.packed());
    }
    OutputStream body = body();
    body.write(head.whole());
    packed.transferTo(body);
    list(name, offset, tally, 0, large);
  }

  /**
   * Writes the directory, after which nothing can be added.
   *
   * @param gathered what went to the directory's stream
   */
  void finish(InputStream gathered) throws IOException {
    long start = position;
    OutputStream body = body();
    gathered.transferTo(body);
    long size = position - start;
    if (size != directoryBytes) {
      throw new IOException("the directory of the archive was lost");
    }
    long end = position;
    if (entries >= MAX_16 || start >= MAX_32 || size >= MAX_32) {
      Layout large = buffer(56 + 20);
      large.putInt(END_64).putLong(44).putShort((short) VERSION_64).putShort((short) VERSION_64);
      large.putInt(0).putInt(0).putLong(entries).putLong(entries).putLong(size).putLong(start);
      large.putInt(LOCATOR_64).putInt(0).putLong(end).putInt(1);
      body.write(large.whole());
    }
    Layout last = buffer(22);
    short count = (short) Math.min(entries, MAX_16);
    last.putInt(END).putInt(0).putShort(count).putShort(count);
    last.putInt((int) Math.min(size, MAX_32)).putInt((int) Math.min(start, MAX_32));
    last.putShort((short) 0);
    body.write(last.whole());
  }

  private void list(String name, long offset, Tally tally, int flags, boolean large)
      throws IOException {
    boolean farAway = offset >= MAX_32;
    int extra = (large ? 16 : 0) + (farAway ? 8 : 0);
    byte[] file = name.getBytes(StandardCharsets.UTF_8);
    Layout entry = buffer(46 + file.length + (extra > 0 ? 4 + extra : 0));
    short version = (short) (extra > 0 ? VERSION_64 : VERSION);
    entry.putInt(CENTRAL).putShort(version).putShort(version);
    entry.putShort((short) (UTF8_NAMES | flags)).putShort((short) DEFLATED).putInt(stamp);
    entry.putInt(tally.crc());
    entry.putInt(large ? -1 : (int) tally.packed()).putInt(large ? -1 : (int) tally.size());
    entry.putShort((short) file.length).putShort((short) (extra > 0 ? 4 + extra : 0));
    entry.putShort((short) 0).putShort((short) 0).putShort((short) 0).putInt(0);
    entry.putInt(farAway ? -1 : (int) offset).put(file);
    if (extra > 0) {
      entry.putShort((short) 1).putShort((short) extra);
      if (large) {
        entry.putLong(tally.size()).putLong(tally.packed());
      }
      if (farAway) {
        entry.putLong(offset);
      }
    }
    directory.write(entry.whole());
    directoryBytes += entry.whole().length;
    entries++;
  }

  private static Layout buffer(int size) {
    return new Layout(size);
  }

  /** Bytes of a fixed number, filled from the front; numbers begin with their low byte. */
  private static final class Layout {
    private final byte[] bytes;
    private int filled;

    Layout(int size) {
      this.bytes = new byte[size];
    }

    Layout putShort(short value) {
      return put(value, 2);
    }

    Layout putInt(int value) {
      return put(value, 4);
    }

    Layout putLong(long value) {
      return put(value, 8);
    }

    Layout put(byte[] text) {
      System.arraycopy(text, 0, bytes, filled, text.length);
      filled += text.length;
      return this;
    }

    private Layout put(long value, int size) {
      for (int i = 0; i < size; i++) {
        bytes[filled++] = (byte) (value >>> (8 * i));
      }
      return this;
    }

    byte[] whole() {
      if (filled != bytes.length) {
        throw new IllegalStateException(filled + " of " + bytes.length + " bytes were filled");
      }
      return bytes;
    }
  }

  /** Date and time as MS-DOS packs them, in steps of two seconds: time in the low half. */
  private static int stamp(Instant moment) {
    LocalDateTime at = LocalDateTime.ofInstant(moment, ZoneOffset.UTC);
    if (at.getYear() < 1980 || at.getYear() > 2107) {
      throw new IllegalArgumentException("a zip archive cannot bear the year " + at.getYear());
    }
    int date = (at.getYear() - 1980) << 9 | at.getMonthValue() << 5 | at.getDayOfMonth();
    int time = at.getHour() << 11 | at.getMinute() << 5 | at.getSecond() / 2;
    return date << 16 | time;
  }
}

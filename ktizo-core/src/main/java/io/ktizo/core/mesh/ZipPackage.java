package io.ktizo.core.mesh;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * A zip file that holds a model, distrusted: PKWARE APPNOTE 6.3 as far as Open Packaging
 * Conventions (ISO/IEC 29500-2, Annex C) allow it.
 *
 * <p>Everything that can be known from the directory is checked before a byte is inflated: number
 * of entries, names that are the same but for capitals, entries that overlap each other or the
 * directory, local headers that tell another story than the directory, methods other than stored
 * and deflated, encryption, symbolic links, and the sizes that the directory declares against the
 * limits. While an entry is inflated its real size and checksum are held against the declared ones
 * and all bytes of the package are counted together, so a directory that lies gains nothing. Entry
 * names are keys of a map and nothing else: no name ever becomes a path.
 *
 * <p>{@code java.util.zip.ZipFile} is not used because it opens overlapping entries without
 * complaint and only reads paths.
 */
final class ZipPackage {
  private static final int LOCAL_SIGNATURE = 0x04034b50;
  private static final int CENTRAL_SIGNATURE = 0x02014b50;
  private static final int END_SIGNATURE = 0x06054b50;
  private static final int END64_SIGNATURE = 0x06064b50;
  private static final int END64_LOCATOR_SIGNATURE = 0x07064b50;

  private static final int LOCAL_LENGTH = 30;
  private static final int CENTRAL_LENGTH = 46;
  private static final int END_LENGTH = 22;
  private static final int END64_LENGTH = 56;
  private static final int END64_LOCATOR_LENGTH = 20;
  private static final int LONGEST_COMMENT = 0xFFFF;

  /** Names, extra fields and comments of all entries; far more than any real package has. */
  private static final int LONGEST_DIRECTORY = 16 << 20;

  private static final int STORED = 0;
  private static final int DEFLATED = 8;
  private static final int FLAG_ENCRYPTED = 1;
  private static final int FLAG_SIZES_FOLLOW = 1 << 3;
  private static final int FLAG_STRONGLY_ENCRYPTED = 1 << 6;
  private static final int FLAG_UTF8 = 1 << 11;
  private static final int FLAG_DIRECTORY_ENCRYPTED = 1 << 13;
  private static final int ZIP64_EXTRA = 1;
  private static final int UNIX_FILE_TYPE = 0xF000;
  private static final int UNIX_SYMBOLIC_LINK = 0xA000;
  private static final long IN_ZIP64 = 0xFFFF_FFFFL;

  private final Source source;
  private final MeshLimits limits;
  private final Budget budget;
  private final Map<String, Entry> entries;
  private long inflated;

  private ZipPackage(Source source, MeshLimits limits, Budget budget, Map<String, Entry> entries) {
    this.source = source;
    this.limits = limits;
    this.budget = budget;
    this.entries = entries;
  }

  /**
   * One file of the package.
   *
   * @param number from 1, in the order of the directory; fit for a message, unlike the name
   * @param name as the directory spells it, with {@code /} between segments
   * @param dataStart where the compressed bytes begin
   */
  record Entry(
      int number,
      String name,
      boolean deflated,
      long compressedSize,
      long size,
      long crc,
      long dataStart) {}

  /**
   * Reads and checks the directory.
   *
   * @throws RefusedException if the file is no zip, breaks a rule above or exceeds a limit
   * @throws IOException if the disk fails
   */
  static ZipPackage open(Source source, MeshLimits limits, Budget budget) throws IOException {
    Directory directory = Directory.find(source);
    if (directory.entries > limits.entries()) {
      throw tooManyEntries(limits);
    }
    if (directory.length > LONGEST_DIRECTORY) {
      throw new RefusedException(
          Refusal.Code.TOO_COMPLEX,
          "",
          "The package has a longer directory than we accept; please export the model again.");
    }
    List<Header> headers = readDirectory(source, directory);
    budget.check();
    checkDeclaredSizes(headers, source.size(), limits);
    Map<String, Entry> entries = new LinkedHashMap<>();
    for (Header header : inFileOrder(headers)) {
      header.readLocalHeader(source);
    }
    checkOverlaps(headers, directory.start);
    for (Header header : headers) {
      Entry entry = header.entry();
      if (entries.putIfAbsent(key(entry.name), entry) != null) {
        throw invalid(
            entry.number,
            "The package contains two files of the same name, so it is not clear which one counts;"
                + " please export the model again.");
      }
    }
    return new ZipPackage(source, limits, budget, entries);
  }

  /** The entry of this name, whatever its capitals (ISO/IEC 29500-2, 6.2.2.3). */
  @Nullable Entry find(String name) {
    return entries.get(key(name));
  }

  /** All entries but folders. */
  Collection<Entry> files() {
    return entries.values().stream().filter(entry -> !entry.name.endsWith("/")).toList();
  }

  /**
   * The entry's content. Reading it refuses what does not match the directory and stops at the
   * limits; {@link InputStream#close} must be called.
   */
  InputStream open(Entry entry) {
    return new Content(entry);
  }

  private static String key(String name) {
    // ASCII only: OPC compares part names so, and no locale has a say.
    return name.toLowerCase(Locale.ROOT);
  }

  private static List<Header> readDirectory(Source source, Directory directory) throws IOException {
    ByteBuffer bytes = block(source, directory.start, (int) directory.length, "the directory");
    List<Header> headers = new ArrayList<>();
    while (headers.size() < directory.entries) {
      if (bytes.remaining() < CENTRAL_LENGTH
          || bytes.getInt(bytes.position()) != CENTRAL_SIGNATURE) {
        throw damaged("");
      }
      headers.add(Header.readCentral(headers.size() + 1, bytes));
    }
    if (bytes.hasRemaining()) {
      throw damaged("");
    }
    return headers;
  }

  private static void checkDeclaredSizes(List<Header> headers, long fileSize, MeshLimits limits) {
    long total = 0;
    for (Header header : headers) {
      if (header.size > limits.inflatedBytes() - total) {
        throw bomb("entry " + header.number);
      }
      total += header.size;
    }
    if (total > fileSize * limits.inflationRatio()) {
      throw bomb("");
    }
  }

  private static List<Header> inFileOrder(List<Header> headers) {
    return headers.stream().sorted(Comparator.comparingLong(header -> header.start)).toList();
  }

  private static void checkOverlaps(List<Header> headers, long directoryStart) {
    long free = 0;
    for (Header header : inFileOrder(headers)) {
      if (header.start < free) {
        throw new RefusedException(
            Refusal.Code.ZIP_BOMB,
            "entry " + header.number,
            "Files inside the package overlap each other, which no honest program produces.");
      }
      free = header.dataStart + header.compressedSize;
      if (free > directoryStart) {
        throw truncated("entry " + header.number);
      }
    }
  }

  private static RefusedException tooManyEntries(MeshLimits limits) {
    return new RefusedException(
        Refusal.Code.TOO_COMPLEX,
        "",
        String.format(
            Locale.ROOT,
            "The package contains more files than the %,d that we accept.",
            limits.entries()));
  }

  private static RefusedException bomb(String location) {
    return new RefusedException(
        Refusal.Code.ZIP_BOMB,
        location,
        "The package unpacks to far more data than we accept; please simplify the model.");
  }

  private static RefusedException truncated(String location) {
    return new RefusedException(
        Refusal.Code.TRUNCATED,
        location,
        "The package ends too early; please send the file again.");
  }

  private static RefusedException damaged(String location) {
    return new RefusedException(
        Refusal.Code.INVALID_PACKAGE,
        location,
        "The package is damaged: its parts contradict each other; please send the file again.");
  }

  private static RefusedException invalid(int entry, String message) {
    return new RefusedException(Refusal.Code.INVALID_PACKAGE, "entry " + entry, message);
  }

  /** Exactly these bytes, or a refusal. The caller has bounded the length. */
  private static ByteBuffer block(Source source, long position, int length, String location)
      throws IOException {
    if (position < 0 || position > source.size() - length) {
      throw truncated(location);
    }
    byte[] bytes = new byte[length];
    if (source.read(position, bytes, 0, length) < length) {
      throw truncated(location);
    }
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Where the central directory lies. */
  private record Directory(long start, long length, long entries) {

    static Directory find(Source source) throws IOException {
      int tail = (int) Math.min(source.size(), END_LENGTH + LONGEST_COMMENT);
      long tailStart = source.size() - tail;
      ByteBuffer bytes = block(source, tailStart, tail, "");
      for (int at = tail - END_LENGTH; at >= 0; at--) {
        // The comment must reach to the last byte: then only one place can be meant.
        if (bytes.getInt(at) == END_SIGNATURE
            && at + END_LENGTH + Short.toUnsignedInt(bytes.getShort(at + 20)) == tail) {
          return at(source, bytes, at, tailStart + at);
        }
      }
      throw truncated("");
    }

    private static Directory at(Source source, ByteBuffer bytes, int at, long end)
        throws IOException {
      int disk = Short.toUnsignedInt(bytes.getShort(at + 4));
      int entriesHere = Short.toUnsignedInt(bytes.getShort(at + 8));
      int entries = Short.toUnsignedInt(bytes.getShort(at + 10));
      long length = Integer.toUnsignedLong(bytes.getInt(at + 12));
      long start = Integer.toUnsignedLong(bytes.getInt(at + 16));
      if (entries == 0xFFFF || length == IN_ZIP64 || start == IN_ZIP64) {
        Directory zip64 = zip64(source, end);
        if (zip64 != null) {
          return zip64;
        }
      }
      return checked(disk == 0 && entriesHere == entries, start, length, entries, end);
    }

    private static @Nullable Directory zip64(Source source, long end) throws IOException {
      long locatorAt = end - END64_LOCATOR_LENGTH;
      if (locatorAt < 0) {
        return null;
      }
      ByteBuffer locator = block(source, locatorAt, END64_LOCATOR_LENGTH, "");
      if (locator.getInt(0) != END64_LOCATOR_SIGNATURE) {
        return null;
      }
      long end64 = locator.getLong(8);
      ByteBuffer record = block(source, end64, END64_LENGTH, "");
      if (record.getInt(0) != END64_SIGNATURE || locator.getInt(4) != 0) {
        throw damaged("");
      }
      boolean oneDisk =
          record.getInt(16) == 0
              && record.getInt(20) == 0
              && record.getLong(24) == record.getLong(32);
      return checked(oneDisk, record.getLong(48), record.getLong(40), record.getLong(32), end64);
    }

    private static Directory checked(
        boolean oneDisk, long start, long length, long entries, long end) {
      if (!oneDisk || start < 0 || length < 0 || entries < 0 || start > end) {
        throw damaged("");
      }
      if (length != end - start) {
        throw damaged("");
      }
      return new Directory(start, length, entries);
    }
  }

  /** What directory and local header say about one entry, until both are known to agree. */
  private static final class Header {
    private final int number;
    private final int flags;
    private final int method;
    private final long crc;
    private final long compressedSize;
    private final long size;
    private final long start;
    private final byte[] rawName;
    private long dataStart;

    private Header(
        int number,
        int flags,
        int method,
        long crc,
        long compressedSize,
        long size,
        long start,
        byte[] rawName) {
      this.number = number;
      this.flags = flags;
      this.method = method;
      this.crc = crc;
      this.compressedSize = compressedSize;
      this.size = size;
      this.start = start;
      this.rawName = rawName;
    }

    static Header readCentral(int number, ByteBuffer bytes) {
      int at = bytes.position();
      int flags = Short.toUnsignedInt(bytes.getShort(at + 8));
      int method = Short.toUnsignedInt(bytes.getShort(at + 10));
      long crc = Integer.toUnsignedLong(bytes.getInt(at + 16));
      int nameLength = Short.toUnsignedInt(bytes.getShort(at + 28));
      int extraLength = Short.toUnsignedInt(bytes.getShort(at + 30));
      int commentLength = Short.toUnsignedInt(bytes.getShort(at + 32));
      int unixMode = bytes.getInt(at + 38) >>> 16;
      int following = nameLength + extraLength + commentLength;
      if (bytes.remaining() - CENTRAL_LENGTH < following) {
        throw damaged("entry " + number);
      }
      byte[] name = new byte[nameLength];
      bytes.get(at + CENTRAL_LENGTH, name);
      long[] sizes = {
        Integer.toUnsignedLong(bytes.getInt(at + 24)),
        Integer.toUnsignedLong(bytes.getInt(at + 20)),
        Integer.toUnsignedLong(bytes.getInt(at + 42))
      };
      int extraAt = at + CENTRAL_LENGTH + nameLength;
      applyZip64(number, bytes.slice(extraAt, extraLength).order(ByteOrder.LITTLE_ENDIAN), sizes);
      bytes.position(at + CENTRAL_LENGTH + following);
      Header header = new Header(number, flags, method, crc, sizes[1], sizes[0], sizes[2], name);
      header.checkKind(unixMode);
      return header;
    }

    /** APPNOTE 4.5.3: only the fields that hold the marker are in the extra field, in order. */
    private static void applyZip64(int number, ByteBuffer extra, long[] sizes) {
      while (extra.remaining() >= 4) {
        int id = Short.toUnsignedInt(extra.getShort());
        int length = Short.toUnsignedInt(extra.getShort());
        if (length > extra.remaining()) {
          // Padding that is no field, as some tools that align entries write.
          return;
        }
        int next = extra.position() + length;
        if (id == ZIP64_EXTRA) {
          for (int i = 0; i < sizes.length; i++) {
            if (sizes[i] == IN_ZIP64 && next - extra.position() >= Long.BYTES) {
              sizes[i] = extra.getLong();
            }
          }
        }
        extra.position(next);
      }
      if (sizes[0] < 0 || sizes[1] < 0 || sizes[2] < 0) {
        throw damaged("entry " + number);
      }
    }

    private void checkKind(int unixMode) {
      if ((flags & (FLAG_ENCRYPTED | FLAG_STRONGLY_ENCRYPTED | FLAG_DIRECTORY_ENCRYPTED)) != 0) {
        throw new RefusedException(
            Refusal.Code.ENCRYPTED,
            "entry " + number,
            "The package is protected with a password; please send it without.");
      }
      if (method != STORED && method != DEFLATED) {
        throw invalid(
            number,
            "The package uses a compression other than 'deflate', which its format does not allow;"
                + " please export the model again.");
      }
      if ((unixMode & UNIX_FILE_TYPE) == UNIX_SYMBOLIC_LINK) {
        throw invalid(
            number,
            "The package contains a symbolic link in place of a file; please export the model"
                + " again.");
      }
      if (method == STORED && compressedSize != size) {
        throw damaged("entry " + number);
      }
    }

    void readLocalHeader(Source source) throws IOException {
      String location = "entry " + number;
      ByteBuffer fixed = block(source, start, LOCAL_LENGTH, location);
      int nameLength = Short.toUnsignedInt(fixed.getShort(26));
      int extraLength = Short.toUnsignedInt(fixed.getShort(28));
      if (fixed.getInt(0) != LOCAL_SIGNATURE
          || Short.toUnsignedInt(fixed.getShort(8)) != method
          || nameLength != rawName.length) {
        throw damaged(location);
      }
      if ((fixed.getShort(6) & (FLAG_ENCRYPTED | FLAG_SIZES_FOLLOW)) == 0) {
        agree(fixed.getInt(18), compressedSize, location);
        agree(fixed.getInt(22), size, location);
      }
      byte[] localName = block(source, start + LOCAL_LENGTH, nameLength, location).array();
      if (!Arrays.equals(localName, rawName)) {
        throw damaged(location);
      }
      dataStart = start + LOCAL_LENGTH + nameLength + extraLength;
    }

    private static void agree(int local, long central, String location) {
      long declared = Integer.toUnsignedLong(local);
      if (declared != central && declared != IN_ZIP64) {
        throw damaged(location);
      }
    }

    Entry entry() {
      return new Entry(number, name(), method == DEFLATED, compressedSize, size, crc, dataStart);
    }

    private String name() {
      if ((flags & FLAG_UTF8) != 0) {
        try {
          return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(rawName)).toString();
        } catch (CharacterCodingException notUtf8) {
          throw damaged("entry " + number);
        }
      }
      return new String(rawName, StandardCharsets.ISO_8859_1);
    }
  }

  /** The bytes of one entry, inflated and counted. */
  private final class Content extends InputStream {
    private static final int BLOCK = 1 << 14;

    private final Entry entry;
    private final String location;
    private final byte[] compressed = new byte[BLOCK];
    private final CRC32 checksum = new CRC32();
    private final @Nullable Inflater inflater;
    private long fetched;
    private long produced;
    private boolean ended;

    Content(Entry entry) {
      this.entry = entry;
      this.location = "entry " + entry.number;
      this.inflater = entry.deflated ? new Inflater(true) : null;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      if (ended) {
        return -1;
      }
      if (length == 0) {
        return 0;
      }
      budget.check();
      int count =
          inflater == null ? copy(into, offset, length) : inflate(inflater, into, offset, length);
      if (count < 0) {
        end();
        return -1;
      }
      count(into, offset, count);
      return count;
    }

    private int copy(byte[] into, int offset, int length) throws IOException {
      int count = (int) Math.min(length, entry.size - produced);
      if (count == 0) {
        return -1;
      }
      if (source.read(entry.dataStart + produced, into, offset, count) < count) {
        throw truncated(location);
      }
      return count;
    }

    private int inflate(Inflater stream, byte[] into, int offset, int length) throws IOException {
      try {
        while (true) {
          int count = stream.inflate(into, offset, length);
          if (count > 0) {
            return count;
          }
          if (stream.finished()) {
            // Bytes after the end of the stream would be seen by some readers and not by others.
            if (fetched - stream.getRemaining() != entry.compressedSize) {
              throw damaged(location);
            }
            return -1;
          }
          if (stream.needsDictionary()) {
            throw damaged(location);
          }
          fetch(stream);
        }
      } catch (DataFormatException broken) {
        throw damaged(location);
      }
    }

    private void fetch(Inflater stream) throws IOException {
      int wanted = (int) Math.min(BLOCK, entry.compressedSize - fetched);
      if (wanted == 0) {
        throw damaged(location);
      }
      if (source.read(entry.dataStart + fetched, compressed, 0, wanted) < wanted) {
        throw truncated(location);
      }
      fetched += wanted;
      stream.setInput(compressed, 0, wanted);
    }

    private void count(byte[] into, int offset, int count) {
      produced += count;
      inflated += count;
      if (produced > entry.size
          || inflated > limits.inflatedBytes()
          || inflated > source.size() * limits.inflationRatio()) {
        throw bomb(location);
      }
      checksum.update(into, offset, count);
    }

    private void end() {
      ended = true;
      if (produced != entry.size || checksum.getValue() != entry.crc) {
        throw damaged(location);
      }
    }

    @Override
    public void close() {
      if (inflater != null) {
        inflater.end();
      }
    }
  }
}

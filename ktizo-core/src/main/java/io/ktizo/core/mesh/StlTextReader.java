package io.ktizo.core.mesh;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Reads ASCII STL: {@code solid}, {@code facet normal}, {@code outer loop}, {@code vertex} and
 * their ends.
 *
 * <p>Words may have any case and stand on any lines. Normals are skipped, whatever they are. A file
 * may hold several solids, empty ones too; each with triangles is a body. A missing last {@code
 * endsolid} is forgiven, a facet that is not finished is not.
 *
 * <p>Nearly every facet of every file is written the same way, in seven lines. Those are recognised
 * eight bytes at a time without looking at each byte; a facet that differs in any way is read again
 * word by word.
 */
final class StlTextReader {
  private static final int BLOCK_TRIANGLES = 512;

  /** A facet in seven lines with generous blanks and digits needs far less. */
  private static final int FACET_WINDOW = 4096;

  private static final VarHandle WORD =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int FOUR_BLANKS = 0x20202020;

  /** Sets the bit that makes ASCII letters lower case; blanks have it anyway. */
  private static final long LOWER_CASE = 0x2020202020202020L;

  private static final long SEVEN_BYTES = 0x00FFFFFFFFFFFFFFL;
  private static final long FACET_NO = word("facet no");
  private static final long OUTER_LO = word("outer lo");
  private static final long VERTEX = word("vertex ");
  private static final long ENDLOOP = word("endloop");
  private static final long ENDFACET = word("endfacet");

  private final TextInput input;
  private final MeshLimits limits;
  private final TriangleSink sink;
  private final DecimalParser numbers = new DecimalParser();
  private final float[] block = new float[9 * BLOCK_TRIANGLES];
  private int filled;
  private long triangles;

  private StlTextReader(Source source, MeshLimits limits, Budget budget, TriangleSink sink) {
    this.limits = limits;
    this.input = new TextInput(source, 0, budget);
    this.sink = sink;
  }

  static Model read(Source source, MeshLimits limits, Budget budget) throws IOException {
    MeshBuilder builder = new MeshBuilder(limits);
    scan(source, limits, budget, builder);
    return builder.build(MeshFormat.STL_ASCII, null, List.of());
  }

  /** Passes every triangle on to {@code sink}, in the memory of one block. */
  static void scan(Source source, MeshLimits limits, Budget budget, TriangleSink sink)
      throws IOException {
    new StlTextReader(source, limits, budget, sink).solids();
  }

  private void solids() throws IOException {
    while (true) {
      input.skipSpace();
      usualFacets();
      if (input.isAt("facet")) {
        facet();
      } else if (input.take("solid")) {
        endBody();
        // The name is free text and may contain any word.
        input.skipLine();
      } else if (input.take("endsolid")) {
        endBody();
        input.skipLine();
      } else if (input.atEnd() || onlyPaddingFollows()) {
        endBody();
        return;
      } else {
        throw input.malformed(
            "There should be a facet in this place of the STL file; please export it again.");
      }
    }
  }

  /** Some transfers fill the last block with zeros or end a text with Control-Z. */
  private boolean onlyPaddingFollows() throws IOException {
    long here = input.offset();
    while (true) {
      input.skipSpace();
      int next = input.peek();
      if (next < 0) {
        return true;
      }
      if (next != 0 && next != 0x1A) {
        input.seek(here);
        return false;
      }
      input.position++;
    }
  }

  private void endBody() {
    flush();
    sink.endBody();
  }

  private void flush() {
    if (filled > 0) {
      triangles += filled / 9;
      MeshBuilder.checkLimit(limits, triangles);
      sink.take(block, filled / 9);
      filled = 0;
    }
  }

  /** Reads one facet word by word. */
  private void facet() throws IOException {
    input.take("facet");
    // The normal: anything up to the loop, as it is not used.
    while (true) {
      input.skipSpace();
      if (input.isAt("outer") || input.isAt("vertex")) {
        break;
      }
      if (input.atEnd()) {
        throw input.truncated();
      }
      if (input.isAt("facet") || input.isAt("endfacet") || input.isAt("endsolid")) {
        throw input.malformed("A facet of the STL file has no corners; please export it again.");
      }
      input.skipWord();
      if (input.atControlCharacter()) {
        throw input.malformed("The STL file is damaged in this place; please export it again.");
      }
    }
    if (input.take("outer")) {
      expect("loop");
    }
    float[] target = roomForOneMore();
    for (int corner = 0; corner < 3; corner++) {
      expect("vertex");
      for (int i = 0; i < 3; i++) {
        input.skipSpace();
        target[filled + 3 * corner + i] = input.coordinate();
      }
    }
    expect("endloop");
    expect("endfacet");
    filled += 9;
  }

  private void expect(String word) throws IOException {
    input.skipSpace();
    if (!input.take(word)) {
      // A word that is cut by the end of the file is a missing end, not a wrong word.
      if (input.remaining() < word.length()) {
        throw input.truncated();
      }
      throw input.malformed(
          "The word \"" + word + "\" is missing in the STL file; please export it again.");
    }
  }

  private float[] roomForOneMore() {
    if (filled == block.length) {
      flush();
    }
    return block;
  }

  /** Reads as many facets in the usual form as there are, up to the first that is otherwise. */
  private void usualFacets() throws IOException {
    while (true) {
      boolean whole = input.ensure(FACET_WINDOW);
      int last = whole ? input.limit - FACET_WINDOW : input.limit;
      while (input.position <= last) {
        roomForOneMore();
        int end = usualFacet(input.buffer, input.position);
        if (end < 0) {
          return;
        }
        filled += 9;
        input.position = end;
      }
    }
  }

  /**
   * Reads one facet into the block, without advancing.
   *
   * @return the position of the next word behind it, or -1 if it is not in the usual form
   */
  private int usualFacet(byte[] bytes, int start) {
    int at = start;
    if (lowerCaseWord(bytes, at) != FACET_NO) {
      return -1;
    }
    at = lineEnd(bytes, at + 8);
    at = nextWord(bytes, at);
    if (lowerCaseWord(bytes, at) != OUTER_LO
        || (bytes[at + 8] | 0x20) != 'o'
        || (bytes[at + 9] | 0x20) != 'p'
        || bytes[at + 10] > ' ') {
      return -1;
    }
    at += 10;
    int to = filled;
    for (int corner = 0; corner < 3; corner++) {
      at = nextWord(bytes, at);
      if ((lowerCaseWord(bytes, at) & SEVEN_BYTES) != VERTEX) {
        return -1;
      }
      at += 6;
      for (int i = 0; i < 3; i++) {
        at = nextWord(bytes, at);
        float value = numbers.parse(bytes, at);
        at = numbers.end;
        if (at < 0 || bytes[at] > ' ' || bytes[at] <= 0 || !MeshBuilder.isUsable(value)) {
          return -1;
        }
        block[to++] = value;
      }
    }
    at = nextWord(bytes, at);
    if ((lowerCaseWord(bytes, at) & SEVEN_BYTES) != ENDLOOP || bytes[at + 7] > ' ') {
      return -1;
    }
    at = nextWord(bytes, at + 7);
    if (lowerCaseWord(bytes, at) != ENDFACET || bytes[at + 8] > ' ') {
      return -1;
    }
    return nextWord(bytes, at + 8);
  }

  private static int nextWord(byte[] bytes, int start) {
    int at = start;
    // Between two numbers stands one blank, so look no further first.
    if (bytes[at] == ' ' && bytes[at + 1] > ' ') {
      return at + 1;
    }
    if (bytes[at] == '\r') {
      at++;
    }
    if (bytes[at] == '\n') {
      at++;
    }
    while ((int) INT.get(bytes, at) == FOUR_BLANKS) {
      at += 4;
    }
    // Zero bytes stop the search: they pad the buffer.
    while (bytes[at] <= ' ' && bytes[at] > 0) {
      at++;
    }
    return at;
  }

  /** The first line end (or other control character but tab's like) from here on. */
  private static int lineEnd(byte[] bytes, int start) {
    int at = start;
    while (true) {
      long word = (long) WORD.get(bytes, at);
      // The usual search for a byte below 16; the lowest hit is exact, and that is the one wanted.
      long low = (word - 0x1010101010101010L) & ~word & 0x8080808080808080L;
      if (low != 0) {
        return at + (Long.numberOfTrailingZeros(low) >>> 3);
      }
      at += 8;
    }
  }

  private static long lowerCaseWord(byte[] bytes, int at) {
    return (long) WORD.get(bytes, at) | LOWER_CASE;
  }

  private static long word(String text) {
    long word = 0;
    for (int i = text.length() - 1; i >= 0; i--) {
      word = word << 8 | text.charAt(i);
    }
    return word;
  }
}

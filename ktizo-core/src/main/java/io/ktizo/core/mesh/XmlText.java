package io.ktizo.core.mesh;

import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * The characters of an XML document that is not trusted, on their way to the parser.
 *
 * <p>It decodes UTF-8, or UTF-16 with a byte order mark, strictly: a byte that belongs to neither
 * is refused and not replaced. It refuses a document type declaration the moment it comes by, so
 * that the parser never sees an entity, an external one least of all. And it refuses a tag, a
 * comment or a stretch of text that grows beyond all measure, because the parser would collect it
 * in memory.
 */
final class XmlText extends Reader {
  private static final int BLOCK = 1 << 13;

  /** The longest run between two markup characters; painted facets take a few thousand. */
  private static final int LONGEST_RUN = 4 << 20;

  private enum Lexical {
    TEXT,
    TAG_OPENED,
    TAG,
    TAG_IN_QUOTES,
    DECLARATION,
    COMMENT,
    CDATA,
    INSTRUCTION
  }

  private final InputStream bytes;
  private final String place;
  private final CharsetDecoder decoder;
  private final ByteBuffer undecoded = ByteBuffer.allocate(BLOCK);
  private final CharBuffer decoded = CharBuffer.allocate(BLOCK);
  private boolean bytesEnded;

  private Lexical lexical = Lexical.TEXT;
  private char quote;
  private char before;
  private char twoBefore;
  private int run;

  private XmlText(InputStream bytes, String place, Charset charset) {
    this.bytes = bytes;
    this.place = place;
    this.decoder =
        charset
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    undecoded.flip();
    decoded.flip();
  }

  /**
   * Looks at the byte order mark and begins after it.
   *
   * @param place names the document in a refusal
   */
  static XmlText of(InputStream bytes, String place) throws IOException {
    PushbackInputStream stream = new PushbackInputStream(bytes, 3);
    byte[] mark = stream.readNBytes(3);
    Charset charset = StandardCharsets.UTF_8;
    int skipped = 0;
    if (startsWith(mark, 0xEF, 0xBB, 0xBF)) {
      skipped = 3;
    } else if (startsWith(mark, 0xFE, 0xFF)) {
      charset = StandardCharsets.UTF_16BE;
      skipped = 2;
    } else if (startsWith(mark, 0xFF, 0xFE)) {
      charset = StandardCharsets.UTF_16LE;
      skipped = 2;
    }
    stream.unread(mark, skipped, mark.length - skipped);
    return new XmlText(stream, place, charset);
  }

  private static boolean startsWith(byte[] bytes, int... wanted) {
    for (int i = 0; i < wanted.length; i++) {
      if (i >= bytes.length || Byte.toUnsignedInt(bytes[i]) != wanted[i]) {
        return false;
      }
    }
    return true;
  }

  @Override
  public int read(char[] into, int offset, int length) throws IOException {
    while (!decoded.hasRemaining()) {
      if (bytesEnded && !undecoded.hasRemaining()) {
        return -1;
      }
      decodeBlock();
    }
    int count = Math.min(length, decoded.remaining());
    decoded.get(into, offset, count);
    return count;
  }

  private void decodeBlock() throws IOException {
    if (!bytesEnded) {
      fetch();
    }
    decoded.clear();
    CoderResult result = decoder.decode(undecoded, decoded, bytesEnded);
    if (result.isError()) {
      throw notUtf8(place);
    }
    decoded.flip();
    watch(decoded.array(), decoded.limit());
  }

  private void fetch() throws IOException {
    undecoded.compact();
    int count = bytes.read(undecoded.array(), undecoded.position(), undecoded.remaining());
    if (count < 0) {
      bytesEnded = true;
    } else {
      undecoded.position(undecoded.position() + count);
    }
    undecoded.flip();
  }

  static RefusedException notUtf8(String place) {
    return new RefusedException(
        Refusal.Code.MALFORMED,
        place,
        "The text inside the file is not in the encoding UTF-8, which its format demands; please"
            + " export the model again.");
  }

  private void watch(char[] chars, int count) {
    for (int i = 0; i < count; i++) {
      step(chars[i]);
    }
    if (run > LONGEST_RUN) {
      throw new RefusedException(
          Refusal.Code.TOO_COMPLEX,
          place,
          "The file contains a single entry of millions of characters, more than we accept.");
    }
  }

  private void step(char c) {
    run++;
    switch (lexical) {
      case TEXT -> {
        if (c == '<') {
          begin(Lexical.TAG_OPENED);
        }
      }
      case TAG_OPENED ->
          lexical =
              switch (c) {
                case '!' -> Lexical.DECLARATION;
                case '?' -> Lexical.INSTRUCTION;
                default -> Lexical.TAG;
              };
      case TAG -> {
        if (c == '>') {
          begin(Lexical.TEXT);
        } else if (c == '"' || c == '\'') {
          quote = c;
          lexical = Lexical.TAG_IN_QUOTES;
        }
      }
      case TAG_IN_QUOTES -> {
        if (c == quote) {
          lexical = Lexical.TAG;
        }
      }
      case DECLARATION -> {
        if (c == '[') {
          begin(Lexical.CDATA);
        } else if (c == '-') {
          begin(Lexical.COMMENT);
        } else {
          throw doctype();
        }
      }
      case COMMENT -> endAfter('-', '-', c);
      case CDATA -> endAfter(']', ']', c);
      case INSTRUCTION -> {
        if (c == '>' && before == '?') {
          begin(Lexical.TEXT);
        }
      }
    }
    twoBefore = before;
    before = c;
  }

  private void endAfter(char first, char second, char c) {
    // The opening "<!--" itself must not count: "<!-->" does not end a comment.
    if (c == '>' && before == second && twoBefore == first && run > 3) {
      begin(Lexical.TEXT);
    }
  }

  private void begin(Lexical next) {
    lexical = next;
    run = 0;
  }

  private RefusedException doctype() {
    return new RefusedException(
        Refusal.Code.MALFORMED,
        place,
        "The file contains a document type declaration (DTD), which its format forbids because it"
            + " can be used for attacks; please export the model again.");
  }

  @Override
  public void close() throws IOException {
    bytes.close();
  }
}

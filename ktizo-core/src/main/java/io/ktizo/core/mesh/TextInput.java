package io.ktizo.core.mesh;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Reads words and numbers from a text file of any line length in bounded memory.
 *
 * <p>Lines end with LF, CRLF or CR alone. Blanks are space, tab, vertical tab and form feed. Only
 * ASCII matters to the formats; all other bytes can stand in names and comments, which are skipped.
 */
final class TextInput extends BlockInput {
  private static final int END = -1;

  private final DecimalParser numbers = new DecimalParser();

  TextInput(Source source, long start, Budget budget) {
    super(source, start, budget);
  }

  /** The next byte as 0 to 255, or -1 at the end. */
  int peek() throws IOException {
    return position < limit || refill() ? buffer[position] & 0xFF : END;
  }

  boolean atEnd() throws IOException {
    return peek() == END;
  }

  boolean atLineEnd() throws IOException {
    int next = peek();
    return next == '\n' || next == '\r' || next == END;
  }

  /** Skips blanks within the line. */
  void skipBlanks() throws IOException {
    while (isBlank(peek())) {
      position++;
    }
  }

  /** Skips blanks and line ends. */
  void skipSpace() throws IOException {
    while (true) {
      int next = peek();
      if (!isBlank(next) && next != '\n' && next != '\r') {
        return;
      }
      position++;
    }
  }

  /** Goes behind the end of the line. */
  void skipLine() throws IOException {
    while (position < limit || refill()) {
      byte next = buffer[position++];
      if (next == '\n') {
        return;
      }
      if (next == '\r') {
        if (peek() == '\n') {
          position++;
        }
        return;
      }
    }
  }

  /** Skips blanks, and line ends behind a backslash. */
  void skipBlanksAndContinuations() throws IOException {
    while (true) {
      skipBlanks();
      if (!isAtContinuation()) {
        return;
      }
      position++;
      skipLine();
    }
  }

  /** Goes behind the end of the line and of all lines that a backslash joins to it. */
  void skipLogicalLine() throws IOException {
    while (!atLineEnd()) {
      if (isAtContinuation()) {
        position++;
        skipLine();
      } else {
        position++;
      }
    }
    skipLine();
  }

  private boolean isAtContinuation() throws IOException {
    return peek() == '\\'
        && (!ensure(2) || buffer[position + 1] == '\n' || buffer[position + 1] == '\r');
  }

  /** Skips the rest of a word, or up to the backslash that joins the next line. */
  void skipWordInLogicalLine() throws IOException {
    while (!isDelimiter(peek()) && !isAtContinuation()) {
      position++;
    }
  }

  /** Skips the rest of a word. */
  void skipWord() throws IOException {
    while (!isDelimiter(peek())) {
      position++;
    }
  }

  /**
   * Whether a character is next that no text has: it ends a word and is skipped by nothing, so that
   * whoever skips words must ask.
   */
  boolean atControlCharacter() throws IOException {
    int next = peek();
    return next >= 0 && next < ' ' && !isBlank(next) && next != '\n' && next != '\r';
  }

  /** Whether the next word is this one, whatever its case. Consumes nothing. */
  boolean isAt(String lowerCaseWord) throws IOException {
    int length = lowerCaseWord.length();
    if (!ensure(length)) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      int next = buffer[position + i];
      int lower = next >= 'A' && next <= 'Z' ? next + 32 : next;
      if (lower != lowerCaseWord.charAt(i)) {
        return false;
      }
    }
    return ensure(length + 1) ? isDelimiter(buffer[position + length] & 0xFF) : true;
  }

  /** As {@link #isAt}, and consumes the word if so. */
  boolean take(String lowerCaseWord) throws IOException {
    boolean there = isAt(lowerCaseWord);
    if (there) {
      position += lowerCaseWord.length();
    }
    return there;
  }

  /** The next word, cut off after so many bytes; empty at the end of the line. */
  String word(int longest) throws IOException {
    ensure(longest);
    int start = position;
    while (position - start < longest
        && position < limit
        && !isDelimiter(buffer[position] & 0xFF)) {
      position++;
    }
    String word = new String(buffer, start, position - start, StandardCharsets.ISO_8859_1);
    skipWord();
    return word;
  }

  /**
   * The coordinate that starts here, correctly rounded to single precision.
   *
   * <p>Refuses anything else, and what no printed thing could measure, with {@link
   * Refusal.Code#BAD_COORDINATE}; a file that ends here, with {@link Refusal.Code#TRUNCATED}.
   */
  float coordinate() throws IOException {
    ensure(DecimalParser.LONGEST + 1);
    float value = numbers.parse(buffer, position);
    if (numbers.end < 0 || !isDelimiter(numbers.end < limit ? buffer[numbers.end] & 0xFF : END)) {
      throw position >= limit ? truncated() : MeshBuilder.badCoordinate(line());
    }
    if (!MeshBuilder.isUsable(value)) {
      throw MeshBuilder.badCoordinate(line());
    }
    position = numbers.end;
    return value;
  }

  /**
   * The whole number that starts here; one that needs more than 18 digits comes back as {@link
   * Long#MAX_VALUE} or {@link Long#MIN_VALUE}. What follows is not looked at.
   *
   * @throws RefusedException if there is no digit, or more than 400
   */
  long integer() throws IOException {
    ensure(DecimalParser.LONGEST + 1);
    int at = position;
    boolean negative = buffer[at] == '-';
    if (negative || buffer[at] == '+') {
      at++;
    }
    int firstDigit = at;
    long value = 0;
    boolean large = false;
    while (at < limit && buffer[at] >= '0' && buffer[at] <= '9') {
      large |= value > 99_999_999_999_999_999L;
      value = large ? value : 10 * value + buffer[at] - '0';
      if (++at - position > DecimalParser.LONGEST) {
        throw malformed("A number in the file has too many digits; please export it again.");
      }
    }
    if (at == firstDigit) {
      throw at >= limit
          ? truncated()
          : malformed("There should be a whole number in this place; please export it again.");
    }
    position = at;
    if (large) {
      return negative ? Long.MIN_VALUE : Long.MAX_VALUE;
    }
    return negative ? -value : value;
  }

  RefusedException malformed(String message) throws IOException {
    return new RefusedException(Refusal.Code.MALFORMED, line(), message);
  }

  RefusedException truncated() throws IOException {
    return new RefusedException(
        Refusal.Code.TRUNCATED,
        line(),
        "The file ends in the middle of the model; please send it again.");
  }

  /**
   * The place of the next byte as {@code line 12}. Lines are not counted while reading, because
   * nobody asks for most of them: this goes through the file again.
   */
  String line() throws IOException {
    BlockInput again = new BlockInput(source(), 0, budget());
    long end = offset();
    long lines = 1;
    boolean carriageReturn = false;
    for (long at = 0; at < end && again.ensure(1); at++) {
      byte next = again.buffer[again.position++];
      lines += next == '\r' || (next == '\n' && !carriageReturn) ? 1 : 0;
      carriageReturn = next == '\r';
    }
    return "line " + lines;
  }

  static boolean isBlank(int next) {
    return next == ' ' || next == '\t' || next == 0x0B || next == '\f';
  }

  /** Whether a word ends before this byte. A zero byte ends one too: some writers pad with them. */
  static boolean isDelimiter(int next) {
    return next <= ' ';
  }
}

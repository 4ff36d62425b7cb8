package io.ktizo.core.mesh;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Tells the format of a file by looking at it, the surest signs first.
 *
 * <p>The order matters. Binary STL has no magic and its header may say anything, {@code solid} and
 * {@code ply} included: its count together with the file's size decides before any text format is
 * tried, and what begins like a foreign format (a web page, a program, a document) is never taken
 * for one, so that nothing that is two things at once gets in.
 */
final class FormatDetection {
  private static final int HEAD = 1 << 16;
  private static final int LINES = 400;

  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  /** First bytes of formats that an STL header must not be mistaken for. */
  private static final List<byte[]> FOREIGN =
      List.of(
          ascii("%PDF-"),
          ascii("\u007fELF"),
          ascii("GIF8"),
          ascii("RIFF"),
          ascii("Rar!"),
          ascii("7z\u00bc\u00af"),
          ascii("\u0089PNG"),
          ascii("\u00ff\u00d8\u00ff"),
          ascii("\u001f\u008b\u0008"),
          ascii("\u00ca\u00fe\u00ba\u00be"),
          ascii("\u00d0\u00cf\u0011\u00e0"),
          ascii("#!/"));

  private static final Pattern OFF_HEADER =
      Pattern.compile("(?:ST)?C?N?4?n?OFF(?:\\s.*|[0-9].*)?", Pattern.DOTALL);
  private static final Pattern GCODE_COMMAND =
      Pattern.compile("(?:N\\d+\\s*)?[GMT]\\d{1,4}(?:\\.\\d)?(?:[\\s;(*A-Z].*)?");
  private static final Pattern OBJ_EVIDENCE =
      Pattern.compile("(?:v\\s+[-+.]?[0-9]|f\\s+-?[0-9]|[lp]\\s+-?[0-9]+).*");
  private static final Set<String> OBJ_WORDS =
      Set.of(
          "v",
          "vt",
          "vn",
          "vp",
          "f",
          "l",
          "p",
          "g",
          "o",
          "s",
          "mg",
          "usemtl",
          "mtllib",
          "usemap",
          "maplib",
          "fo",
          "cstype",
          "deg",
          "curv",
          "curv2",
          "surf",
          "parm",
          "end",
          "trim",
          "hole",
          "scrv",
          "sp",
          "step",
          "bmat",
          "con",
          "lod",
          "bevel",
          "shadow_obj",
          "trace_obj",
          "c_interp",
          "d_interp",
          "ctech",
          "stech",
          "call",
          "csh");

  private FormatDetection() {}

  /** The format of these bytes, if it is one that is known. */
  static Optional<MeshFormat> detect(Source source, Budget budget) throws IOException {
    byte[] head = source.head(HEAD);
    if (startsWith(head, ascii("PK\u0003\u0004")) || startsWith(head, ascii("PK\u0005\u0006"))) {
      return ZipNames.format(source);
    }
    if (startsWith(head, ascii("glTF"))) {
      return Optional.of(MeshFormat.GLB);
    }
    if (startsWith(head, ascii("GCDE"))) {
      return Optional.of(MeshFormat.GCODE);
    }
    if (isForeign(source, head)) {
      return Optional.empty();
    }
    Source text = source.asText();
    byte[] textHead = text == source ? head : text.head(HEAD);
    int start = firstVisible(textHead);
    if (start < textHead.length && textHead[start] == '<') {
      return isAmf(textHead, start) ? Optional.of(MeshFormat.AMF) : Optional.empty();
    }
    if (isExactBinaryStl(source, head)) {
      return Optional.of(MeshFormat.STL_BINARY);
    }
    Optional<MeshFormat> word = byFirstWord(textHead, start);
    if (word.isPresent()) {
      return word;
    }
    if (isText(textHead)) {
      return byLines(text, budget);
    }
    return isRoughlyBinaryStl(source, head) ? Optional.of(MeshFormat.STL_BINARY) : Optional.empty();
  }

  private static Optional<MeshFormat> byFirstWord(byte[] head, int start) {
    String opening =
        new String(head, start, Math.min(200, head.length - start), StandardCharsets.ISO_8859_1);
    if (opening.startsWith("ply\n") || opening.startsWith("ply\r") || opening.startsWith("ply ")) {
      return Optional.of(MeshFormat.PLY);
    }
    if (opening.startsWith("ISO-10303-21")) {
      return Optional.of(MeshFormat.STEP);
    }
    if (OFF_HEADER.matcher(opening).matches()) {
      return Optional.of(MeshFormat.OFF);
    }
    return Optional.empty();
  }

  private static boolean isForeign(Source source, byte[] head) throws IOException {
    for (byte[] magic : FOREIGN) {
      if (startsWith(head, magic)) {
        return true;
      }
    }
    // "MZ" alone may begin a word; a Windows program has its second header where byte 60 says.
    if (startsWith(head, ascii("MZ")) && head.length >= 64) {
      byte[] second = new byte[4];
      source.read((int) INT.get(head, 60) & 0xFFFFFFFFL, second, 0, 4);
      return Arrays.equals(second, ascii("PE\u0000\u0000"));
    }
    return false;
  }

  /** Whether the count and the size agree, which no text of less than 7 GB can do by chance. */
  private static boolean isExactBinaryStl(Source source, byte[] head) {
    return head.length >= StlBinaryReader.HEADER
        && StlBinaryReader.HEADER + StlBinaryReader.TRIANGLE * stlCount(head) == source.size();
  }

  /** Whether this looks like binary STL with bytes missing at its end, or with more behind it. */
  private static boolean isRoughlyBinaryStl(Source source, byte[] head) {
    if (head.length < StlBinaryReader.HEADER || stlCount(head) == 0) {
      return false;
    }
    long there = (source.size() - StlBinaryReader.HEADER) / StlBinaryReader.TRIANGLE;
    int sample = (int) Math.min(8, Math.min(there, stlCount(head)));
    for (int i = 0; i < 9 * sample; i++) {
      int at = StlBinaryReader.HEADER + StlBinaryReader.TRIANGLE * (i / 9) + 12 + 4 * (i % 9);
      float size = Math.abs(Float.intBitsToFloat((int) INT.get(head, at)));
      if (!(size == 0 || (size > 1e-20f && size < 1e9f))) {
        return false;
      }
    }
    if (sample > 0) {
      return true;
    }
    for (int i = 0; i < StlBinaryReader.HEADER - 4; i++) {
      if (head[i] != 0 && isControl(head[i])) {
        return false;
      }
    }
    return true;
  }

  private static long stlCount(byte[] head) {
    return (int) INT.get(head, StlBinaryReader.HEADER - 4) & 0xFFFFFFFFL;
  }

  /** Whether the root element of an XML document is called {@code amf}. */
  private static boolean isAmf(byte[] head, int start) {
    String xml = new String(head, start, head.length - start, StandardCharsets.ISO_8859_1);
    int at = 0;
    while (at >= 0 && at < xml.length()) {
      if (xml.startsWith("<?", at)) {
        at = behind(xml, "?>", at);
      } else if (xml.startsWith("<!--", at)) {
        at = behind(xml, "-->", at);
      } else if (xml.startsWith("<!", at)) {
        int subset = xml.indexOf('[', at);
        int close = xml.indexOf('>', at);
        at = subset >= 0 && subset < close ? behind(xml, "]", subset) : at;
        at = at < 0 ? at : behind(xml, ">", at);
      } else if (xml.charAt(at) == '<') {
        String name = xml.substring(at + 1, Math.min(xml.length(), at + 40)).split("[\\s/>]", 2)[0];
        return name.substring(name.indexOf(':') + 1).equalsIgnoreCase("amf");
      } else {
        at = xml.indexOf('<', at);
      }
    }
    return false;
  }

  private static int behind(String text, String mark, int from) {
    int at = text.indexOf(mark, from);
    return at < 0 ? -1 : at + mark.length();
  }

  /** Looks at the first lines that are no comment. */
  private static Optional<MeshFormat> byLines(Source text, Budget budget) throws IOException {
    int gcode = 0;
    int gcodeComments = 0;
    int obj = 0;
    boolean objEvidence = false;
    int others = 0;
    String sample = withoutLeadingComments(text, budget);
    String lowerCase = sample.toLowerCase(Locale.ROOT).strip();
    if ((lowerCase.startsWith("solid") || lowerCase.startsWith("facet"))
        && (lowerCase.contains("facet") || lowerCase.contains("endsolid"))) {
      return Optional.of(MeshFormat.STL_ASCII);
    }
    Optional<MeshFormat> word =
        byFirstWord(sample.strip().getBytes(StandardCharsets.ISO_8859_1), 0);
    if (word.isPresent()) {
      return word;
    }
    for (String line : sample.lines().limit(LINES).map(String::strip).toList()) {
      if (line.isEmpty() || line.startsWith("#") || line.equals("%")) {
        continue;
      }
      if (line.startsWith(";") || line.startsWith("(")) {
        gcodeComments++;
      } else if (GCODE_COMMAND.matcher(line).matches()) {
        gcode++;
      } else if (OBJ_WORDS.contains(line.split("\\s", 2)[0])) {
        obj++;
        objEvidence |= OBJ_EVIDENCE.matcher(line).matches();
      } else {
        others++;
      }
    }
    if (objEvidence && obj > gcode && 2 * obj > others) {
      return Optional.of(MeshFormat.OBJ);
    }
    if (gcode + gcodeComments > 0 && gcode + gcodeComments > 4 * others && gcode >= obj) {
      return Optional.of(MeshFormat.GCODE);
    }
    return Optional.empty();
  }

  /** A piece of the text from its first line on that is neither empty nor a {@code #} comment. */
  private static String withoutLeadingComments(Source text, Budget budget) throws IOException {
    TextInput input = new TextInput(text, 0, budget);
    while (true) {
      input.skipSpace();
      if (input.peek() != '#') {
        break;
      }
      input.skipLine();
    }
    byte[] sample = new byte[HEAD];
    int length = text.read(input.offset(), sample, 0, HEAD);
    return new String(sample, 0, length, StandardCharsets.ISO_8859_1);
  }

  private static int firstVisible(byte[] head) {
    int at = 0;
    while (at < head.length
        && (head[at] == '\n' || head[at] == '\r' || TextInput.isBlank(head[at]))) {
      at++;
    }
    return at;
  }

  /** Whether there is no byte that a text would not have; zeros at the end are padding. */
  private static boolean isText(byte[] head) {
    int end = head.length;
    while (end > 0 && head[end - 1] == 0) {
      end--;
    }
    for (int i = 0; i < end; i++) {
      if (isControl(head[i])) {
        return false;
      }
    }
    return end > 0;
  }

  private static boolean isControl(byte value) {
    return value >= 0 && value < ' ' && !(value >= '\t' && value <= '\r') && value != 0x1A;
  }

  private static boolean startsWith(byte[] head, byte[] magic) {
    return head.length >= magic.length
        && Arrays.equals(head, 0, magic.length, magic, 0, magic.length);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}

package io.ktizo.storage.detect;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Tells a sliced job from a project. Slicers that send jobs to printers pack them as 3MF: there is
 * a model part, since the format wants one, but no mesh in it, and the instructions lie beside it.
 *
 * <p>Reads the central directory (PKWARE APPNOTE 4.3) and the beginning of each model part, at most
 * {@value #MODELS} of them and {@value #INFLATED} bytes of each.
 */
final class GcodePackage {
  private static final int MODELS = 16;
  private static final int INFLATED = 1 << 18;
  private static final int DIRECTORY = 1 << 20;
  private static final int END_RECORD = 22;
  private static final int LONGEST_COMMENT = 0xFFFF;
  private static final int END_SIGNATURE = 0x06054b50;
  private static final int ENTRY_SIGNATURE = 0x02014b50;
  private static final int ENTRY_HEADER = 46;
  private static final int LOCAL_HEADER = 30;
  private static final Pattern MESH = Pattern.compile("<(?:[A-Za-z_][\\w.-]*:)?mesh[\\s/>]");

  private record Entry(String name, int method, long compressed, long localHeader) {}

  private GcodePackage() {}

  static boolean hasGcodeAndNoMesh(SeekableByteChannel zip) throws IOException {
    List<Entry> entries = directory(zip);
    if (entries.stream().noneMatch(entry -> entry.name.endsWith(".gcode"))) {
      return false;
    }
    List<Entry> models =
        entries.stream().filter(entry -> entry.name.endsWith(".model")).limit(MODELS).toList();
    for (Entry model : models) {
      if (MESH.matcher(beginning(zip, model)).find()) {
        return false;
      }
    }
    return true;
  }

  private static List<Entry> directory(SeekableByteChannel zip) throws IOException {
    long size = zip.size();
    int tailLength = (int) Math.min(END_RECORD + LONGEST_COMMENT, size);
    ByteBuffer tail = read(zip, size - tailLength, tailLength);
    int at = tail.limit() - END_RECORD;
    while (at >= 0 && tail.getInt(at) != END_SIGNATURE) {
      at--;
    }
    List<Entry> entries = new ArrayList<>();
    if (at < 0) {
      return entries;
    }
    long length = Integer.toUnsignedLong(tail.getInt(at + 12));
    ByteBuffer directory =
        read(zip, Integer.toUnsignedLong(tail.getInt(at + 16)), (int) Math.min(length, DIRECTORY));
    int entry = 0;
    while (entry + ENTRY_HEADER <= directory.limit()
        && directory.getInt(entry) == ENTRY_SIGNATURE) {
      int nameLength = Short.toUnsignedInt(directory.getShort(entry + 28));
      int next =
          entry
              + ENTRY_HEADER
              + nameLength
              + Short.toUnsignedInt(directory.getShort(entry + 30))
              + Short.toUnsignedInt(directory.getShort(entry + 32));
      if (entry + ENTRY_HEADER + nameLength <= directory.limit()) {
        byte[] name = new byte[nameLength];
        directory.get(entry + ENTRY_HEADER, name);
        entries.add(
            new Entry(
                new String(name, StandardCharsets.UTF_8).toLowerCase(Locale.ROOT),
                Short.toUnsignedInt(directory.getShort(entry + 10)),
                Integer.toUnsignedLong(directory.getInt(entry + 20)),
                Integer.toUnsignedLong(directory.getInt(entry + 42))));
      }
      entry = next;
    }
    return entries;
  }

  private static String beginning(SeekableByteChannel zip, Entry entry) throws IOException {
    ByteBuffer local = read(zip, entry.localHeader, LOCAL_HEADER);
    if (local.limit() < LOCAL_HEADER) {
      return "";
    }
    long start =
        entry.localHeader
            + LOCAL_HEADER
            + Short.toUnsignedInt(local.getShort(26))
            + Short.toUnsignedInt(local.getShort(28));
    ByteBuffer bytes = read(zip, start, (int) Math.min(entry.compressed, INFLATED));
    if (entry.method == 0) {
      return StandardCharsets.ISO_8859_1.decode(bytes).toString();
    }
    return inflated(bytes);
  }

  private static String inflated(ByteBuffer compressed) {
    Inflater inflater = new Inflater(true);
    try {
      inflater.setInput(compressed);
      ByteArrayOutputStream text = new ByteArrayOutputStream();
      byte[] block = new byte[1 << 13];
      while (text.size() < INFLATED) {
        int count = inflater.inflate(block);
        if (count == 0) {
          break;
        }
        text.write(block, 0, count);
      }
      return text.toString(StandardCharsets.ISO_8859_1);
    } catch (DataFormatException damaged) {
      // What cannot be read shows no mesh; reading the model will say what is wrong with it.
      return "";
    } finally {
      inflater.end();
    }
  }

  private static ByteBuffer read(SeekableByteChannel from, long position, int length)
      throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    if (position >= 0 && position < from.size()) {
      from.position(position);
      while (bytes.hasRemaining() && from.read(bytes) >= 0) {
        // Some channels give less than they could.
      }
    }
    return bytes.flip();
  }
}

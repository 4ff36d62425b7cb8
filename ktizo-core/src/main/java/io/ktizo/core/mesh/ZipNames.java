package io.ktizo.core.mesh;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Tells what kind of package a zip file is from the names in its directory (PKWARE APPNOTE 4.3),
 * inflating nothing and trusting nothing: names only decide which reader looks closer.
 */
final class ZipNames {
  private static final int DIRECTORY_BYTES = 1 << 20;
  private static final int END_RECORD = 22;
  private static final int LONGEST_COMMENT = 0xFFFF;
  private static final int END_SIGNATURE = 0x06054b50;
  private static final int ENTRY_SIGNATURE = 0x02014b50;
  private static final int ENTRY_HEADER = 46;
  private static final int LOCAL_HEADER = 30;

  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

  private ZipNames() {}

  static Optional<MeshFormat> format(Source source) throws IOException {
    List<String> names = inDirectory(source);
    if (names.isEmpty()) {
      // Cut off, or odd: the first entry tells where a better answer than "unknown" can be given.
      names = List.of(ofFirstEntry(source));
    }
    boolean model = names.stream().anyMatch(name -> name.endsWith(".model"));
    if (!model && names.stream().anyMatch(ZipNames::isGcode)) {
      return Optional.of(MeshFormat.GCODE);
    }
    boolean openPackage = names.contains("[content_types].xml") || names.contains("_rels/.rels");
    if (model || (openPackage && names.stream().noneMatch(ZipNames::isOffice))) {
      return Optional.of(MeshFormat.THREE_MF);
    }
    return names.stream().anyMatch(name -> name.endsWith(".amf"))
        ? Optional.of(MeshFormat.AMF)
        : Optional.empty();
  }

  /** Whether the package holds instructions for one printer. */
  static boolean holdsGcode(Source source) throws IOException {
    return inDirectory(source).stream().anyMatch(ZipNames::isGcode);
  }

  private static boolean isGcode(String name) {
    return name.endsWith(".gcode");
  }

  private static boolean isOffice(String name) {
    return name.startsWith("word/") || name.startsWith("xl/") || name.startsWith("ppt/");
  }

  /** The names in lower case; none if there is no directory where it should be. */
  private static List<String> inDirectory(Source source) throws IOException {
    byte[] end = tail(source);
    int at = end.length - END_RECORD;
    while (at >= 0 && (int) INT.get(end, at) != END_SIGNATURE) {
      at--;
    }
    List<String> names = new ArrayList<>();
    if (at < 0) {
      return names;
    }
    long size = (int) INT.get(end, at + 12) & 0xFFFFFFFFL;
    long start = (int) INT.get(end, at + 16) & 0xFFFFFFFFL;
    byte[] directory = new byte[(int) Math.min(Math.min(size, DIRECTORY_BYTES), source.size())];
    int read = source.read(start, directory, 0, directory.length);
    int entry = 0;
    while (entry + ENTRY_HEADER <= read && (int) INT.get(directory, entry) == ENTRY_SIGNATURE) {
      int nameLength = unsigned(directory, entry + 28);
      int next =
          entry
              + ENTRY_HEADER
              + nameLength
              + unsigned(directory, entry + 30)
              + unsigned(directory, entry + 32);
      if (entry + ENTRY_HEADER + nameLength <= read) {
        names.add(name(directory, entry + ENTRY_HEADER, nameLength));
      }
      entry = next;
    }
    return names;
  }

  private static byte[] tail(Source source) throws IOException {
    byte[] tail = new byte[(int) Math.min(END_RECORD + LONGEST_COMMENT, source.size())];
    source.read(source.size() - tail.length, tail, 0, tail.length);
    return tail;
  }

  private static String ofFirstEntry(Source source) throws IOException {
    byte[] head = source.head(LOCAL_HEADER + 256);
    if (head.length < LOCAL_HEADER) {
      return "";
    }
    return name(head, LOCAL_HEADER, Math.min(unsigned(head, 26), head.length - LOCAL_HEADER));
  }

  private static String name(byte[] bytes, int at, int length) {
    String name = new String(bytes, at, length, StandardCharsets.UTF_8).toLowerCase(Locale.ROOT);
    return name.startsWith("/") ? name.substring(1) : name;
  }

  private static int unsigned(byte[] bytes, int at) {
    return (short) SHORT.get(bytes, at) & 0xFFFF;
  }
}

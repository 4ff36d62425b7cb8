package io.ktizo.privacy.erasure;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A ledger in a file of text: a first line with its id, then a line for each entry, its fields
 * separated by tabs. Each line is forced to disk before it is answered for. A line that a crash
 * left unfinished was never answered for and is cut off by the next writer.
 *
 * <p>Several processes on one machine may share the file; they lock it while they write. On network
 * file systems this rests on their locks.
 */
public final class FileLedger implements Ledger {
  private static final String FIRST = "ktizo-erasure-ledger 1 ";

  private final Path file;

  private FileLedger(Path file) {
    this.file = file;
  }

  /**
   * Makes a new, empty ledger. Done once in an application's life: a ledger that is lost must not
   * be replaced by an empty one in silence.
   *
   * @throws LedgerException if the file exists or cannot be written
   */
  public static FileLedger create(Path file) {
    String first = FIRST + UUID.randomUUID() + "\n";
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      write(channel, first);
    } catch (IOException refused) {
      throw new LedgerException(
          "no new ledger can be made at " + file + ": " + refused.getClass().getSimpleName());
    }
    return new FileLedger(file);
  }

  /** The ledger at a place where one was made. It is read when it is needed. */
  public static FileLedger at(Path file) {
    return new FileLedger(file);
  }

  @Override
  public String id() {
    return read().id;
  }

  @Override
  public List<Entry> after(long number) {
    Content content = read();
    if (number > content.entries.size()) {
      throw new LedgerException(
          "the ledger ends at entry "
              + content.entries.size()
              + ", but entry "
              + number
              + " was carried out: it was cut off, or is an older copy");
    }
    return List.copyOf(content.entries.subList((int) number, content.entries.size()));
  }

  @Override
  public Optional<Entry> last() {
    Content content = read();
    return content.entries.isEmpty() ? Optional.empty() : Optional.of(content.entries.getLast());
  }

  @Override
  public synchronized Entry append(String runId, String kind, String keyId, String subjectHash) {
    if (!Files.exists(file)) {
      throw missing();
    }
    try (FileChannel channel =
            FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
        FileLock lock = channel.lock()) {
      Content content = parse(Channels.newInputStream(channel).readAllBytes());
      for (Entry entry : content.entries) {
        if (entry.runId().equals(runId)) {
          return entry;
        }
      }
      String before = content.entries.isEmpty() ? content.id : content.entries.getLast().chain();
      long number = content.entries.size() + 1L;
      String body = String.join("\t", Long.toString(number), runId, kind, keyId, subjectHash);
      String chain = chain(before, body);
      channel.truncate(content.length);
      channel.position(content.length);
      write(channel, body + "\t" + chain + "\n");
      if (!lock.isValid()) {
        throw new LedgerException("the lock on " + file + " was lost");
      }
      return new Entry(number, runId, kind, keyId, subjectHash, chain);
    } catch (IOException refused) {
      throw new LedgerException(
          "the ledger at " + file + " cannot be written: " + refused.getClass().getSimpleName());
    }
  }

  private static void write(FileChannel channel, String line) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8));
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
    channel.force(true);
  }

  private LedgerException missing() {
    return new LedgerException(
        "there is no ledger at "
            + file
            + ": without it nobody can tell whom a restored database brought back");
  }

  private Content read() {
    if (!Files.exists(file)) {
      throw missing();
    }
    try {
      return parse(Files.readAllBytes(file));
    } catch (IOException refused) {
      throw new LedgerException(
          "the ledger at " + file + " cannot be read: " + refused.getClass().getSimpleName());
    }
  }

  /** What stands in the file; {@code length} is where its last whole line ends. */
  private record Content(String id, List<Entry> entries, long length) {}

  private Content parse(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    int whole = text.lastIndexOf('\n') + 1;
    List<String> lines = text.substring(0, whole).lines().toList();
    if (lines.isEmpty() || !lines.getFirst().startsWith(FIRST)) {
      throw new LedgerException(file + " is no ledger of erasures");
    }
    String id = lines.getFirst().substring(FIRST.length());
    List<Entry> entries = new ArrayList<>();
    String before = id;
    for (String line : lines.subList(1, lines.size())) {
      String[] parts = line.split("\t", -1);
      int cut = line.lastIndexOf('\t');
      if (parts.length != 6
          || !parts[0].equals(Long.toString(entries.size() + 1L))
          || !chain(before, line.substring(0, cut)).equals(parts[5])) {
        throw new LedgerException(
            "the ledger at " + file + " was changed at entry " + (entries.size() + 1));
      }
      before = parts[5];
      entries.add(new Entry(entries.size() + 1L, parts[1], parts[2], parts[3], parts[4], parts[5]));
    }
    return new Content(
        id, entries, text.substring(0, whole).getBytes(StandardCharsets.UTF_8).length);
  }

  static String chain(String before, String body) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256")
                  .digest((before + "\n" + body).getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("this JDK has no SHA-256", impossible);
    }
  }
}

package io.ktizo.server.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.random.RandomGenerator;

/** Files of keys as {@link KeyRing} reads them, for their owner's eyes alone. */
public final class KeyFile {
  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("yyyy-MM-dd", Locale.ROOT).withZone(ZoneOffset.UTC);

  private KeyFile() {}

  /**
   * Puts a new key before those in the file; makes the file if it is not there. Whoever reads the
   * file meanwhile sees the old one or the new one whole.
   *
   * @param random a {@link java.security.SecureRandom} in production
   * @return id of the new key: the day, and a number if that is taken
   * @throws IOException if the file cannot be written
   * @throws IllegalArgumentException if it holds something else than keys
   */
  public static String add(Path file, RandomGenerator random, Instant now) throws IOException {
    String former = Files.exists(file) ? Files.readString(file).strip() : "";
    Set<String> taken = new HashSet<>();
    if (!former.isEmpty()) {
      KeyRing.parse(new Secret(former, file, false)).keys().forEach(key -> taken.add(key.id()));
    }
    String day = DAY.format(now);
    String id = day;
    for (int count = 2; taken.contains(id); count++) {
      id = day + "." + count;
    }
    byte[] key = new byte[KeyRing.KEY_BYTES];
    random.nextBytes(key);
    String all =
        id
            + "="
            + Base64.getEncoder().encodeToString(key)
            + "\n"
            + (former.isEmpty() ? "" : former + "\n");
    write(file, all);
    return id;
  }

  private static void write(Path file, String content) throws IOException {
    Path whole = file.toAbsolutePath();
    Path folder = whole.getParent();
    if (folder == null) {
      throw new IOException("not a file");
    }
    Files.createDirectories(folder);
    FileAttribute<?>[] mine =
        file.getFileSystem().supportedFileAttributeViews().contains("posix")
            ? new FileAttribute<?>[] {
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
            }
            : new FileAttribute<?>[0];
    Path fresh = Files.createTempFile(folder, ".key", ".new", mine);
    try {
      Files.writeString(fresh, content, StandardCharsets.US_ASCII);
      Files.move(fresh, whole, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(fresh);
    }
  }
}

package io.ktizo.server.privacy;

import io.ktizo.privacy.KeySource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Set;

/** The engine's secret in a file that only its owner may read. */
final class Secret {
  private static final String ID = "file";

  private Secret() {}

  /**
   * Reads the secret.
   *
   * @throws IllegalArgumentException if others may read the file, or it holds no secret
   */
  static KeySource read(Path file) throws IOException {
    if (posix(file)) {
      Set<PosixFilePermission> allowed = Files.getPosixFilePermissions(file);
      if (allowed.contains(PosixFilePermission.GROUP_READ)
          || allowed.contains(PosixFilePermission.OTHERS_READ)) {
        throw new IllegalArgumentException(
            "others may read the secret " + file + ": take their rights away (chmod 600)");
      }
    }
    byte[] secret;
    try {
      secret = Base64.getDecoder().decode(Files.readString(file).strip());
    } catch (IllegalArgumentException notBase64) {
      throw new IllegalArgumentException("the secret " + file + " is not Base64");
    }
    if (secret.length < 32) {
      throw new IllegalArgumentException("the secret " + file + " is shorter than 32 bytes");
    }
    return KeySource.of(ID, secret);
  }

  /** Reads the secret, and makes one first if there is none. */
  static KeySource readOrMake(Path file) throws IOException {
    if (!Files.exists(file)) {
      byte[] secret = new byte[32];
      new SecureRandom().nextBytes(secret);
      writePrivately(file, Base64.getEncoder().encodeToString(secret) + "\n");
    }
    return read(file);
  }

  /** Writes a new file that only its owner may read. */
  static void writePrivately(Path file, String content) throws IOException {
    makePrivately(file);
    Files.writeString(file, content, StandardCharsets.UTF_8, StandardOpenOption.TRUNCATE_EXISTING);
  }

  /** Makes an empty file that only its owner may read; one that exists stays as it is. */
  static void makePrivately(Path file) throws IOException {
    if (!Files.exists(file)) {
      FileAttribute<?>[] attributes =
          posix(file)
              ? new FileAttribute<?>[] {
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
              }
              : new FileAttribute<?>[0];
      Files.createFile(file, attributes);
    }
  }

  private static boolean posix(Path file) {
    return file.getFileSystem().supportedFileAttributeViews().contains("posix");
  }
}

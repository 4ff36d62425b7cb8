package io.ktizo.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Set;
import java.util.random.RandomGenerator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The server's one secret, from which a key for each purpose is derived (HKDF, RFC 5869), so that
 * no key is used for two things and one secret is enough to keep. Immutable.
 */
public final class Secrets {
  private static final int LENGTH = 32;

  private final byte[] master;

  private Secrets(byte[] master) {
    this.master = master;
  }

  /**
   * By a secret that the operator keeps.
   *
   * @param master at least 32 bytes
   * @throws IllegalArgumentException if it is shorter
   */
  public static Secrets of(byte[] master) {
    if (master.length < LENGTH) {
      throw new IllegalArgumentException("the server's secret has at least 32 bytes");
    }
    return new Secrets(master.clone());
  }

  /** By chance: what it protects cannot be read after the end of the process. */
  public static Secrets passing(RandomGenerator random) {
    byte[] master = new byte[LENGTH];
    random.nextBytes(master);
    return new Secrets(master);
  }

  /**
   * By a file that only its owner may read; made by chance if it is not there.
   *
   * @throws IllegalStateException if the file cannot be read or made, or holds no secret
   */
  public static Secrets inFile(Path file, RandomGenerator random) {
    try {
      make(file, random);
      return of(HexFormat.of().parseHex(Files.readString(file, StandardCharsets.US_ASCII).strip()));
    } catch (IOException e) {
      throw new IllegalStateException("the file with the server's secret cannot be used", e);
    } catch (IllegalArgumentException e) {
      throw new IllegalStateException(
          "the file with the server's secret does not hold 64 hexadecimal digits", e);
    }
  }

  private static void make(Path file, RandomGenerator random) throws IOException {
    if (Files.exists(file)) {
      return;
    }
    byte[] master = new byte[LENGTH];
    random.nextBytes(master);
    // Whole or not at all, and never readable by others, not even for a moment.
    Path part = file.resolveSibling(file.getFileName() + ".part");
    Files.deleteIfExists(part);
    if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      Files.createFile(
          part, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    } else {
      Files.createFile(part);
    }
    Files.write(
        part,
        HexFormat.of().formatHex(master).getBytes(StandardCharsets.US_ASCII),
        Set.of(StandardOpenOption.WRITE, StandardOpenOption.SYNC)
            .toArray(StandardOpenOption[]::new));
    try {
      // A link refuses where a move would replace: of two servers that start at once, one wins.
      Files.createLink(file, part);
    } catch (FileAlreadyExistsException another) {
      // Its secret is as good.
    } finally {
      Files.deleteIfExists(part);
    }
  }

  /** The key of 32 bytes for one purpose, always the same. */
  public byte[] key(String purpose) {
    // RFC 5869 §2.2 with the default salt, then §2.3: one block is all that 32 bytes need.
    byte[] extracted = hmac(new byte[LENGTH], master);
    byte[] info = purpose.getBytes(StandardCharsets.UTF_8);
    byte[] block = Arrays.copyOf(info, info.length + 1);
    block[info.length] = 1;
    return hmac(extracted, block);
  }

  private static byte[] hmac(byte[] key, byte[] text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(text);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("each JDK has HmacSHA256", e);
    }
  }

  /** Without the secret. */
  @Override
  public String toString() {
    return "Secrets[…]";
  }
}

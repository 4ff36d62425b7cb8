package io.ktizo.storage.crypto;

import com.google.crypto.tink.subtle.AesGcmJce;
import io.ktizo.storage.DamagedFileException;
import io.ktizo.storage.StoreUnavailableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Master keys in this process, from a file or from the environment.
 *
 * <p>One key a line: its version, a blank, and 32 random bytes in base 64, as {@code openssl rand
 * -base64 32} makes them. The last line is the current key; older ones stay until {@link
 * EncryptedStore#rewrapAll} has found nothing more to do. Empty lines and lines beginning with
 * {@code #} are skipped.
 */
public final class LocalMasterKeys implements MasterKeys {
  private static final int KEY_BYTES = 32;

  private final Map<String, AesGcmJce> keys;
  private final String current;

  private LocalMasterKeys(Map<String, AesGcmJce> keys, String current) {
    this.keys = Map.copyOf(keys);
    this.current = current;
  }

  /**
   * Reads keys from a file that only its owner may read.
   *
   * @throws IllegalArgumentException if others may read it, or it does not have the form
   * @throws StoreUnavailableException if it cannot be read
   */
  public static LocalMasterKeys fromFile(Path file) {
    try {
      if (Files.getFileStore(file).supportsFileAttributeView("posix")) {
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
        if (permissions.contains(PosixFilePermission.GROUP_READ)
            || permissions.contains(PosixFilePermission.OTHERS_READ)) {
          throw new IllegalArgumentException("others may read the key file; make it 0400");
        }
      }
      return fromText(Files.readString(file));
    } catch (IOException e) {
      throw new StoreUnavailableException("the key file cannot be read", e);
    }
  }

  /**
   * Reads keys from the value of an environment variable.
   *
   * @param lines what a key file holds; a semicolon may stand for the end of a line
   * @throws IllegalArgumentException if it does not have the form
   */
  public static LocalMasterKeys fromText(String lines) {
    Map<String, AesGcmJce> keys = new LinkedHashMap<>();
    String current = "";
    int number = 0;
    for (String line : lines.split("[\\n;]", -1)) {
      number++;
      String stripped = line.strip();
      if (stripped.isEmpty() || stripped.startsWith("#")) {
        continue;
      }
      String[] parts = stripped.split("\\s+", -1);
      if (parts.length != 2 || !parts[0].matches("[A-Za-z0-9_-]{1,64}")) {
        throw new IllegalArgumentException("line " + number + ": expected VERSION and a key");
      }
      if (keys.put(parts[0], aead(parts[1], number)) != null) {
        throw new IllegalArgumentException("line " + number + ": the version is there already");
      }
      current = parts[0];
    }
    if (keys.isEmpty()) {
      throw new IllegalArgumentException("there is no master key");
    }
    return new LocalMasterKeys(keys, current);
  }

  private static AesGcmJce aead(String base64, int line) {
    byte[] key;
    try {
      key = Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      // The cause would repeat characters of the key.
      throw new IllegalArgumentException("line " + line + ": the key is not base 64");
    }
    if (key.length != KEY_BYTES) {
      throw new IllegalArgumentException("line " + line + ": a key has 32 bytes");
    }
    int seen = 0;
    boolean[] present = new boolean[256];
    for (byte b : key) {
      seen += present[b & 0xFF] ? 0 : 1;
      present[b & 0xFF] = true;
    }
    // 32 random bytes have 30 different values on average; 16 or fewer never happens.
    if (seen <= 16) {
      throw new IllegalArgumentException("line " + line + ": the key is not random");
    }
    try {
      return new AesGcmJce(key);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-GCM is not available", e);
    }
  }

  @Override
  public String currentVersion() {
    return current;
  }

  @Override
  public WrappedKey wrap(byte[] key, byte[] context) {
    try {
      return new WrappedKey(current, named(current).encrypt(key, context));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-GCM failed", e);
    }
  }

  @Override
  public byte[] unwrap(WrappedKey key, byte[] context) {
    try {
      return named(key.masterVersion()).decrypt(key.bytes(), context);
    } catch (GeneralSecurityException e) {
      throw new DamagedFileException("a wrapped key is damaged", e);
    }
  }

  private AesGcmJce named(String version) {
    AesGcmJce key = keys.get(version);
    if (key == null) {
      throw new UnknownMasterKeyException(version);
    }
    return key;
  }
}

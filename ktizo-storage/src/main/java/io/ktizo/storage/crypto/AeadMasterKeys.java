package io.ktizo.storage.crypto;

import com.google.crypto.tink.Aead;
import io.ktizo.storage.StoreUnavailableException;
import java.security.GeneralSecurityException;
import java.util.Map;
import java.util.SequencedMap;

/**
 * Master keys of any key management service that Tink has an {@link Aead} for, for instance {@code
 * new GcpKmsClient().getAead("gcp-kms://…")} or HashiCorp Vault's; also of a keyset in this
 * process.
 *
 * <p>Tink reports a service that is down and a wrapped key that is damaged alike, so both are
 * {@link StoreUnavailableException} here: whoever takes the first for the second throws files away.
 * Time-outs are those of the service's own client.
 */
public final class AeadMasterKeys implements MasterKeys {
  private final Map<String, Aead> keys;
  private final String current;

  private AeadMasterKeys(Map<String, Aead> keys, String current) {
    this.keys = Map.copyOf(keys);
    this.current = current;
  }

  /**
   * Master keys by version.
   *
   * @param keys the current one last; a version is 1 to 64 letters, digits, dashes, underscores
   */
  public static AeadMasterKeys of(SequencedMap<String, Aead> keys) {
    if (keys.isEmpty()) {
      throw new IllegalArgumentException("there is no master key");
    }
    // Refuses names that could not be kept, now and not at the first upload.
    keys.keySet().forEach(version -> new WrappedKey(version, new byte[0]));
    return new AeadMasterKeys(keys, keys.lastEntry().getKey());
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
      throw failed(current, e);
    }
  }

  @Override
  public byte[] unwrap(WrappedKey key, byte[] context) {
    try {
      return named(key.masterVersion()).decrypt(key.bytes(), context);
    } catch (GeneralSecurityException e) {
      throw failed(key.masterVersion(), e);
    }
  }

  private Aead named(String version) {
    Aead key = keys.get(version);
    if (key == null) {
      throw new UnknownMasterKeyException(version);
    }
    return key;
  }

  private static StoreUnavailableException failed(String version, GeneralSecurityException e) {
    return new StoreUnavailableException("master key " + version + " could not be used", e);
  }
}

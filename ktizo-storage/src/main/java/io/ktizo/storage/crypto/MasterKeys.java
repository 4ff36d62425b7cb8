package io.ktizo.storage.crypto;

/**
 * The keys above all others, by version. {@link LocalMasterKeys} holds them in this process; an
 * implementation over a key management service lets them never leave it.
 *
 * <p>May be called by any number of threads. An implementation that calls a service sets a
 * time-out, retries a bounded number of times, and throws {@link
 * io.ktizo.storage.StoreUnavailableException} when it gives up.
 */
public interface MasterKeys {
  /** The version that new keys are wrapped with: 1 to 64 letters, digits, dashes, underscores. */
  String currentVersion();

  /**
   * Wraps a key with the current version's master key.
   *
   * @param key 32 bytes; not kept
   * @param context what the key is for; unwrapping needs the same
   */
  WrappedKey wrap(byte[] key, byte[] context);

  /**
   * Unwraps a key with the master key of the version that wrapped it.
   *
   * @param context what was given to {@link #wrap}
   * @return the key; the caller may overwrite it
   * @throws UnknownMasterKeyException if there is no such version
   * @throws io.ktizo.storage.DamagedFileException if the wrapped key is not what was written
   */
  byte[] unwrap(WrappedKey key, byte[] context);
}

package io.ktizo.privacy;

import java.util.List;

/**
 * The secrets that the host lends to the engine, for instance from its key management. From each
 * the engine derives what it needs: to encrypt identifiers while an erasure runs, to hash the
 * erased so that they are known again, to sign certificates.
 *
 * <p>A secret that is taken away can no longer read what was encrypted under it, nor recognise
 * people who were erased under it: keep it as long as backups of that time are kept. May be called
 * from several threads.
 */
public interface KeySource {

  /** The names of all secrets, the one for new work first; at least one. Names are no secret. */
  List<String> ids();

  /**
   * A secret of at least 32 bytes of high entropy; the same for one id for ever.
   *
   * @throws IllegalArgumentException if there is none of this name
   */
  byte[] secret(String id);

  /** One secret. */
  static KeySource of(String id, byte[] secret) {
    byte[] kept = secret.clone();
    return new KeySource() {
      @Override
      public List<String> ids() {
        return List.of(id);
      }

      @Override
      public byte[] secret(String wanted) {
        if (!wanted.equals(id)) {
          throw new IllegalArgumentException("no secret is named " + wanted);
        }
        return kept.clone();
      }
    };
  }
}

package io.ktizo.storage.crypto;

import com.google.crypto.tink.StreamingAead;
import com.google.crypto.tink.subtle.AesGcmHkdfStreaming;
import com.google.crypto.tink.subtle.AesGcmJce;
import io.ktizo.storage.BlobChannel;
import io.ktizo.storage.BlobWriter;
import io.ktizo.storage.DamagedFileException;
import io.ktizo.storage.FileStore;
import io.ktizo.storage.KeyDestroyedException;
import io.ktizo.storage.KeyId;
import io.ktizo.storage.Owner;
import io.ktizo.storage.Piece;
import io.ktizo.storage.StoreKey;
import io.ktizo.storage.StoreUnavailableException;
import io.ktizo.storage.Vault;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;

/**
 * A file store behind keys; see the package for the three levels of them.
 *
 * <p>A piece is one AES-256-GCM-HKDF stream (Hoang, Reyhanitabar, Rogaway, Vizár: "Online
 * Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance", CRYPTO 2015, as implemented by
 * Tink): segments of {@value #SEGMENT} bytes, each authenticated with its number and with whether
 * it is the last, under a key derived for this stream alone. The associated data name the content's
 * key, the blob and the offset, so that a piece opens in its own place only.
 *
 * <p>Keys are fetched and unwrapped each time a piece is opened and never cached, so that
 * destroying one takes effect everywhere at once.
 */
public final class EncryptedStore implements Vault {
  /** Bytes of a segment at rest: what one read anywhere costs at least. */
  static final int SEGMENT = 1 << 17;

  private static final int KEY_BYTES = 32;
  private static final int OWNERS_AT_ONCE = 500;

  private final FileStore store;
  private final WrappedKeys keys;
  private final MasterKeys master;
  private final SecureRandom random = new SecureRandom();

  /**
   * Puts a store behind keys.
   *
   * @param store where the bytes go
   * @param keys where wrapped keys are kept, apart from ordinary backups
   * @param master what wraps the owners' keys
   */
  public EncryptedStore(FileStore store, WrappedKeys keys, MasterKeys master) {
    this.store = store;
    this.keys = keys;
    this.master = master;
  }

  @Override
  public void createKey(KeyId id, Owner owner) {
    byte[] key = randomKey();
    while (true) {
      byte[] ownerKey = ownerKeyOrNew(owner);
      byte[] wrapped = seal(ownerKey, key, context(id, owner));
      Arrays.fill(ownerKey, (byte) 0);
      if (keys.putContentKey(id, new WrappedKeys.ContentKey(owner, wrapped))) {
        Arrays.fill(key, (byte) 0);
        return;
      }
      // The owner's key was destroyed in between: what is uploaded now belongs to a new one.
    }
  }

  private byte[] ownerKeyOrNew(Owner owner) {
    WrappedKey wrapped =
        keys.ownerKey(owner)
            .orElseGet(
                () -> keys.putOwnerKeyIfAbsent(owner, master.wrap(randomKey(), context(owner))));
    return master.unwrap(wrapped, context(owner));
  }

  @Override
  public void put(KeyId key, StoreKey blob, long offset, BlobWriter content) throws IOException {
    StreamingAead aead = aead(key);
    byte[] place = context(key, blob, offset);
    store.put(
        blob,
        out -> {
          OutputStream encrypting = encrypting(aead, out, place);
          content.writeTo(encrypting);
          // Only what was written to its end gets the mark of the last segment.
          encrypting.close();
        });
  }

  private static OutputStream encrypting(StreamingAead aead, OutputStream out, byte[] place)
      throws IOException {
    try {
      return aead.newEncryptingStream(out, place);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-GCM-HKDF failed", e);
    }
  }

  @Override
  public SeekableByteChannel open(KeyId key, Piece piece) {
    StreamingAead aead = aead(key);
    BlobChannel sealed = BlobChannel.open(store, piece.blob());
    try {
      SeekableByteChannel plain =
          aead.newSeekableDecryptingChannel(sealed, context(key, piece.blob(), piece.offset()));
      if (plain.size() != piece.length()) {
        throw new DamagedFileException("not as long as it was: " + piece.blob(), null);
      }
      return new CheckedChannel(plain, piece.blob());
    } catch (IOException | GeneralSecurityException e) {
      closeQuietly(sealed, e);
      throw new DamagedFileException("too short to be a piece: " + piece.blob(), e);
    } catch (DamagedFileException e) {
      closeQuietly(sealed, e);
      throw e;
    }
  }

  private static void closeQuietly(BlobChannel channel, Exception reason) {
    try {
      channel.close();
    } catch (IOException e) {
      reason.addSuppressed(e);
    }
  }

  @Override
  public boolean detectsChanges() {
    return true;
  }

  @Override
  public void delete(StoreKey blob) {
    store.delete(blob);
  }

  @Override
  public boolean exists(StoreKey blob) {
    return store.exists(blob);
  }

  @Override
  public void destroyKey(KeyId key) {
    keys.destroyContentKey(key);
  }

  @Override
  public void destroyKeys(Owner owner) {
    keys.destroyOwner(owner);
  }

  @Override
  public boolean hasKeys(Owner owner) {
    return keys.hasKeys(owner);
  }

  /**
   * Wraps the owners' keys that an older master key holds with the current one. No file is read or
   * written. May be interrupted, repeated, and run beside everything else.
   *
   * @return how many keys were wrapped anew; once it is 0, older master keys can be taken away
   */
  public long rewrapAll() {
    long done = 0;
    while (true) {
      List<Owner> owners = keys.notWrappedBy(master.currentVersion(), OWNERS_AT_ONCE);
      if (owners.isEmpty()) {
        return done;
      }
      long doneNow = owners.stream().filter(this::rewrap).count();
      if (doneNow == 0) {
        throw new StoreUnavailableException(
            "owners' keys change while they are wrapped anew", null);
      }
      done += doneNow;
    }
  }

  private boolean rewrap(Owner owner) {
    WrappedKey before = keys.ownerKey(owner).orElse(null);
    if (before == null) {
      return true;
    }
    byte[] key = master.unwrap(before, context(owner));
    WrappedKey after = master.wrap(key, context(owner));
    Arrays.fill(key, (byte) 0);
    return keys.replaceOwnerKey(owner, before, after);
  }

  private StreamingAead aead(KeyId id) {
    WrappedKeys.ContentKey content =
        keys.contentKey(id).orElseThrow(() -> new KeyDestroyedException(id));
    WrappedKey owner =
        keys.ownerKey(content.owner()).orElseThrow(() -> new KeyDestroyedException(id));
    byte[] ownerKey = master.unwrap(owner, context(content.owner()));
    byte[] key = unseal(ownerKey, content.wrapped(), context(id, content.owner()));
    Arrays.fill(ownerKey, (byte) 0);
    try {
      return new AesGcmHkdfStreaming(key, "HmacSha256", KEY_BYTES, SEGMENT, 0);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-GCM-HKDF is not available", e);
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  private byte[] randomKey() {
    byte[] key = new byte[KEY_BYTES];
    random.nextBytes(key);
    return key;
  }

  private static byte[] seal(byte[] key, byte[] content, byte[] context) {
    try {
      return new AesGcmJce(key).encrypt(content, context);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-GCM failed", e);
    }
  }

  private static byte[] unseal(byte[] key, byte[] sealed, byte[] context) {
    try {
      return new AesGcmJce(key).decrypt(sealed, context);
    } catch (GeneralSecurityException e) {
      throw new DamagedFileException("a wrapped key is damaged", e);
    }
  }

  // No part can hold the separator, so that different parts never give the same bytes.

  private static byte[] context(Owner owner) {
    return bytes("ktizo owner key 1|" + owner.value());
  }

  private static byte[] context(KeyId key, Owner owner) {
    return bytes("ktizo content key 1|" + key + "|" + owner.value());
  }

  private static byte[] context(KeyId key, StoreKey blob, long offset) {
    return bytes("ktizo piece 1|" + key + "|" + blob + "|" + offset);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}

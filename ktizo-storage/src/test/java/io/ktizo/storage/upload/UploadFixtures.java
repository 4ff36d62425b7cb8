package io.ktizo.storage.upload;

import io.ktizo.core.id.TimeOrderedIds;
import io.ktizo.core.testkit.SettableClock;
import io.ktizo.storage.ByteRange;
import io.ktizo.storage.Catalogue;
import io.ktizo.storage.FileStore;
import io.ktizo.storage.Owner;
import io.ktizo.storage.StoreKey;
import io.ktizo.storage.crypto.EncryptedStore;
import io.ktizo.storage.crypto.LocalMasterKeys;
import io.ktizo.storage.crypto.WrappedKeys;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** What tests of uploads share. */
public final class UploadFixtures {
  /** Somebody. */
  public static final Owner OWNER = new Owner("account_1");

  /** Somebody else. */
  public static final Owner OTHER = new Owner("account_2");

  private UploadFixtures() {}

  /** A vault whose master key is no secret. */
  public static EncryptedStore vault(FileStore store, WrappedKeys keys) {
    byte[] master = new byte[32];
    new Random(11).nextBytes(master);
    return new EncryptedStore(
        store, keys, LocalMasterKeys.fromText("1 " + Base64.getEncoder().encodeToString(master)));
  }

  /** Uploading over these with time that stands. */
  public static Uploading.Builder uploading(
      EncryptedStore vault, Catalogue catalogue, SettableClock clock) {
    return Uploading.builder(vault, catalogue, new TimeOrderedIds(clock, new SecureRandom()))
        .clock(clock);
  }

  /** A binary STL of {@code 84 + 50 * triangles} bytes; other seeds give other bytes. */
  public static byte[] stl(int triangles, long seed) {
    ByteBuffer stl = ByteBuffer.allocate(84 + 50 * triangles).order(ByteOrder.LITTLE_ENDIAN);
    stl.putInt(80, triangles);
    byte[] facets = new byte[50 * triangles];
    new SplittableRandom(seed).nextBytes(facets);
    stl.position(84).put(facets);
    return stl.array();
  }

  /** All names in a store. */
  public static List<String> names(FileStore store) {
    try (Stream<FileStore.Listed> blobs = store.list("")) {
      return blobs.map(blob -> blob.key().value()).toList();
    }
  }

  /** A blob as it is at rest. */
  public static byte[] raw(FileStore store, StoreKey key) throws IOException {
    try (InputStream in = store.open(key, ByteRange.ALL)) {
      return in.readAllBytes();
    }
  }
}

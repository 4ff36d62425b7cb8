package io.ktizo.storage;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.Stream;

/** Keeps blobs in memory as long as it lives itself: for tests and for trying things out. */
public final class MemoryFileStore implements FileStore {
  private final ConcurrentMap<StoreKey, byte[]> blobs = new ConcurrentHashMap<>();

  /** An empty store. */
  public MemoryFileStore() {}

  @Override
  public void put(StoreKey key, BlobWriter content) throws IOException {
    if (blobs.containsKey(key)) {
      throw new AlreadyStoredException(key);
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    content.writeTo(bytes);
    if (blobs.putIfAbsent(key, bytes.toByteArray()) != null) {
      throw new AlreadyStoredException(key);
    }
  }

  @Override
  public InputStream open(StoreKey key, ByteRange range) {
    byte[] bytes = blobs.get(key);
    if (bytes == null) {
      throw new BlobMissingException(key);
    }
    int offset = (int) Math.min(range.offset(), bytes.length);
    return new ByteArrayInputStream(bytes, offset, (int) range.within(bytes.length));
  }

  @Override
  public OptionalLong length(StoreKey key) {
    byte[] bytes = blobs.get(key);
    return bytes == null ? OptionalLong.empty() : OptionalLong.of(bytes.length);
  }

  @Override
  public void delete(StoreKey key) {
    blobs.remove(key);
  }

  @Override
  public Stream<StoreKey> list(String prefix) {
    return List.copyOf(blobs.keySet()).stream().filter(key -> key.value().startsWith(prefix));
  }
}

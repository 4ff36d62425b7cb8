package io.ktizo.storage;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.Stream;

/** Keeps blobs in memory as long as it lives itself: for tests and for trying things out. */
public final class MemoryFileStore implements FileStore {
  @SuppressWarnings("ArrayRecordComponent") // Never compared, and never handed out.
  private record Blob(byte[] bytes, Instant stored) {}

  private final ConcurrentMap<StoreKey, Blob> blobs = new ConcurrentHashMap<>();
  private final InstantSource clock;

  /** An empty store. */
  public MemoryFileStore() {
    this(InstantSource.system());
  }

  /** An empty store with a clock of its own. */
  public MemoryFileStore(InstantSource clock) {
    this.clock = clock;
  }

  @Override
  public void put(StoreKey key, BlobWriter content) throws IOException {
    if (blobs.containsKey(key)) {
      throw new AlreadyStoredException(key);
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    content.writeTo(bytes);
    if (blobs.putIfAbsent(key, new Blob(bytes.toByteArray(), clock.instant())) != null) {
      throw new AlreadyStoredException(key);
    }
  }

  @Override
  public InputStream open(StoreKey key, ByteRange range) {
    Blob blob = blobs.get(key);
    if (blob == null) {
      throw new BlobMissingException(key);
    }
    byte[] bytes = blob.bytes();
    int offset = (int) Math.min(range.offset(), bytes.length);
    return new ByteArrayInputStream(bytes, offset, (int) range.within(bytes.length));
  }

  @Override
  public OptionalLong length(StoreKey key) {
    Blob blob = blobs.get(key);
    return blob == null ? OptionalLong.empty() : OptionalLong.of(blob.bytes().length);
  }

  @Override
  public void delete(StoreKey key) {
    blobs.remove(key);
  }

  @Override
  public Stream<Listed> list(String prefix) {
    return Map.copyOf(blobs).entrySet().stream()
        .filter(entry -> entry.getKey().value().startsWith(prefix))
        .map(
            entry ->
                new Listed(
                    entry.getKey(), entry.getValue().bytes().length, entry.getValue().stored()));
  }
}

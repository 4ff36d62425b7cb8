package io.ktizo.storage.access;

import io.ktizo.core.id.IdGenerator;
import io.ktizo.storage.BlobWriter;
import io.ktizo.storage.Catalogue;
import io.ktizo.storage.DerivedFile;
import io.ktizo.storage.FileId;
import io.ktizo.storage.Garbage;
import io.ktizo.storage.Owner;
import io.ktizo.storage.Piece;
import io.ktizo.storage.Sha256;
import io.ktizo.storage.StoreKey;
import io.ktizo.storage.StoredFile;
import io.ktizo.storage.Vault;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What happens to files between being kept and being gone. Any number of threads may share it. */
public final class Keeping {
  private static final Duration ANNOUNCED = Duration.ofHours(1);

  private final Vault vault;
  private final Catalogue catalogue;
  private final Garbage garbage;
  private final InstantSource clock;
  private final IdGenerator ids;

  /** Over a vault and the catalogue of what is in it. */
  public Keeping(Vault vault, Catalogue catalogue, InstantSource clock, IdGenerator ids) {
    this.vault = vault;
    this.catalogue = catalogue;
    this.garbage = new Garbage(vault, catalogue, clock);
    this.clock = clock;
    this.ids = ids;
  }

  /**
   * Files of an owner, the oldest first.
   *
   * @param after the last one that is known already; {@code null} to begin
   */
  public List<StoredFile> list(Owner owner, @Nullable FileId after, int limit) {
    return catalogue.files(owner, after, limit);
  }

  /**
   * Keeps a file until a moment, for instance because it was ordered.
   *
   * @return whether it is still there
   */
  public boolean keepUntil(FileId file, Instant moment) {
    return catalogue.expire(file, moment);
  }

  /**
   * Keeps a file until somebody deletes it.
   *
   * @return whether it is still there
   */
  public boolean keepForever(FileId file) {
    return catalogue.expire(file, null);
  }

  /**
   * Deletes a file of this owner. Unless he has the same content in another file, its key, its
   * bytes and everything derived from it are destroyed now, or by the next sweep if a store cannot
   * be reached.
   *
   * @return whether there was one
   */
  public boolean delete(FileId file, Owner owner) {
    boolean deleted =
        catalogue.file(file).filter(his -> his.owner().equals(owner)).isPresent()
            && catalogue.delete(file);
    garbage.collectSoon();
    return deleted;
  }

  /**
   * Attaches something made from a file, for instance a picture. It shares the file's key and fate.
   *
   * @param kind what it is for; see {@link DerivedFile}
   * @return what was attached; nothing if the file is gone meanwhile
   * @throws IOException if {@code content} threw it; nothing is attached then
   */
  public Optional<DerivedFile> derive(
      FileId file, String kind, String mediaType, BlobWriter content) throws IOException {
    DerivedFile.requireKind(kind);
    Optional<StoredFile> source = catalogue.file(file);
    if (source.isEmpty()) {
      return Optional.empty();
    }
    StoreKey blob = new StoreKey("derived-" + ids.next());
    catalogue.announce(blob, clock.instant().plus(ANNOUNCED));
    Hashing[] hashing = new Hashing[1];
    boolean attached = false;
    try {
      vault.put(
          source.get().content().key(),
          blob,
          0,
          out -> {
            hashing[0] = new Hashing(out);
            content.writeTo(hashing[0]);
          });
      DerivedFile derived =
          new DerivedFile(
              kind, mediaType, Sha256.of(hashing[0].digest), new Piece(blob, 0, hashing[0].length));
      attached = catalogue.derive(file, derived);
      return attached ? Optional.of(derived) : Optional.empty();
    } finally {
      if (!attached) {
        catalogue.withdraw(blob);
      }
      garbage.collectSoon();
    }
  }

  /** Counts and hashes what passes. */
  private static final class Hashing extends FilterOutputStream {
    private final MessageDigest digest = Sha256.digest();
    private long length;

    Hashing(OutputStream out) {
      super(out);
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int count) throws IOException {
      out.write(bytes, offset, count);
      digest.update(bytes, offset, count);
      length += count;
    }
  }
}

package io.ktizo.storage.access;

import io.ktizo.storage.ByteRange;
import io.ktizo.storage.Catalogue;
import io.ktizo.storage.ContentChannel;
import io.ktizo.storage.DerivedFile;
import io.ktizo.storage.Disclosure;
import io.ktizo.storage.FileId;
import io.ktizo.storage.KeyId;
import io.ktizo.storage.Piece;
import io.ktizo.storage.Sha256;
import io.ktizo.storage.StoredFile;
import io.ktizo.storage.Vault;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Opens files for those who may see them: the owner; a Shop while it has a live quote or order on
 * the file; staff with a reason. What is derived from a file is seen by those who may see the file.
 *
 * <p>The decision is made when the file is opened, before a byte of it is read, and again while
 * bytes flow, so an access ends when its ground ends. Whenever a Shop or staff opens a file, that
 * is written down first; if it cannot be written down, the file is not opened.
 *
 * <p>Any number of threads may share it.
 */
public final class FileAccess {
  private final Vault vault;
  private final Catalogue catalogue;
  private final ShopGrounds shops;
  private final InstantSource clock;

  /** Over a vault and the catalogue of what is in it. */
  public FileAccess(Vault vault, Catalogue catalogue, ShopGrounds shops, InstantSource clock) {
    this.vault = vault;
    this.catalogue = catalogue;
    this.shops = shops;
    this.clock = clock;
  }

  /** Opens a file, or a part of it. The caller closes the content. */
  public Opening open(FileId id, Viewer viewer, ByteRange range) {
    return open(id, null, viewer, range, Instant.MAX);
  }

  /** Opens something derived from a file. The caller closes the content. */
  public Opening openDerived(FileId id, String kind, Viewer viewer, ByteRange range) {
    return open(id, DerivedFile.requireKind(kind), viewer, range, Instant.MAX);
  }

  private Opening open(
      FileId id, @Nullable String kind, Viewer viewer, ByteRange range, Instant until) {
    return switch (decide(id, kind, viewer, until)) {
      case Decision.No no -> no.answer();
      case Decision.Yes yes -> yes.open(range);
    };
  }

  /** What is decided before it is known which part is wanted. */
  sealed interface Decision {
    record No(Opening answer) implements Decision {}

    /** Nothing has been opened or written down yet. */
    non-sealed interface Yes extends Decision {
      Opening.Opened open(ByteRange range);

      long size();

      Sha256 sha256();
    }
  }

  /**
   * @param kind of what is derived from the file; {@code null} for the file itself
   * @param until when the access ends in any case
   */
  Decision decide(FileId id, @Nullable String kind, Viewer viewer, Instant until) {
    Optional<StoredFile> found = catalogue.file(id);
    if (found.isEmpty()) {
      return new Decision.No(new Opening.Missing());
    }
    StoredFile file = found.get();
    if (!mayGoOn(file, viewer, until)) {
      return new Decision.No(new Opening.Refused());
    }
    Bytes bytes = kind == null ? Bytes.of(file) : derived(file, kind);
    return bytes == null
        ? new Decision.No(new Opening.Missing())
        : new Allowed(file, bytes, viewer, until);
  }

  private final class Allowed implements Decision.Yes {
    private final StoredFile file;
    private final Bytes bytes;
    private final Viewer viewer;
    private final Instant until;

    Allowed(StoredFile file, Bytes bytes, Viewer viewer, Instant until) {
      this.file = file;
      this.bytes = bytes;
      this.viewer = viewer;
      this.until = until;
    }

    @Override
    public long size() {
      return bytes.size();
    }

    @Override
    public Sha256 sha256() {
      return bytes.sha256();
    }

    @Override
    public Opening.Opened open(ByteRange range) {
      disclosure(file, viewer).ifPresent(catalogue::disclose);
      return new Opening.Opened(
          file,
          bytes.mediaType(),
          bytes.size(),
          bytes.sha256(),
          new GuardedContent(
              ContentChannel.of(vault, bytes.key(), bytes.pieces()),
              bytes.size(),
              range,
              bytes.sha256(),
              vault.detectsChanges(),
              clock,
              this::look));
    }

    private void look() {
      if (!isStillAllowed(file.id(), viewer, until)) {
        throw new AccessEndedException(file.id());
      }
    }
  }

  private boolean isStillAllowed(FileId id, Viewer viewer, Instant until) {
    return catalogue.file(id).filter(file -> mayGoOn(file, viewer, until)).isPresent();
  }

  private boolean mayGoOn(StoredFile file, Viewer viewer, Instant until) {
    return clock.instant().isBefore(until)
        && switch (viewer) {
          case Viewer.Customer customer -> customer.owner().equals(file.owner());
          case Viewer.Shop shop -> shops.ground(shop.shop(), file.id()).isPresent();
          case Viewer.Staff staff -> true;
        };
  }

  private Optional<Disclosure> disclosure(StoredFile file, Viewer viewer) {
    return switch (viewer) {
      case Viewer.Customer customer -> Optional.empty();
      case Viewer.Shop shop ->
          Optional.of(
              new Disclosure(
                  file.id(),
                  file.owner(),
                  shop.shop(),
                  Disclosure.RecipientKind.SHOP,
                  shops
                      .ground(shop.shop(), file.id())
                      .orElseThrow(() -> new AccessEndedException(file.id())),
                  clock.instant()));
      case Viewer.Staff staff ->
          Optional.of(
              new Disclosure(
                  file.id(),
                  file.owner(),
                  staff.id(),
                  Disclosure.RecipientKind.STAFF,
                  staff.reason(),
                  clock.instant()));
    };
  }

  /** What is to be read. */
  private record Bytes(String mediaType, long size, Sha256 sha256, KeyId key, List<Piece> pieces) {
    static Bytes of(StoredFile file) {
      StoredFile.Content content = file.content();
      return new Bytes(
          content.mediaType(), content.length(), content.sha256(), content.key(), content.pieces());
    }
  }

  private @Nullable Bytes derived(StoredFile file, String kind) {
    return catalogue.derived(file.id()).stream()
        .filter(one -> one.kind().equals(kind))
        .findAny()
        .map(
            one ->
                new Bytes(
                    one.mediaType(),
                    one.piece().length(),
                    one.sha256(),
                    file.content().key(),
                    List.of(one.piece())))
        .orElse(null);
  }
}

package io.ktizo.storage.upload;

import io.ktizo.core.id.IdGenerator;
import io.ktizo.storage.Catalogue;
import io.ktizo.storage.Garbage;
import io.ktizo.storage.Owner;
import io.ktizo.storage.Piece;
import io.ktizo.storage.Quota;
import io.ktizo.storage.StoreKey;
import io.ktizo.storage.StoreUnavailableException;
import io.ktizo.storage.Upload;
import io.ktizo.storage.UploadId;
import io.ktizo.storage.Vault;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Takes bytes in, piece by piece. A piece is announced, written, and then added to the upload; so
 * what the catalogue knows is safe, and what it does not know goes.
 */
final class Receiving {
  private static final Duration ANNOUNCED = Duration.ofHours(1);
  private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

  private final Vault vault;
  private final Catalogue catalogue;
  private final Garbage garbage;
  private final Function<Owner, Quota> quota;
  private final UploadLimits limits;
  private final InstantSource clock;
  private final IdGenerator ids;

  Receiving(
      Vault vault,
      Catalogue catalogue,
      Garbage garbage,
      Function<Owner, Quota> quota,
      UploadLimits limits,
      InstantSource clock,
      IdGenerator ids) {
    this.vault = vault;
    this.catalogue = catalogue;
    this.garbage = garbage;
    this.quota = quota;
    this.limits = limits;
    this.clock = clock;
    this.ids = ids;
  }

  Reception receive(UploadId id, Owner owner, long offset, Body body) {
    Optional<Upload> before = catalogue.upload(id).filter(upload -> upload.owner().equals(owner));
    if (before.isEmpty()) {
      return new Reception.Unknown();
    }
    if (before.get().state() != Upload.State.RECEIVING) {
      return new Reception.NotReceiving(before.get());
    }
    UUID writer = ids.next();
    Optional<Upload> mine = takeOver(id, writer);
    try {
      if (mine.isEmpty()) {
        return new Reception.Unknown();
      }
      if (mine.get().state() != Upload.State.RECEIVING) {
        return new Reception.NotReceiving(mine.get());
      }
      if (mine.get().offset() != offset) {
        return new Reception.WrongOffset(mine.get());
      }
      return body.length().orElse(0) > mine.get().length() - offset
          ? new Reception.TooLong()
          : receive(mine.get(), writer, body);
    } finally {
      catalogue.release(id, writer);
    }
  }

  /**
   * Waits a little for whoever is writing, since he is about to make safe what he has, and then
   * takes his place.
   *
   * @param writer who writes from now on; {@code null} for nobody
   */
  Optional<Upload> takeOver(UploadId id, @Nullable UUID writer) {
    long deadline = System.nanoTime() + limits.handOver().toNanos();
    Optional<Upload> upload = catalogue.upload(id);
    while (upload.isPresent() && upload.get().writer() != null && System.nanoTime() < deadline) {
      try {
        Thread.sleep(LOOK_AGAIN);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new StoreUnavailableException("interrupted while waiting for another writer", e);
      }
      upload = catalogue.upload(id);
    }
    return upload.isEmpty() ? upload : catalogue.seize(id, writer);
  }

  private Reception receive(Upload start, UUID writer, Body body) {
    Incoming incoming =
        new Incoming(
            body,
            start.length() - start.offset(),
            room(start, writer),
            start.offset() == 0,
            limits,
            clock);
    // With a checksum nothing counts before everything has come.
    List<Piece> waiting = new ArrayList<>();
    Upload upload = start;
    long position = start.offset();
    while (incoming.hasMore()) {
      Piece piece = write(start, position, incoming);
      waiting.add(piece);
      position = piece.end();
      boolean last = position == start.length() && !incoming.hasMore();
      if (last && incoming.isTooLong()) {
        break;
      }
      if (body.checksum().isEmpty()) {
        Optional<Upload> longer = append(upload, writer, waiting);
        if (longer.isEmpty()) {
          discard(waiting);
          return superseded(upload);
        }
        upload = longer.get();
        waiting.clear();
      }
    }
    if (incoming.isTooLong()) {
      discard(waiting);
      return new Reception.TooLong();
    }
    if (body.checksum().isPresent()) {
      if (incoming.end() != Reception.End.BODY_ENDED) {
        discard(waiting);
        return new Reception.Received(upload, incoming.end(), Optional.empty());
      }
      if (!incoming.matches(body.checksum().get())) {
        discard(waiting);
        return new Reception.ChecksumMismatch();
      }
      Optional<Upload> longer = append(upload, writer, waiting);
      if (longer.isEmpty()) {
        discard(waiting);
        return superseded(upload);
      }
      upload = longer.get();
    }
    return new Reception.Received(upload, incoming.end(), incoming.hash());
  }

  private Optional<Incoming.Room> room(Upload upload, UUID writer) {
    return upload.deferred()
        ? Optional.of(
            wanted -> catalogue.reserve(upload.id(), writer, wanted, quota.apply(upload.owner())))
        : Optional.empty();
  }

  private Reception superseded(Upload upload) {
    return catalogue
        .upload(upload.id())
        .<Reception>map(
            now -> new Reception.Received(now, Reception.End.SUPERSEDED, Optional.empty()))
        .orElseGet(Reception.Unknown::new);
  }

  private Piece write(Upload upload, long position, Incoming incoming) {
    StoreKey blob = new StoreKey("piece-" + ids.next());
    catalogue.announce(blob, clock.instant().plus(ANNOUNCED));
    long[] length = new long[1];
    try {
      vault.put(upload.key(), blob, position, out -> length[0] = incoming.copyPiece(out));
    } catch (IOException e) {
      // The body's failures are ends of it, so this is the vault's own.
      throw failed(blob, new StoreUnavailableException("writing " + blob + " failed", e));
    } catch (RuntimeException e) {
      throw failed(blob, e);
    }
    return new Piece(blob, position, length[0]);
  }

  private RuntimeException failed(StoreKey blob, RuntimeException reason) {
    try {
      catalogue.withdraw(blob);
      garbage.collectSoon();
    } catch (RuntimeException alsoFailed) {
      // It goes when its announcement ends.
      reason.addSuppressed(alsoFailed);
    }
    return reason;
  }

  private Optional<Upload> append(Upload upload, UUID writer, List<Piece> pieces) {
    return pieces.isEmpty()
        ? Optional.of(upload)
        : catalogue.append(
            upload.id(), writer, List.copyOf(pieces), clock.instant().plus(limits.expiry()));
  }

  private void discard(List<Piece> pieces) {
    pieces.forEach(piece -> catalogue.withdraw(piece.blob()));
    garbage.collectSoon();
  }
}

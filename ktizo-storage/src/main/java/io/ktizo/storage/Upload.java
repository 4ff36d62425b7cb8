package io.ktizo.storage;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An upload as the catalogue has it.
 *
 * @param id names it
 * @param owner who sends it
 * @param name what he calls it
 * @param length how many bytes it will have; while that is deferred, how many it may have at most
 * @param deferred whether whoever sends it does not know its length yet
 * @param kind whether it becomes a file itself
 * @param state how far it is
 * @param key what its bytes are under
 * @param pieces what has arrived and is safe, in order
 * @param parts the uploads that this one joins; empty for one that receives bytes itself
 * @param reserved how many bytes of the owner's quota it holds
 * @param created when it was admitted
 * @param expires when it is given up; moves on with each piece
 * @param writer who may add pieces at the moment; {@code null} if nobody is writing
 * @param file what became of it, once it is {@link State#KEPT}
 * @param refusal why it was refused, once it is {@link State#REFUSED}
 */
public record Upload(
    UploadId id,
    Owner owner,
    FileName name,
    long length,
    boolean deferred,
    Kind kind,
    State state,
    KeyId key,
    List<Piece> pieces,
    List<UploadId> parts,
    long reserved,
    Instant created,
    Instant expires,
    @Nullable UUID writer,
    @Nullable FileId file,
    @Nullable String refusal) {

  /** Whether an upload becomes a file. */
  public enum Kind {
    /** It becomes a file when it is complete. */
    WHOLE,
    /** It waits to be joined with others. */
    PART,
    /** It joins others. */
    JOINED
  }

  /** How far an upload is. */
  public enum State {
    /** Bytes are missing. */
    RECEIVING,
    /** All bytes are there; nobody has judged them yet. */
    RECEIVED,
    /** It is a file. */
    KEPT,
    /** It was judged and is gone. */
    REFUSED
  }

  /** Copies the lists. */
  public Upload {
    pieces = List.copyOf(pieces);
    parts = List.copyOf(parts);
    if (length < 0) {
      throw new IllegalArgumentException("length must be >= 0: " + length);
    }
  }

  /** An upload that begins. */
  public static Upload begin(
      UploadId id,
      Owner owner,
      FileName name,
      long length,
      Kind kind,
      KeyId key,
      Instant created,
      Instant expires) {
    State state = length == 0 ? State.RECEIVED : State.RECEIVING;
    return new Upload(
        id, owner, name, length, false, kind, state, key, List.of(), List.of(), length, created,
        expires, null, null, null);
  }

  /**
   * An upload that begins without anybody knowing how long it will be. It holds no room yet; see
   * {@link Catalogue#reserve} and {@link Catalogue#declare}.
   *
   * @param longest how many bytes it may have at most
   */
  public static Upload beginDeferred(
      UploadId id,
      Owner owner,
      FileName name,
      long longest,
      Kind kind,
      KeyId key,
      Instant created,
      Instant expires) {
    return new Upload(
        id,
        owner,
        name,
        longest,
        true,
        kind,
        State.RECEIVING,
        key,
        List.of(),
        List.of(),
        0,
        created,
        expires,
        null,
        null,
        null);
  }

  /** An upload that joins others and has nothing to receive. */
  public static Upload joining(
      UploadId id,
      Owner owner,
      FileName name,
      List<UploadId> parts,
      KeyId key,
      Instant created,
      Instant expires) {
    return new Upload(
        id,
        owner,
        name,
        0,
        false,
        Kind.JOINED,
        State.RECEIVED,
        key,
        List.of(),
        parts,
        0,
        created,
        expires,
        null,
        null,
        null);
  }

  /** How many bytes have arrived and are safe. */
  public long offset() {
    if (kind == Kind.JOINED || state == State.KEPT || state == State.REFUSED) {
      return length;
    }
    return pieces.isEmpty() ? 0 : pieces.get(pieces.size() - 1).end();
  }

  /** What became of it, once it is kept. */
  public Optional<FileId> fileIfKept() {
    return Optional.ofNullable(file);
  }
}

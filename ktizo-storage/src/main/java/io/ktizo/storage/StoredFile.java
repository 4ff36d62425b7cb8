package io.ktizo.storage;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A file that was kept.
 *
 * @param id names it
 * @param owner whose it is
 * @param name what he calls it
 * @param content its bytes
 * @param findings what was noticed about it
 * @param created when its upload was admitted
 * @param kept when it became a file
 * @param expires when it is removed unless something happens; {@code null} for never
 */
public record StoredFile(
    FileId id,
    Owner owner,
    FileName name,
    Content content,
    Set<Finding> findings,
    Instant created,
    Instant kept,
    @Nullable Instant expires) {

  /** Copies the set. */
  public StoredFile {
    findings = Set.copyOf(findings);
  }

  /** Something to know about a file that is no reason to refuse it. */
  public enum Finding {
    /** Its name claims another type than its content has. */
    NAME_DISAGREES,
    /** No scanner has looked at it, and the operator allows that. */
    NOT_SCANNED
  }

  /**
   * The bytes of a file.
   *
   * @param id names them; files of one owner with the same bytes share them
   * @param mediaType what they are, by themselves
   * @param length how many there are
   * @param sha256 of all of them
   * @param key what they are under
   * @param pieces where they are, in order and without gaps
   */
  public record Content(
      ContentId id, String mediaType, long length, Sha256 sha256, KeyId key, List<Piece> pieces) {
    /** The pieces must make up the length. */
    public Content {
      pieces = List.copyOf(pieces);
      long end = 0;
      for (Piece piece : pieces) {
        if (piece.offset() != end) {
          throw new IllegalArgumentException("a gap before " + piece);
        }
        end = piece.end();
      }
      if (end != length) {
        throw new IllegalArgumentException("pieces of " + end + " bytes, not " + length);
      }
    }
  }
}

package io.ktizo.storage;

import io.ktizo.core.id.Id;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What is known about uploads and files: whose they are, where their bytes lie, and who has seen
 * them.
 *
 * <p>Each method is one transaction: it is done as a whole or not at all, whichever process is
 * killed when. Any number of threads and processes may call at once. {@code CatalogueContract}
 * checks it for memory, H2 and PostgreSQL.
 *
 * <p><strong>Blobs and garbage.</strong> A blob is {@linkplain #announce announced} before it is
 * written. Unless something claims it until then, it is {@link #doomed} at the time that was
 * announced; so is at once whatever loses its last reference. Whoever sweeps removes what is doomed
 * and says so by {@link #gone}. Therefore no kill leaves a blob that nothing knows about, and none
 * removes one that is needed.
 */
public interface Catalogue {
  // Uploads

  /**
   * Admits an upload if the owner's quota has room for it, and reserves that room.
   *
   * @param upload in its first state
   * @param now when; limits how often uploads may begin
   * @return every reason against it; empty if it was admitted
   */
  List<Denial> admit(Upload upload, Quota quota, Instant now);

  /**
   * Admits an upload that joins others. All parts must be of the same owner, of kind {@link
   * Upload.Kind#PART} and complete. What they had reserved passes to it; their end moves to its
   * own.
   *
   * @param upload made by {@link Upload#joining}; its length and reservation are found here
   * @return the upload as it was admitted, or every reason against it
   */
  Joining join(Upload upload, Quota quota);

  /** What came of joining. */
  sealed interface Joining {
    /**
     * It was done.
     *
     * @param upload as it is now
     */
    record Joined(Upload upload) implements Joining {}

    /** One of the parts is unknown, of somebody else, no part, or not complete. */
    record PartsUnfit() implements Joining {}

    /**
     * The quota speaks against it.
     *
     * @param reasons all of them
     */
    record Denied(List<Denial> reasons) implements Joining {
      /** Copies the list. */
      public Denied {
        reasons = List.copyOf(reasons);
      }
    }
  }

  /** An upload, if there is one. */
  Optional<Upload> upload(UploadId id);

  /**
   * Makes somebody the only one who may add pieces, whoever it was before; his offset is then what
   * counts. What the one before had reserved for a deferred upload and did not use is free again.
   *
   * @param writer new for each attempt; {@code null} to let nobody write until somebody asks again
   * @return the upload as it is from now on; nothing if there is none
   */
  Optional<Upload> seize(UploadId id, @Nullable UUID writer);

  /**
   * Says that this writer is done, if he still is the writer. What a deferred upload had reserved
   * and did not use is free again.
   */
  void release(UploadId id, UUID writer);

  /**
   * Reserves room for bytes of a deferred upload that are about to be written. Without a length
   * there is nothing else that could keep an upload within the owner's quota.
   *
   * @param wanted how many bytes more
   * @return for how many there is room, up to {@code wanted} and to the upload's longest length; 0
   *     if {@code writer} is no longer its writer
   */
  long reserve(UploadId id, UUID writer, long wanted, Quota quota);

  /**
   * Says how long a deferred upload is, once and for all. Said again it changes nothing. It becomes
   * {@link Upload.State#RECEIVED} if nothing is missing.
   */
  Declaration declare(UploadId id, long length, Quota quota);

  /** What came of saying how long an upload is. */
  sealed interface Declaration {
    /**
     * It is known now, or was before.
     *
     * @param upload as it is now
     */
    record Declared(Upload upload) implements Declaration {}

    /** There is no such upload, more has arrived, or its length is another one. */
    record Unfit() implements Declaration {}

    /**
     * The quota speaks against it.
     *
     * @param reasons all of them
     */
    record Denied(List<Denial> reasons) implements Declaration {
      /** Copies the list. */
      public Denied {
        reasons = List.copyOf(reasons);
      }
    }
  }

  /**
   * Says that a blob is about to be written.
   *
   * @param until when it is garbage unless it was claimed
   */
  void announce(StoreKey blob, Instant until);

  /** Says that an announced blob will not be claimed, so that it is garbage at once. */
  void withdraw(StoreKey blob);

  /**
   * Adds pieces to an upload and claims their blobs. It becomes {@link Upload.State#RECEIVED} when
   * nothing is missing.
   *
   * @param pieces that follow each other and what is there
   * @param expires when the upload is given up from now on
   * @return the upload as it is now; nothing if {@code writer} is no longer its writer, or a blob
   *     was given up
   */
  Optional<Upload> append(UploadId id, UUID writer, List<Piece> pieces, Instant expires);

  /**
   * Lets somebody judge a complete upload, alone, until {@code until}.
   *
   * @return the upload; nothing if it is not {@link Upload.State#RECEIVED}, or somebody else is at
   *     it
   */
  Optional<Upload> claim(UploadId id, UUID worker, Instant now, Instant until);

  /** Gives a claimed upload back without a judgement. */
  void unclaim(UploadId id, UUID worker);

  /**
   * Makes a file of an upload. If the owner has the same content already, the file shares it, and
   * what the upload brought is garbage.
   *
   * @param file with the pieces that shall be its content; those that the upload does not have yet
   *     are claimed, those of its own that are not among them become garbage
   * @return the file as it was kept; nothing if {@code worker} is not judging the upload any more
   */
  Optional<StoredFile> keep(UploadId id, UUID worker, StoredFile file);

  /**
   * Refuses an upload; what it brought is garbage.
   *
   * @param reason 1 to 100 characters
   * @return whether {@code worker} was still judging it
   */
  boolean refuse(UploadId id, UUID worker, String reason);

  /**
   * Forgets an upload; what it brought is garbage unless it is a file by now.
   *
   * @return whether there was one
   */
  boolean drop(UploadId id);

  /**
   * As {@link #drop}, if it has expired and nobody has gone on with it meanwhile.
   *
   * @return whether it was
   */
  boolean dropExpired(UploadId id, Instant now);

  /** Up to {@code limit} uploads that have expired, in any state. */
  List<UploadId> expiredUploads(Instant now, int limit);

  /** Up to {@code limit} uploads that are complete and that nobody is judging. */
  List<UploadId> unjudged(Instant now, int limit);

  // Files

  /** A file, if there is one. */
  Optional<StoredFile> file(FileId id);

  /**
   * Files of an owner, the oldest first.
   *
   * @param after the last one that is known already; {@code null} to begin
   */
  List<StoredFile> files(Owner owner, @Nullable FileId after, int limit);

  /**
   * Sets when a file is removed.
   *
   * @param expires {@code null} for never
   * @return whether there is such a file
   */
  boolean expire(FileId id, @Nullable Instant expires);

  /** Up to {@code limit} files that have expired. */
  List<FileId> expiredFiles(Instant now, int limit);

  /**
   * Forgets a file; its content, with everything derived from it, is garbage unless another file
   * shares it.
   *
   * @return whether there was one
   */
  boolean delete(FileId id);

  /**
   * As {@link #delete}, if it has expired and nobody has said otherwise meanwhile.
   *
   * @return whether it was
   */
  boolean deleteExpired(FileId id, Instant now);

  /**
   * Attaches something derived to a file's content, in the place of what was there of its kind, and
   * claims its blob.
   *
   * @return whether the file is still there
   */
  boolean derive(FileId id, DerivedFile derived);

  /** What was derived from a file's content, by kind. */
  List<DerivedFile> derived(FileId id);

  // People

  /** What an owner has in use. */
  Usage usage(Owner owner);

  /** Remembers that somebody opened a file. */
  void disclose(Disclosure disclosure);

  /** Who opened files of this owner, the first one first. */
  List<Disclosure> disclosures(Owner owner);

  /** Uploads of an owner that are not files, in any state. */
  List<Upload> uploads(Owner owner);

  /** Forgets an owner with everything that is his; all of it is garbage. */
  void erase(Owner owner);

  /** How many rows there are about an owner. */
  long rowsAbout(Owner owner);

  // Garbage

  /** Up to {@code limit} things that are to be removed; from now on nothing can claim them. */
  List<Doomed> doomed(Instant now, int limit);

  /** Says that something has been removed. */
  void gone(Doomed what);

  // Inventory

  /** Those of these blobs that are not known here: no part of anything, and no garbage either. */
  Set<StoreKey> unknown(Collection<StoreKey> blobs);

  /**
   * A blob that something consists of.
   *
   * @param blob its name
   * @param of an upload, a content, or what is derived from a content
   */
  record Use(StoreKey blob, Id of) {}

  /**
   * Up to {@code limit} blobs that uploads, contents, and what is derived from them consist of, in
   * the order of their names as the catalogue sorts them.
   *
   * @param after the last one that is known already; {@code null} to begin
   */
  List<Use> uses(@Nullable StoreKey after, int limit);

  /** Whether an upload, a content, or something derived from one consists of this blob. */
  boolean isUsed(StoreKey blob);

  /** The files that share a content. */
  List<FileId> files(ContentId content);
}

package io.ktizo.privacy.erasure;

import java.util.List;
import java.util.Optional;

/**
 * What was erased, kept where a restore of the database does not reach: on another disk, in another
 * store. Entries are appended and never changed; they hold keyed hashes and no personal data.
 *
 * <p>{@link FileLedger} keeps it in a file; a host may keep it elsewhere. Implementations are used
 * by several threads, and by several instances if the host runs several: appending is atomic, and
 * an entry that was returned is on durable storage.
 */
public interface Ledger {

  /**
   * An erasure.
   *
   * @param number counted from 1 without a gap
   * @param runId the run that it was
   * @param kind the kind of subject
   * @param keyId the secret that the hash was made with
   * @param subjectHash the subject's keyed hash
   * @param chain SHA-256 over the entry before and this one, in hex: nothing can be taken out,
   *     changed or put in without everything after it showing it
   */
  record Entry(
      long number, String runId, String kind, String keyId, String subjectHash, String chain) {}

  /**
   * The name that the ledger gave itself when it was made; the database remembers it.
   *
   * @throws LedgerException if the ledger cannot be read
   */
  String id();

  /**
   * Appends an erasure and returns when it cannot be lost any more. A run that already has an entry
   * gets that one.
   *
   * @throws LedgerException if it cannot be written
   */
  Entry append(String runId, String kind, String keyId, String subjectHash);

  /**
   * Every entry after a number, in order, its chain checked.
   *
   * @throws LedgerException if the ledger is missing, cut off or was changed
   */
  List<Entry> after(long number);

  /** The last entry; nothing if there is none yet. */
  Optional<Entry> last();
}

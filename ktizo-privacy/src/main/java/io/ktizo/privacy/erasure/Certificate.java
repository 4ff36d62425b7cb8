package io.ktizo.privacy.erasure;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an erasure did and did not do, and how that was found out; signed with Ed25519 (RFC 8032).
 * It holds no personal data: the person stands in it by keyed hash. Moments are ISO 8601 in UTC.
 *
 * @param version of this form, 1
 * @param id the run's
 * @param application the data map's name
 * @param kind the kind of subject
 * @param keyId which secret hashed and signed
 * @param subjectHash the person, by keyed hash
 * @param begun when the run began
 * @param finished when this was written
 * @param outcome all in all
 * @param levels how deep it went, in the order of {@link Depth}
 * @param dataSets what became of the rows of each data set
 * @param holders what became of the data elsewhere
 * @param residue what a search through the whole database found afterwards
 * @param suppressed whether the person's identifiers are on the list of those not to be imported
 * @param ledgerEntry the number of its entry in the ledger; {@code null} without one
 * @param signature over everything else; {@code null} while it is not signed
 */
public record Certificate(
    int version,
    String id,
    String application,
    String kind,
    String keyId,
    String subjectHash,
    String begun,
    String finished,
    Outcome outcome,
    List<Level> levels,
    List<DataSetPart> dataSets,
    List<HolderPart> holders,
    Residue residue,
    boolean suppressed,
    @Nullable Long ledgerEntry,
    @Nullable Signature signature) {
  public Certificate {
    levels = List.copyOf(levels);
    dataSets = List.copyOf(dataSets);
    holders = List.copyOf(holders);
  }

  /** All in all. */
  public enum Outcome {
    /** Everything is gone, and a search found nothing. */
    COMPLETE,
    /** Everything is gone but what a law or a duty keeps, which is listed with its ground. */
    COMPLETE_BUT_KEPT,
    /** Something is not done, not verified or still there: it is listed. */
    INCOMPLETE
  }

  /** How deep an erasure goes. */
  public enum Depth {
    /** No query finds it. */
    LOGICAL,
    /** The database's files do not hold it. */
    STORAGE,
    /** Its log, from which it recovers and replicates, does not hold it. */
    LOG,
    /** Backups do not bring it back. */
    BACKUP
  }

  /**
   * A depth, and whether it was reached.
   *
   * @param reached only if it was verified
   * @param statement how, or what is missing
   */
  public record Level(Depth depth, boolean reached, String statement) {}

  /**
   * What became of the rows of a data set.
   *
   * @param deleted rows that are gone
   * @param masked fields that lost their values in rows that stay
   * @param kept rows that a law or a duty keeps
   * @param keptUntil the last day of the last of them; {@code null} if none is kept, or nobody
   *     knows
   * @param grounds why they are kept
   * @param left rows that stay for other people, or without anything personal
   */
  public record DataSetPart(
      String dataSet,
      long deleted,
      List<Masked> masked,
      long kept,
      @Nullable String keptUntil,
      List<String> grounds,
      long left) {
    public DataSetPart {
      masked = List.copyOf(masked);
      grounds = List.copyOf(grounds);
    }
  }

  /**
   * A field that lost its value.
   *
   * @param strategy how
   * @param anonymous whether nothing of the person can be told from what stands there now; if not
   *     it is only pseudonymous, and still personal data (GDPR recital 26)
   */
  public record Masked(String field, long rows, String strategy, boolean anonymous) {}

  /**
   * What became of the data of a holder.
   *
   * @param outside the recipient that keeps it; {@code null} if the operator does
   * @param state {@code erased}, {@code kept} or {@code later}
   * @param erased kind → how many are gone
   * @param kept kind → how many stay
   * @param reason why something stays or is not done yet; {@code null} if all is gone
   * @param verified {@code nothing}, {@code remains} or {@code unverifiable}
   * @param remains what is still there, or why nobody can tell
   */
  public record HolderPart(
      String holder,
      @Nullable String outside,
      String state,
      Map<String, Long> erased,
      Map<String, Long> kept,
      @Nullable String reason,
      String verified,
      List<String> remains) {
    public HolderPart {
      remains = List.copyOf(remains);
    }
  }

  /**
   * A signature.
   *
   * @param algorithm {@code Ed25519}
   * @param publicKey in Base64 of its X.509 form; whoever checks should know it beforehand
   * @param value in Base64
   */
  public record Signature(String algorithm, String publicKey, String value) {}

  /** The level of this depth. */
  public Level level(Depth depth) {
    return levels.stream().filter(one -> one.depth() == depth).findFirst().orElseThrow();
  }

  /** The part of a data set; one with nothing in it if the person could not be reached there. */
  public DataSetPart dataSet(String name) {
    return dataSets.stream()
        .filter(part -> part.dataSet().equals(name))
        .findFirst()
        .orElse(new DataSetPart(name, 0, List.of(), 0, null, List.of(), 0));
  }

  /** The certificate as JSON; {@link #parse} reads it. */
  public String toJson() {
    return Json.pretty(this);
  }

  /**
   * Reads a certificate. Whether it is true is told by its signature.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static Certificate parse(String json) {
    try {
      return Json.read(json.getBytes(java.nio.charset.StandardCharsets.UTF_8), Certificate.class);
    } catch (java.io.UncheckedIOException broken) {
      throw new IllegalArgumentException("this is no certificate", broken);
    }
  }

  /** The certificate as a page to read, complete in itself. */
  public String toHtml() {
    return CertificatePage.of(this);
  }

  Certificate with(@Nullable Signature signed) {
    return new Certificate(
        version,
        id,
        application,
        kind,
        keyId,
        subjectHash,
        begun,
        finished,
        outcome,
        levels,
        dataSets,
        holders,
        residue,
        suppressed,
        ledgerEntry,
        signed);
  }

  /** What is signed: everything but the signature, in the one form that {@link Json} writes. */
  byte[] content() {
    return Json.write(with(null));
  }
}

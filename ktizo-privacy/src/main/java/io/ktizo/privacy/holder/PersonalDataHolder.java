package io.ktizo.privacy.holder;

import io.ktizo.privacy.Subject;
import io.ktizo.privacy.datamap.Category;
import io.ktizo.privacy.datamap.Purpose;
import io.ktizo.privacy.datamap.Recipient;
import io.ktizo.privacy.datamap.Retention;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Something other than the described tables that keeps personal data: a file store, a search index,
 * a processor outside. The host writes one for each and hands them to the engine.
 *
 * <ul>
 *   <li><b>Order.</b> In an export holders come after the tables. In an erasure they come before
 *       them, in the order in which they were handed over: while a holder fails, the rows that lead
 *       to its data are still there.
 *   <li><b>Who.</b> A request carries the values that the holder {@linkplain Description#needs()
 *       asked for}, captured and stored encrypted before anything was destroyed. A resumed erasure
 *       gets exactly these, though the rows may be gone by then.
 *   <li><b>Idempotency.</b> {@link Request#idempotencyKey()} is the same for every attempt of one
 *       erasure at one holder. Every method may be called again after it succeeded, after it
 *       failed, and after the process was killed in the middle of it; the outcome must be that of
 *       one call.
 *   <li><b>Missing person.</b> Somebody of whom nothing is held is no failure of {@code erase} or
 *       {@code export}: there was nothing to do. A holder that cannot tell whether it holds
 *       something must say so in {@code verify} and not claim success.
 *   <li><b>Concurrency.</b> The engine never works on one person's erasure at one holder from two
 *       threads or instances at once; different people may be worked on at the same time.
 *   <li><b>Time.</b> Calls block until done. The holder limits and retries its own outside calls
 *       for some seconds at most; what is still not done is {@link Later} or an exception, and the
 *       engine comes back on {@code resume}.
 *   <li><b>Errors.</b> An exception's message is shown to operators: no personal data in it.
 * </ul>
 */
public interface PersonalDataHolder {

  /** What is kept here, of whom, why. Constant. */
  Description describe();

  /**
   * Hands over everything that is held about the person, in the same order and with the same bytes
   * each time as long as nothing changed: an interrupted export begins again here.
   *
   * @throws IOException if it cannot be read in full; nothing is then exported
   */
  void export(Request request, Items items) throws IOException;

  /**
   * Erases everything that is held about the person.
   *
   * @throws IOException if it could not be done, or nobody knows; the engine will try again
   */
  Outcome erase(Request request) throws IOException;

  /**
   * Looks whether anything about the person is still here, by another way than {@link #erase} took
   * where there is one.
   *
   * @throws IOException if nobody can look just now
   */
  Finding verify(Request request) throws IOException;

  /**
   * Hands over the content of everything that is kept here, whoever it belongs to, so that it is
   * searched for what is left of somebody who was erased: a name in another person's file, a copy
   * that nobody knew of. Called after {@link #verify}. Contents should come unpacked and decrypted,
   * for a search sees only what is written plainly or in a common encoding.
   *
   * <p>A holder that cannot, or whose keeper is outside, says why; the certificate repeats it.
   *
   * @return nothing if all of it was handed over; else why something was not, without personal data
   * @throws IOException if something could not be read just now; the engine will try again
   */
  default Optional<String> search(Contents contents) throws IOException {
    return Optional.of("its contents are not offered for a search");
  }

  /** Takes contents for a search. */
  @FunctionalInterface
  interface Contents {
    /**
     * One file, or one document.
     *
     * @param kind the name of one of the holder's kinds
     * @param content read to its end; closed by the holder
     */
    void file(String kind, InputStream content) throws IOException;
  }

  /**
   * What a holder is.
   *
   * @param name unique among an engine's holders and stable: it stands in journals and certificates
   * @param description what it is, for the person concerned
   * @param kinds what it keeps; at least one
   * @param needs the fields whose values it finds a person's data by, as {@code dataSet.field} of
   *     the data map, for instance {@code uploads.storage_key}; of rows that go in an erasure, of
   *     rows that are shown in an export
   * @param outside the recipient of the map that keeps the data; {@code null} if the operator does
   */
  record Description(
      String name,
      String description,
      List<Kind> kinds,
      List<String> needs,
      @Nullable String outside) {
    public Description {
      kinds = List.copyOf(kinds);
      needs = List.copyOf(needs);
      if (name.isBlank() || kinds.isEmpty()) {
        throw new IllegalArgumentException("a holder has a name and keeps at least one kind");
      }
    }
  }

  /**
   * One kind of thing that a holder keeps, with what GDPR Article 15(1) wants said about it.
   *
   * @param name unique in the holder
   * @param description what one of them is
   * @param category what it says about a person
   * @param purposes why it is kept
   * @param recipients who else may get it
   * @param retention how long; {@code null} until erasure
   * @param source where it comes from, {@code subject} for the person himself
   */
  record Kind(
      String name,
      String description,
      Category category,
      List<Purpose> purposes,
      List<Recipient> recipients,
      @Nullable Retention retention,
      String source) {
    public Kind {
      purposes = List.copyOf(purposes);
      recipients = List.copyOf(recipients);
    }
  }

  /**
   * Whom it is about.
   *
   * @param subject the person
   * @param idempotencyKey names the work; the same for each attempt
   * @param values {@code dataSet.field} → values, sorted, none twice
   */
  record Request(Subject subject, String idempotencyKey, Map<String, List<String>> values) {
    public Request {
      values = Map.copyOf(values);
    }

    /** The values of one field; empty if the person has none. */
    public List<String> values(String field) {
      return values.getOrDefault(field, List.of());
    }

    @Override
    public String toString() {
      return subject + " " + idempotencyKey;
    }
  }

  /** Takes what a holder exports. */
  interface Items {
    /**
     * A structured item.
     *
     * @param kind the name of one of the holder's kinds
     * @param fields name → text, number, boolean, or {@code null}
     */
    void record(String kind, Map<String, ? extends @Nullable Object> fields) throws IOException;

    /**
     * A file; its content is read to the end and not kept in memory.
     *
     * @param kind the name of one of the holder's kinds
     * @param name what the person knows it as; need not be unique or safe
     */
    void file(String kind, String name, InputStream content) throws IOException;

    /**
     * A file whose length is known beforehand, which makes an archive that more programs can read.
     *
     * @param size bytes of the content; another number of bytes fails the export
     */
    void file(String kind, String name, long size, InputStream content) throws IOException;
  }

  /** How an erasure went. */
  sealed interface Outcome {}

  /**
   * It is gone.
   *
   * @param erased kind → how many
   */
  record Erased(Map<String, Long> erased) implements Outcome {
    public Erased {
      erased = Map.copyOf(erased);
    }
  }

  /**
   * It was asked for and is not done yet: processors work in batches. Asked again on resume.
   *
   * @param reason for the certificate
   */
  record Later(String reason) implements Outcome {}

  /**
   * Something must stay.
   *
   * @param erased kind → how many went
   * @param kept kind → how many stay
   * @param ground the law or duty
   */
  record Kept(Map<String, Long> erased, Map<String, Long> kept, String ground) implements Outcome {
    public Kept {
      erased = Map.copyOf(erased);
      kept = Map.copyOf(kept);
    }
  }

  /** What a look at it showed. */
  sealed interface Finding {}

  /** Nothing of the person is there. */
  record Nothing() implements Finding {}

  /**
   * Something is still there.
   *
   * @param places where, without personal data
   */
  record Remains(List<String> places) implements Finding {
    public Remains {
      places = List.copyOf(places);
    }
  }

  /**
   * Nobody can tell, for instance because the processor offers no way to ask.
   *
   * @param reason why
   */
  record Unverifiable(String reason) implements Finding {}
}

package io.ktizo.privacy.datamap;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One column, or one path inside a column that holds a JSON document.
 *
 * @param name the column's name as the database has it, matched exactly first, else without regard
 *     to case
 * @param category what it says about a person
 * @param purposes names of the map's purposes; at least one for personal data
 * @param recipients names of the map's recipients who may get it
 * @param retention the name of the rule after which it goes; {@code null} for the data set's own
 * @param erasure what becomes of it when its row outlives the person; {@code null} if it can only
 *     go with its row, or if it is a document whose paths have strategies of their own
 * @param exported whether the person gets it
 * @param secret whether it never leaves the database, not even to the person himself: password
 *     hashes, keys, tokens
 * @param freeText whether people typed it, so that it may hold anything about anybody
 * @param source where it comes from: {@code subject}, {@code observed}, or who gave or derived it.
 *     GDPR Article 20 lets the person take along the first two
 * @param paths for a JSON document: its paths, each classified like a column; empty for others
 * @param review a question that a person must answer before the map is relied on, as drafts have;
 *     {@code null} when there is none
 */
public record Field(
    String name,
    Category category,
    List<String> purposes,
    List<String> recipients,
    @Nullable String retention,
    @Nullable Strategy erasure,
    boolean exported,
    boolean secret,
    boolean freeText,
    String source,
    List<Field> paths,
    @Nullable String review) {

  /** The source of what the person gave himself. */
  public static final String FROM_SUBJECT = "subject";

  /** The source of what the application recorded of the person's own doings: times, devices. */
  public static final String OBSERVED = "observed";

  public Field {
    purposes = List.copyOf(purposes);
    recipients = List.copyOf(recipients);
    paths = List.copyOf(paths);
  }

  /**
   * What becomes of it when its row outlives the person: of a document whose paths have strategies
   * and which has none itself, each path by its own.
   */
  public Optional<Strategy> strategy() {
    return erasure == null && paths.stream().anyMatch(path -> path.erasure() != null)
        ? Optional.of(new Strategy.ByPath())
        : Optional.ofNullable(erasure);
  }

  /** Whether nothing of the person can be told from what {@link #strategy} leaves. */
  public boolean anonymous() {
    return strategy()
        .map(
            how ->
                how instanceof Strategy.ByPath
                    ? paths.stream()
                        .allMatch(path -> !path.category().personal() || path.anonymous())
                    : how.anonymous())
        .orElse(false);
  }

  /** The open question about it. */
  public Optional<String> openQuestion() {
    return Optional.ofNullable(review);
  }
}

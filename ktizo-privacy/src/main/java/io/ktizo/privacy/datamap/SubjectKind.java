package io.ktizo.privacy.datamap;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A kind of person that the application knows.
 *
 * @param name unique in the map, for instance {@code customer}
 * @param dataSet the data set of which each row is such a person; {@code null} for people who have
 *     no row of their own and are known by a value only, a guest's e-mail for instance
 * @param key the column of that data set that {@code Subject.key()} holds; {@code null} without one
 * @param identifiers what else he is known by. With a data set: its columns, the e-mail for
 *     instance. Without: one name for the value, which links refer to
 * @param erasure what becomes of the person's own row when he goes and nobody else owns it; without
 *     a data set it has no meaning and is {@code DeleteRow}
 */
public record SubjectKind(
    String name,
    @Nullable String dataSet,
    @Nullable String key,
    List<String> identifiers,
    Link.Last erasure) {
  public SubjectKind {
    identifiers = List.copyOf(identifiers);
  }

  /** The data set whose rows are these people. */
  public Optional<String> table() {
    return Optional.ofNullable(dataSet);
  }
}

package io.ktizo.privacy.holder;

import io.ktizo.privacy.Subject;
import io.ktizo.privacy.datamap.DataSet;
import io.ktizo.privacy.datamap.Link;
import io.ktizo.privacy.datamap.SubjectKind;
import io.ktizo.privacy.holder.CompiledMap.Relation;
import io.ktizo.privacy.store.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/** The people whom a database knows, by their keys. */
public final class People {
  private static final String STEP = "look people up";

  private People() {}

  /**
   * The one spelling of a person's key: as the database prints it if he has a row ({@code 7} for
   * {@code 007} in a column of numbers), in lower case if he is known by a value that is compared
   * without regard to case.
   */
  public static Subject canonical(CompiledMap map, Session session, Subject subject) {
    SubjectKind kind = map.kind(subject.kind());
    if (kind.dataSet() == null || kind.key() == null) {
      return new Subject(subject.kind(), value(map, kind, subject.key()));
    }
    Relation at = map.named(kind.dataSet());
    String column = session.dialect().quote(at.column(kind.key()).name());
    Optional<Fragment> equal = Keys.equal(column, at.column(kind.key()), subject.key(), false);
    if (equal.isEmpty()) {
      return subject;
    }
    return session
        .query(
            STEP,
            at.name(),
            row -> row.getString(1),
            "SELECT CAST("
                + column
                + " AS VARCHAR) FROM "
                + at.sql()
                + " WHERE "
                + equal.get().sql()
                + " FETCH FIRST 1 ROWS ONLY",
            equal.get().parameters().toArray())
        .stream()
        .findFirst()
        .map(key -> new Subject(subject.kind(), key))
        .orElse(subject);
  }

  private static String value(CompiledMap map, SubjectKind kind, String key) {
    boolean anyCase =
        map.map().dataSets().stream()
            .flatMap(set -> set.links().stream())
            .anyMatch(
                link ->
                    link.target() instanceof Link.ToPerson person
                        && person.kind().equals(kind.name())
                        && person.ignoreCase());
    return anyCase ? key.toLowerCase(Locale.ROOT) : key;
  }

  /** Whether keys of this kind are text and not numbers. */
  public static boolean textual(CompiledMap map, String kindName) {
    SubjectKind kind = map.kind(kindName);
    if (kind.dataSet() == null || kind.key() == null) {
      return true;
    }
    return switch (map.named(kind.dataSet()).column(kind.key()).type()) {
      case TINYINT, SMALLINT, INTEGER, BIGINT, NUMERIC, DECIMAL -> false;
      default -> true;
    };
  }

  /** Hands over every person of a kind, in canonical spelling; some perhaps more than once. */
  public static void each(
      CompiledMap map, Session session, String kindName, Consumer<Subject> taker) {
    SubjectKind kind = map.kind(kindName);
    if (kind.dataSet() != null && kind.key() != null) {
      Relation at = map.named(kind.dataSet());
      keys(session, at, at.column(kind.key()).name())
          .forEach(key -> taker.accept(new Subject(kindName, key)));
      return;
    }
    for (DataSet set : map.map().dataSets()) {
      for (Link link : set.links()) {
        if (link.target() instanceof Link.ToPerson person && person.kind().equals(kindName)) {
          Relation at = map.named(set.name());
          for (String key : keys(session, at, at.column(person.column()).name())) {
            if (!key.isEmpty()) {
              taker.accept(new Subject(kindName, value(map, kind, key)));
            }
          }
        }
      }
    }
  }

  private static List<String> keys(Session session, Relation at, String name) {
    String column = session.dialect().quote(name);
    List<String> found = new ArrayList<>();
    session.each(
        STEP,
        at.name(),
        row -> found.add(row.getString(1)),
        "SELECT DISTINCT CAST("
            + column
            + " AS VARCHAR) FROM "
            + at.sql()
            + " WHERE "
            + column
            + " IS NOT NULL");
    return found;
  }
}

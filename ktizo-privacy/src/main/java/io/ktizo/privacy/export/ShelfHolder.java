package io.ktizo.privacy.export;

import io.ktizo.privacy.Subject;
import io.ktizo.privacy.datamap.Category;
import io.ktizo.privacy.holder.Application;
import io.ktizo.privacy.holder.People;
import io.ktizo.privacy.holder.PersonalDataHolder;
import io.ktizo.privacy.store.Session;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The engine's own shelf of archives as something that an erasure clears: what lies on it must not
 * outlive its subject. It exports nothing, for an archive of archives tells nobody anything.
 */
public final class ShelfHolder implements PersonalDataHolder {
  private final Application application;
  private final Exports shelf;

  /** Clears a shelf of this application. */
  public ShelfHolder(Application application, Exports shelf) {
    this.application = application;
    this.shelf = shelf;
  }

  @Override
  public Description describe() {
    return new Description(
        "ktizo-exports",
        "Archives that were made for you and wait to be fetched",
        List.of(
            new Kind(
                "archive",
                "An archive of everything about you",
                Category.FILE,
                List.of(),
                List.of(),
                null,
                "derived")),
        List.of(),
        null);
  }

  @Override
  public void export(Request request, Items items) {}

  @Override
  public Outcome erase(Request request) {
    his(request.subject()).forEach(one -> shelf.withdraw(one.id()));
    // Not how many: a second call after a kill has to answer as the first one would have.
    return new Erased(Map.of());
  }

  @Override
  public Finding verify(Request request) {
    int left = his(request.subject()).size();
    return left == 0 ? new Nothing() : new Remains(List.of(left + " archives"));
  }

  @Override
  public Optional<String> search(Contents contents) {
    return Optional.of("archives of other people are sealed");
  }

  /** Archives of the person, in whatever spelling of his key they were asked for. */
  private List<io.ktizo.privacy.export.Kept> his(Subject subject) {
    List<io.ktizo.privacy.export.Kept> sameKind =
        shelf.list().stream().filter(one -> one.subject().kind().equals(subject.kind())).toList();
    if (sameKind.isEmpty()) {
      return List.of();
    }
    try (Session session = application.store().open()) {
      var map = application.compiled(session);
      return sameKind.stream()
          .filter(
              one ->
                  one.subject().equals(subject)
                      || People.canonical(map, session, one.subject()).equals(subject))
          .toList();
    }
  }
}

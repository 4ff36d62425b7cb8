package io.ktizo.privacy.holder;

import io.ktizo.privacy.Progress;
import io.ktizo.privacy.StepFailedException;
import io.ktizo.privacy.datamap.DataMap;
import io.ktizo.privacy.store.Session;
import io.ktizo.privacy.store.Store;
import io.ktizo.privacy.store.Vault;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The application that an engine works for, as the host described it: what export and erasure
 * share. For use by several threads.
 */
public final class Application {
  private final DataSource source;
  private final Store store;
  private final DataMap map;
  private final List<PersonalDataHolder> holders;
  private final InstantSource clock;
  private final Progress progress;
  private final @Nullable Vault vault;
  private volatile @Nullable CompiledMap compiled;

  /**
   * Nothing is touched.
   *
   * @param vault the host's secrets; {@code null} if it lends none
   */
  public Application(
      DataSource source,
      DataMap map,
      List<PersonalDataHolder> holders,
      InstantSource clock,
      Progress progress,
      @Nullable Vault vault) {
    this.source = source;
    this.store = new Store(source);
    this.map = map;
    this.holders = List.copyOf(holders);
    this.clock = clock;
    this.progress = progress;
    this.vault = vault;
  }

  /** Its database. */
  public DataSource source() {
    return source;
  }

  /** The engine's tables in it. */
  public Store store() {
    return store;
  }

  /** What it holds. */
  public DataMap map() {
    return map;
  }

  /** What keeps personal data outside its tables. */
  public List<PersonalDataHolder> holders() {
    return holders;
  }

  /** The time. */
  public InstantSource clock() {
    return clock;
  }

  /** Who hears how work goes on. */
  public Progress progress() {
    return progress;
  }

  /** The host's secrets. */
  public Optional<Vault> vault() {
    return Optional.ofNullable(vault);
  }

  /**
   * The host's secrets for work that cannot be done without.
   *
   * @throws StepFailedException if it lends none
   */
  public Vault needVault(String step) {
    return vault()
        .orElseThrow(
            () ->
                new StepFailedException(
                    step,
                    null,
                    null,
                    "it needs secrets: hand a KeySource to the engine's builder"));
  }

  /**
   * The map bound to the database. Looked up once, since a catalogue is slow to read; a new engine
   * sees a new schema. Commits the session's transaction when it looks.
   *
   * @throws io.ktizo.privacy.UnfitDataMapException if the map cannot be carried out there
   */
  public CompiledMap compiled(Session session) {
    CompiledMap known = compiled;
    if (known == null) {
      try {
        known = CompiledMap.of(map, session.connection());
        session.commit();
      } catch (SQLException refused) {
        throw StepFailedException.of("read the schema", null, refused);
      }
      compiled = known;
    }
    return known;
  }
}

package io.ktizo.privacy.erasure;

import io.ktizo.privacy.StepFailedException;
import io.ktizo.privacy.Subject;
import io.ktizo.privacy.datamap.Category;
import io.ktizo.privacy.datamap.DataSet;
import io.ktizo.privacy.datamap.Field;
import io.ktizo.privacy.datamap.Strategy;
import io.ktizo.privacy.erasure.Certificate.DataSetPart;
import io.ktizo.privacy.erasure.Certificate.Depth;
import io.ktizo.privacy.erasure.Certificate.HolderPart;
import io.ktizo.privacy.erasure.Certificate.Level;
import io.ktizo.privacy.erasure.Certificate.Masked;
import io.ktizo.privacy.erasure.Certificate.Outcome;
import io.ktizo.privacy.erasure.Journal.Action;
import io.ktizo.privacy.erasure.Journal.Run;
import io.ktizo.privacy.erasure.Journal.State;
import io.ktizo.privacy.erasure.Journal.Step;
import io.ktizo.privacy.export.DisclosureLog;
import io.ktizo.privacy.holder.Application;
import io.ktizo.privacy.holder.CompiledMap;
import io.ktizo.privacy.holder.Ownership;
import io.ktizo.privacy.holder.People;
import io.ktizo.privacy.holder.PersonalDataHolder;
import io.ktizo.privacy.holder.TableErasure;
import io.ktizo.privacy.holder.TableErasure.Effect;
import io.ktizo.privacy.holder.TableErasure.Obstacle;
import io.ktizo.privacy.store.Session;
import io.ktizo.privacy.store.Vault;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Erases people.
 *
 * <p>An erasure is a run in the journal. Before anything is destroyed it captures, encrypted, every
 * identifier that later steps need. Then each step is done and noted: holders in their order, then
 * all tables in one transaction together with the note of it, then the looks at what is left. A
 * process that dies leaves a run that any instance takes up where it stood; a lock on the run,
 * which the database gives up with the dead process's connection, and a counter that each successor
 * raises keep two from working on one run.
 *
 * <p>For use by several threads.
 */
public final class Erasing {
  private static final String SEALED = "erasure";
  private static final int TRIES = 5;
  private static final int VALUES = 500;

  /** How many people's residue is looked for at once: their identifiers are held in memory. */
  private static final int TOGETHER = 100;

  /** Values of these categories belong to one person only. */
  private static final Set<Category> UNMISTAKABLE =
      EnumSet.of(
          Category.EMAIL,
          Category.PHONE,
          Category.USERNAME,
          Category.GOVERNMENT_ID,
          Category.TAX_ID,
          Category.BANK_ACCOUNT,
          Category.PAYMENT_CARD);

  private final Application application;
  private final @Nullable Ledger ledger;

  /** Erases in an application; {@code ledger} is {@code null} if the host keeps none. */
  public Erasing(Application application, @Nullable Ledger ledger) {
    this.application = application;
    this.ledger = ledger;
  }

  /** What a run knows of the person, sealed until it is finished. */
  private record Captured(
      String kind,
      String key,
      Depth depth,
      Map<String, List<String>> values,
      List<ResidueScan.Identifier> identifiers) {
    Subject subject() {
      return new Subject(kind, key);
    }

    Captured atDepth(Depth wanted) {
      return new Captured(kind, key, wanted, values, identifiers);
    }
  }

  /** What the tables' step came to. */
  private record TablesOutcome(List<DataSetPart> parts, @Nullable Long ledgerEntry) {}

  private record HolderOutcome(
      String state, Map<String, Long> erased, Map<String, Long> kept, @Nullable String reason) {}

  private record VerifyOutcome(String verified, List<String> remains) {}

  // ---- planning ----

  /**
   * What an erasure would do, and what would stand in its way. Nothing is touched.
   *
   * @throws io.ktizo.privacy.UnknownSubjectKindException if the map does not know the kind
   */
  public ErasurePlan plan(Subject subject) {
    requireLedger();
    try (Session session = application.store().open()) {
      CompiledMap map = application.compiled(session);
      try (Ownership ownership = Ownership.of(map, session, subject)) {
        TableErasure erasure = tables(ownership, application.clock().instant());
        return new ErasurePlan(
            subject.kind(),
            erasure.effects().stream().filter(effect -> !effect.empty()).toList(),
            application.holders().stream()
                .map(PersonalDataHolder::describe)
                .map(Erasing::label)
                .toList(),
            erasure.obstacles());
      }
    }
  }

  private static String label(PersonalDataHolder.Description holder) {
    return holder.name()
        + " ("
        + String.join(", ", holder.kinds().stream().map(PersonalDataHolder.Kind::name).toList())
        + ")";
  }

  private TableErasure tables(Ownership ownership, Instant now) {
    return new TableErasure(
        ownership,
        now,
        application.vault().map(vault -> vault.derive(vault.currentId(), "column")).orElse(null));
  }

  // ---- erasing ----

  /**
   * Erases a person; a run that is already under way for him is taken up.
   *
   * @param depth {@link Depth#LOGICAL}, or {@link Depth#STORAGE} to have the database's files
   *     rewritten as well: PostgreSQL locks each table while it does so, and H2 closes the
   *     database, so that every connection of the host's breaks
   * @throws ErasureRefusedException if rules or references stand in the way; nothing was touched
   * @throws ErasureUnderWayException if another instance works on it just now
   * @throws StepFailedException if a step failed; what was done stays noted for {@link #resume()}
   */
  public Certificate erase(Subject asked, Depth depth) {
    if (depth != Depth.LOGICAL && depth != Depth.STORAGE) {
      throw new IllegalArgumentException(
          "an erasure reaches LOGICAL or STORAGE by itself: " + depth);
    }
    requireLedger();
    return work(begin(asked, UUID.randomUUID().toString(), depth), depth, new HashMap<>());
  }

  /**
   * Erases many people, as {@link #erase} would one after the other, but searches the database for
   * what is left of a hundred of them at a time: that search reads all of it.
   *
   * @return a certificate for each, in their order
   * @throws RuntimeException the first failure, as {@link #erase} would throw it, once everybody
   *     else is erased; the certificates of those are in the journal
   */
  public List<Certificate> eraseAll(List<Subject> people) {
    requireLedger();
    List<Certificate> certificates = new ArrayList<>();
    Failures failures = new Failures(false);
    for (int i = 0; i < people.size(); i += TOGETHER) {
      List<String> runs = new ArrayList<>();
      for (Subject person : people.subList(i, Math.min(i + TOGETHER, people.size()))) {
        failures.collect(
            () -> runs.add(begin(person, UUID.randomUUID().toString(), Depth.LOGICAL)));
      }
      certificates.addAll(finishTogether(runs, failures));
      application.progress().at("ERASE", "", Math.min(i + TOGETHER, people.size()), people.size());
    }
    failures.throwFirst();
    return certificates;
  }

  /** Keeps the first failure while the rest goes on. */
  private static final class Failures {
    private final boolean leaveBusy;
    private @Nullable RuntimeException first;

    /** Runs that another instance works on are left to it, or are failures too. */
    Failures(boolean leaveBusy) {
      this.leaveBusy = leaveBusy;
    }

    void collect(Runnable work) {
      try {
        work.run();
      } catch (ErasureUnderWayException busy) {
        if (!leaveBusy) {
          keep(busy);
        }
      } catch (RuntimeException failed) {
        keep(failed);
      }
    }

    private void keep(RuntimeException failed) {
      if (first == null) {
        first = failed;
      } else if (!failed.equals(first)) {
        first.addSuppressed(failed);
      }
    }

    void throwFirst() {
      if (first != null) {
        throw first;
      }
    }
  }

  /** Takes runs up to where only looking is left, looks for all at once, and finishes them. */
  private List<Certificate> finishTogether(List<String> runs, Failures failures) {
    List<String> erased = new ArrayList<>();
    Map<String, Certificate> certificates = new HashMap<>();
    for (String run : runs) {
      failures.collect(
          () -> {
            Optional<Certificate> done = advance(run, Depth.LOGICAL, new HashMap<>(), false);
            if (done.isPresent()) {
              certificates.put(run, done.get());
            } else {
              erased.add(run);
            }
          });
    }
    Map<String, Residue> seen = new HashMap<>();
    if (erased.size() > 1) {
      failures.collect(() -> seen.putAll(lookTogether(erased)));
    }
    for (String run : erased) {
      failures.collect(() -> certificates.put(run, work(run, Depth.LOGICAL, seen)));
    }
    return runs.stream().filter(certificates::containsKey).map(certificates::get).toList();
  }

  /** What is left of several people whose tables are done: runs that are finished are left out. */
  private Map<String, Residue> lookTogether(List<String> runs) {
    Map<String, List<ResidueScan.Identifier>> wanted = new LinkedHashMap<>();
    try (Session session = application.store().open()) {
      for (String id : runs) {
        Journal.run(session, id)
            .filter(run -> run.sealed() != null)
            .ifPresent(run -> wanted.put(id, captured(run).identifiers()));
      }
      return wanted.isEmpty() ? Map.of() : ResidueScan.of(wanted).runAll(session);
    }
  }

  private String begin(Subject asked, String newId, Depth depth) {
    Vault vault = application.needVault("erase");
    try (Session session = application.store().open()) {
      CompiledMap map = application.compiled(session);
      Subject subject = People.canonical(map, session, asked);
      String keyId = vault.currentId();
      String hash = hash(vault, keyId, subject);
      Optional<Run> known = Journal.active(session, hash);
      if (known.isPresent()) {
        return known.get().id();
      }
      Captured who = new Captured(subject.kind(), subject.key(), depth, Map.of(), List.of());
      Journal.begin(
          session,
          new Run(
              newId,
              subject.kind(),
              keyId,
              hash,
              0,
              application.clock().instant(),
              vault.seal(SEALED, newId, Json.write(who))));
      session.commit();
      return newId;
    } catch (StepFailedException refused) {
      if (refused.sqlState().filter(state -> state.startsWith("23")).isPresent()) {
        // Another instance began the same erasure a moment ago.
        throw new ErasureUnderWayException();
      }
      throw refused;
    }
  }

  static String hash(Vault vault, String keyId, Subject subject) {
    return vault.hash(keyId, "subject", subject.kind() + "\u0000" + subject.key());
  }

  /**
   * Takes up every erasure that was begun and not finished.
   *
   * @return a certificate for each; those that another instance works on are left to it
   * @throws StepFailedException the first failure, once all others have been tried
   */
  public List<Certificate> resume() {
    requireLedger();
    List<Run> open;
    try (Session session = application.store().open()) {
      open = Journal.active(session);
    }
    Failures failures = new Failures(true);
    List<Certificate> certificates = new ArrayList<>();
    for (int i = 0; i < open.size(); i += TOGETHER) {
      certificates.addAll(
          finishTogether(
              open.subList(i, Math.min(i + TOGETHER, open.size())).stream().map(Run::id).toList(),
              failures));
    }
    failures.throwFirst();
    return certificates;
  }

  /** Works on a run until it is done or something fails. */
  private Certificate work(String id, Depth depth, Map<String, Residue> seen) {
    return advance(id, depth, seen, true).orElseThrow();
  }

  /**
   * Works on a run.
   *
   * @param seen what a search for several people at once found, by run
   * @param toTheEnd whether to go on when only looking is left
   * @return the certificate; nothing if it was not to go on
   */
  private Optional<Certificate> advance(
      String id, Depth depth, Map<String, Residue> seen, boolean toTheEnd) {
    Lease lease = new Lease(application.store(), id);
    try {
      long fence;
      Run run;
      List<Step> steps;
      try (Session session = application.store().open()) {
        fence = Journal.takeOver(session, id);
        run = Journal.run(session, id).orElseThrow();
        session.commit();
        if (run.sealed() == null) {
          return Optional.of(finished(session, id));
        }
        steps = Journal.steps(session, id);
      }
      Captured captured = captured(run);
      if (depth == Depth.STORAGE && captured.depth() != Depth.STORAGE) {
        captured = deepen(run, fence, captured, steps);
        steps = steps(id);
      }
      if (steps.isEmpty()) {
        captured = capture(run, fence, captured.subject(), captured.depth());
        steps = steps(id);
      }
      for (Step step : steps) {
        if (step.action() == Action.RESIDUE && !toTheEnd) {
          return Optional.empty();
        }
        if (step.state() != State.DONE) {
          application
              .progress()
              .at(step.action().name(), step.about(), step.number(), steps.size());
          perform(run, fence, step, captured, lease, Optional.ofNullable(seen.get(id)));
        }
      }
      return Optional.of(finish(run, fence, captured));
    } finally {
      lease.close();
    }
  }

  private List<Step> steps(String id) {
    try (Session session = application.store().open()) {
      return Journal.steps(session, id);
    }
  }

  /** A run that was begun without it is to rewrite the storage too. */
  private Captured deepen(Run run, long fence, Captured captured, List<Step> steps) {
    Captured deeper = captured.atDepth(Depth.STORAGE);
    try (Session session = application.store().open()) {
      Journal.fence(session, run.id(), fence);
      Journal.seal(
          session,
          run.id(),
          application.needVault("erase").seal(SEALED, run.id(), Json.write(deeper)));
      if (!steps.isEmpty()) {
        add(session, run, steps.getLast().number() + 1, Action.STORAGE, "");
      }
      session.commit();
    }
    return deeper;
  }

  private Certificate finished(Session session, String id) {
    return Journal.certificate(session, id)
        .map(json -> Json.read(json, Certificate.class))
        .orElseThrow(ErasureUnderWayException::new);
  }

  private Captured captured(Run run) {
    byte[] sealed = run.sealed();
    if (sealed == null) {
      throw new IllegalStateException("run " + run.id() + " is finished");
    }
    return Json.read(application.needVault("erase").open(SEALED, run.id(), sealed), Captured.class);
  }

  /** Notes what later steps need, and which steps there are; the last moment to refuse. */
  private Captured capture(Run run, long fence, Subject subject, Depth depth) {
    Vault vault = application.needVault("erase");
    try (Session session = application.store().open()) {
      CompiledMap map = application.compiled(session);
      try (Ownership ownership = Ownership.of(map, session, subject)) {
        TableErasure erasure = tables(ownership, run.begun());
        List<Obstacle> obstacles = erasure.obstacles();
        Journal.fence(session, run.id(), fence);
        if (!obstacles.isEmpty()) {
          Journal.refuse(session, run.id(), application.clock().instant());
          session.commit();
          throw new ErasureRefusedException(obstacles);
        }
        Captured captured =
            new Captured(
                subject.kind(),
                subject.key(),
                depth,
                needs(map, erasure),
                identifiers(map, erasure, ownership, subject));
        Journal.seal(session, run.id(), vault.seal(SEALED, run.id(), Json.write(captured)));
        int number = 1;
        List<String> holders =
            application.holders().stream().map(holder -> holder.describe().name()).toList();
        for (String holder : holders) {
          number = add(session, run, number, Action.HOLDER, holder);
        }
        number = add(session, run, number, Action.TABLES, "");
        for (String holder : holders) {
          number = add(session, run, number, Action.VERIFY, holder);
        }
        number = add(session, run, number, Action.RESIDUE, "");
        if (depth == Depth.STORAGE) {
          add(session, run, number, Action.STORAGE, "");
        }
        session.commit();
        return captured;
      }
    }
  }

  private static int add(Session session, Run run, int number, Action action, String about) {
    // One key for everything that a holder is asked in this run, however often.
    String key = run.id() + (about.isEmpty() ? "" : "/" + about);
    Journal.add(session, run.id(), new Step(number, action, about, key, State.OPEN, null));
    return number + 1;
  }

  private Map<String, List<String>> needs(CompiledMap map, TableErasure erasure) {
    Map<String, List<String>> values = new LinkedHashMap<>();
    for (PersonalDataHolder holder : application.holders()) {
      for (String need : holder.describe().needs()) {
        int point = need.indexOf('.');
        Optional<DataSet> set = map.map().dataSet(need.substring(0, Math.max(point, 0)));
        Optional<Field> field = set.flatMap(found -> found.field(need.substring(point + 1)));
        if (set.isEmpty() || field.isEmpty()) {
          throw new StepFailedException(
              "capture identifiers",
              holder.describe().name(),
              need,
              "it needs a field that the data map does not have");
        }
        values.putAll(
            erasure
                .values(set.get(), List.of(field.get()), true, Integer.MAX_VALUE)
                .entrySet()
                .stream()
                .collect(java.util.stream.Collectors.toMap(entry -> need, Map.Entry::getValue)));
      }
    }
    return values;
  }

  private static List<ResidueScan.Identifier> identifiers(
      CompiledMap map, TableErasure erasure, Ownership ownership, Subject subject) {
    List<ResidueScan.Identifier> found = new ArrayList<>();
    if (People.textual(map, subject.kind())) {
      found.add(
          new ResidueScan.Identifier(
              subject.kind(), true, subject.key().contains("@"), List.of(subject.key())));
    }
    for (DataSet set : ownership.dataSets()) {
      for (Field field : set.fields()) {
        boolean identifies = identifies(map, set, field);
        if (!field.secret() && (identifies || field.category() == Category.NAME)) {
          erasure
              .values(set, List.of(field), true, VALUES)
              .forEach(
                  (name, values) ->
                      found.add(
                          new ResidueScan.Identifier(
                              name, identifies, field.category() == Category.EMAIL, values)));
        }
      }
    }
    return found;
  }

  private static boolean identifies(CompiledMap map, DataSet set, Field field) {
    return UNMISTAKABLE.contains(field.category())
        || map.map().subjects().stream()
            .filter(kind -> set.name().equals(kind.dataSet()))
            .anyMatch(
                kind ->
                    kind.identifiers().stream()
                        .flatMap(name -> set.field(name).stream())
                        .anyMatch(field::equals));
  }

  private void perform(
      Run run, long fence, Step step, Captured captured, Lease lease, Optional<Residue> seen) {
    switch (step.action()) {
      case HOLDER -> eraseElsewhere(run, fence, step, captured);
      case TABLES -> eraseTables(run, fence, step, captured.subject());
      case VERIFY -> lookElsewhere(run, fence, step, captured);
      case RESIDUE -> lookForResidue(run, fence, step, captured, seen);
      case STORAGE -> {
        // H2 closes the database for it, and the lease's connection with it.
        byte[] outcome = new Storage(application).rewrite(captured.identifiers(), lease);
        settle(run, fence, step, State.DONE, outcome);
      }
    }
  }

  private void settle(Run run, long fence, Step step, State state, byte[] outcome) {
    try (Session session = application.store().open()) {
      Journal.fence(session, run.id(), fence);
      Journal.settle(session, run.id(), step, state, outcome);
      session.commit();
    }
  }

  private PersonalDataHolder holder(String name) {
    return application.holders().stream()
        .filter(one -> one.describe().name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new StepFailedException(
                    "erase", name, null, "the run began with this holder; hand it to the builder"));
  }

  private static PersonalDataHolder.Request request(Step step, Captured captured) {
    return new PersonalDataHolder.Request(
        captured.subject(), step.idempotencyKey(), captured.values());
  }

  private void eraseElsewhere(Run run, long fence, Step step, Captured captured) {
    try (Session session = application.store().open()) {
      Journal.fence(session, run.id(), fence);
      Journal.attempt(session, run.id(), step);
      session.commit();
    }
    HolderOutcome outcome;
    try {
      outcome =
          switch (holder(step.about()).erase(request(step, captured))) {
            case PersonalDataHolder.Erased erased ->
                new HolderOutcome("erased", erased.erased(), Map.of(), null);
            case PersonalDataHolder.Kept kept ->
                new HolderOutcome("kept", kept.erased(), kept.kept(), kept.ground());
            case PersonalDataHolder.Later later ->
                new HolderOutcome("later", Map.of(), Map.of(), later.reason());
          };
    } catch (IOException failed) {
      throw failed("erase", step.about(), failed);
    }
    boolean later = outcome.state().equals("later");
    settle(run, fence, step, later ? State.LATER : State.DONE, Json.write(outcome));
  }

  private static StepFailedException failed(String what, String holder, IOException failed) {
    StepFailedException named =
        new StepFailedException(
            what,
            holder,
            null,
            failed.getClass().getSimpleName() + "; it is tried again on resume");
    named.initCause(failed);
    return named;
  }

  private void lookElsewhere(Run run, long fence, Step step, Captured captured) {
    VerifyOutcome outcome;
    try {
      outcome =
          switch (holder(step.about()).verify(request(step, captured))) {
            case PersonalDataHolder.Nothing nothing -> new VerifyOutcome("nothing", List.of());
            case PersonalDataHolder.Remains remains ->
                new VerifyOutcome("remains", remains.places());
            case PersonalDataHolder.Unverifiable unverifiable ->
                new VerifyOutcome("unverifiable", List.of(unverifiable.reason()));
          };
    } catch (IOException failed) {
      throw failed("verify", step.about(), failed);
    }
    boolean early;
    try (Session session = application.store().open()) {
      early =
          Journal.steps(session, run.id()).stream()
              .anyMatch(
                  one ->
                      one.action() == Action.HOLDER
                          && one.about().equals(step.about())
                          && one.state() == State.LATER);
    }
    settle(run, fence, step, early ? State.LATER : State.DONE, Json.write(outcome));
  }

  /** All tables in one transaction, and in the same one the note that it was done. */
  private void eraseTables(Run run, long fence, Step step, Subject subject) {
    for (int attempt = 1; ; attempt++) {
      try (Session session = application.store().open()) {
        CompiledMap map = application.compiled(session);
        try (Ownership ownership = Ownership.of(map, session, subject)) {
          TableErasure erasure = tables(ownership, run.begun());
          List<Obstacle> obstacles = erasure.obstacles();
          Journal.fence(session, run.id(), fence);
          if (!obstacles.isEmpty()) {
            throw late(session, run, obstacles);
          }
          erasure.noteKept(run.id());
          DisclosureLog.forget(session, application.needVault("erase"), subject);
          List<DataSetPart> parts = parts(map, erasure.run(application.progress()));
          Long entry = null;
          if (ledger != null) {
            // In the ledger first: should the commit fail, the next start finds the erasure missing
            // and carries it out, which is what was asked for.
            Ledger.Entry written =
                ledger.append(run.id(), run.kind(), run.keyId(), run.subjectHash());
            Applied.note(session, ledger.id(), written);
            entry = written.number();
          }
          Journal.settle(
              session, run.id(), step, State.DONE, Json.write(new TablesOutcome(parts, entry)));
          session.commit();
          return;
        }
      } catch (StepFailedException met) {
        if (!met.collided() || attempt == TRIES) {
          throw met;
        }
      }
    }
  }

  /** Rows that came after the run had begun are in the way. */
  private RuntimeException late(Session session, Run run, List<Obstacle> obstacles) {
    if (Journal.steps(session, run.id()).stream().anyMatch(one -> one.action() == Action.HOLDER)) {
      return new ErasureBlockedException(run.id(), obstacles);
    }
    Journal.refuse(session, run.id(), application.clock().instant());
    session.commit();
    return new ErasureRefusedException(obstacles);
  }

  private static List<DataSetPart> parts(CompiledMap map, List<Effect> effects) {
    List<DataSetPart> parts = new ArrayList<>();
    for (Effect effect : effects) {
      if (effect.empty()) {
        continue;
      }
      DataSet set = map.map().dataSet(effect.dataSet()).orElseThrow();
      List<Masked> masked = new ArrayList<>();
      effect
          .anonymised()
          .forEach(
              (field, rows) -> {
                Strategy strategy = set.field(field).flatMap(Field::strategy).orElseThrow();
                boolean anonymous = set.field(field).orElseThrow().anonymous();
                masked.add(new Masked(field, rows, name(strategy), anonymous));
              });
      parts.add(
          new DataSetPart(
              effect.dataSet(),
              effect.deleted(),
              masked,
              effect.kept(),
              effect.until() == null ? null : effect.until().toString(),
              effect.grounds(),
              effect.left()));
    }
    return parts;
  }

  private static String name(Strategy strategy) {
    return switch (strategy) {
      case Strategy.SetNull n -> "set to NULL";
      case Strategy.Constant c -> "set to a constant";
      case Strategy.Replace r -> "replaced by a made-up value";
      case Strategy.KeyedHash h -> "replaced by a keyed hash";
      case Strategy.GeneraliseDate d ->
          d.to() == Strategy.DatePart.YEAR ? "cut to its year" : "cut to its month";
      case Strategy.GeneralisePrefix p -> "cut to " + p.characters() + " characters";
      case Strategy.ByPath p -> "its document's paths erased, each by its own rule";
      case Strategy.Retain r -> "stays";
    };
  }

  private void lookForResidue(
      Run run, long fence, Step step, Captured captured, Optional<Residue> seen) {
    ResidueScan scan = ResidueScan.of(captured.identifiers());
    Residue residue;
    List<DataSetPart> parts;
    CompiledMap map;
    try (Session session = application.store().open()) {
      map = application.compiled(session);
      residue = seen.orElseGet(() -> scan.run(session));
      parts = outcome(session, run, Action.TABLES, TablesOutcome.class).parts();
    }
    List<Residue.Place> places = new ArrayList<>();
    residue.places().forEach(place -> places.add(explained(map, parts, place)));
    List<String> skipped = new ArrayList<>(residue.skipped());
    long files = 0;
    for (PersonalDataHolder holder : application.holders()) {
      files += lookInto(holder, scan, outcomeAt(run, holder), places, skipped);
    }
    settle(
        run,
        fence,
        step,
        State.DONE,
        Json.write(new Residue(places, residue.searched(), files, skipped, residue.identifiers())));
  }

  /**
   * Reads through everything that a holder keeps, whoever's it is.
   *
   * @return how many files it were
   */
  private static long lookInto(
      PersonalDataHolder holder,
      ResidueScan scan,
      Optional<HolderOutcome> outcome,
      List<Residue.Place> places,
      List<String> skipped) {
    String name = holder.describe().name();
    Map<Residue.Place, Long> hits = new LinkedHashMap<>();
    long[] files = new long[1];
    Optional<String> without;
    try {
      without =
          holder.search(
              (kind, content) -> {
                files[0]++;
                scan.in(content, name, kind).forEach(place -> hits.merge(place, 1L, Long::sum));
              });
    } catch (IOException failed) {
      throw failed("search", name, failed);
    }
    without.ifPresent(why -> skipped.add(name + ": " + why));
    boolean kept = outcome.filter(done -> done.state().equals("kept")).isPresent();
    hits.forEach(
        (place, count) ->
            places.add(
                kept
                    ? place.inRows(count).explainedBy("in what is kept there")
                    : place.inRows(count)));
    return files[0];
  }

  private Optional<HolderOutcome> outcomeAt(Run run, PersonalDataHolder holder) {
    String name = holder.describe().name();
    return steps(run.id()).stream()
        .filter(one -> one.action() == Action.HOLDER && one.about().equals(name))
        .filter(one -> one.outcome() != null)
        .map(one -> read(one, HolderOutcome.class))
        .findFirst();
  }

  /** A hit in a column that a rule leaves as it is, in no more rows than were left. */
  private static Residue.Place explained(
      CompiledMap map, List<DataSetPart> parts, Residue.Place place) {
    if (place.table().equalsIgnoreCase("ktizo_privacy.erasure_kept")) {
      return place.explainedBy("in the note of the rows that are kept");
    }
    for (DataSetPart part : parts) {
      DataSet set = map.map().dataSet(part.dataSet()).orElseThrow();
      boolean here =
          map.schema()
              .table(set.table())
              .filter(table -> (table.schema() + "." + table.name()).equals(place.table()))
              .isPresent();
      boolean masked =
          part.masked().stream().anyMatch(one -> one.field().equalsIgnoreCase(place.column()));
      if (here && !masked && place.rows() <= part.kept() + part.left()) {
        return place.explainedBy(
            part.kept() > 0 ? "in rows that are kept" : "in rows that stay for other people");
      }
    }
    return place;
  }

  private static <T> T outcome(Session session, Run run, Action action, Class<T> type) {
    return Journal.steps(session, run.id()).stream()
        .filter(step -> step.action() == action)
        .map(Step::outcome)
        .findFirst()
        .map(json -> Json.read(json, type))
        .orElseThrow();
  }

  // ---- the certificate ----

  private Certificate finish(Run run, long fence, Captured captured) {
    Vault vault = application.needVault("erase");
    try (Session session = application.store().open()) {
      List<Step> steps = Journal.steps(session, run.id());
      TablesOutcome tables = outcome(session, run, Action.TABLES, TablesOutcome.class);
      Residue residue = outcome(session, run, Action.RESIDUE, Residue.class);
      List<HolderPart> holders = holders(steps);
      boolean open = steps.stream().anyMatch(step -> step.state() != State.DONE);
      boolean unproven =
          holders.stream()
              .anyMatch(
                  part ->
                      part.verified().equals("unverifiable")
                          || (part.verified().equals("remains") && !part.state().equals("kept")));
      boolean kept =
          tables.parts().stream().anyMatch(part -> part.kept() > 0)
              || holders.stream().anyMatch(part -> part.state().equals("kept"));
      Instant now = application.clock().instant();
      Certificate certificate =
          new Certificate(
              1,
              run.id(),
              application.map().name(),
              run.kind(),
              run.keyId(),
              run.subjectHash(),
              run.begun().toString(),
              now.toString(),
              open || unproven || !residue.clean()
                  ? Outcome.INCOMPLETE
                  : kept ? Outcome.COMPLETE_BUT_KEPT : Outcome.COMPLETE,
              levels(session, steps, residue, tables.ledgerEntry()),
              tables.parts(),
              holders,
              residue,
              true,
              tables.ledgerEntry(),
              null);
      Certificate signed = Signing.sign(vault, certificate);
      if (!open) {
        Journal.fence(session, run.id(), fence);
        Suppression.add(session, vault, captured.identifiers(), now);
        Journal.finish(session, run.id(), now, Json.write(signed));
        session.commit();
      }
      return signed;
    }
  }

  private List<HolderPart> holders(List<Step> steps) {
    Map<String, String> outside = new LinkedHashMap<>();
    application
        .holders()
        .forEach(
            holder -> {
              String recipient = holder.describe().outside();
              if (recipient != null) {
                outside.put(holder.describe().name(), recipient);
              }
            });
    List<HolderPart> parts = new ArrayList<>();
    for (Step step : steps) {
      if (step.action() != Action.HOLDER) {
        continue;
      }
      HolderOutcome done = read(step, HolderOutcome.class);
      VerifyOutcome seen =
          steps.stream()
              .filter(one -> one.action() == Action.VERIFY && one.about().equals(step.about()))
              .map(one -> read(one, VerifyOutcome.class))
              .findFirst()
              .orElseThrow();
      parts.add(
          new HolderPart(
              step.about(),
              outside.get(step.about()),
              done.state(),
              done.erased(),
              done.kept(),
              done.reason(),
              seen.verified(),
              seen.remains()));
    }
    return parts;
  }

  private static <T> T read(Step step, Class<T> type) {
    byte[] outcome = step.outcome();
    if (outcome == null) {
      throw new IllegalStateException("step " + step.number() + " has no outcome");
    }
    return Json.read(outcome, type);
  }

  private List<Level> levels(
      Session session, List<Step> steps, Residue residue, @Nullable Long entry) {
    List<Level> levels = new ArrayList<>();
    boolean logical = residue.clean();
    levels.add(
        new Level(
            Depth.LOGICAL,
            logical,
            logical
                ? "rows were read back in the transaction that erased them, and a search through "
                    + residue.searched()
                    + " columns"
                    + (residue.files() > 0 ? " and " + residue.files() + " files" : "")
                    + " found nothing of "
                    + residue.identifiers().size()
                    + " identifying fields"
                : "a search still finds identifiers: see the residue"));
    Optional<Storage.Report> storage =
        steps.stream()
            .filter(step -> step.action() == Action.STORAGE)
            .findFirst()
            .map(step -> read(step, Storage.Report.class));
    levels.add(
        storage
            .map(
                report ->
                    new Level(
                        Depth.STORAGE, logical && report.storage(), report.storageStatement()))
            .orElse(
                new Level(
                    Depth.STORAGE,
                    false,
                    "deleted rows stay in the database's files until they are rewritten; that was"
                        + " not asked for")));
    levels.add(
        storage
            .map(report -> new Level(Depth.LOG, logical && report.log(), report.logStatement()))
            .orElseGet(
                () -> new Level(Depth.LOG, false, new Storage(application).logStatement(session))));
    levels.add(
        entry == null
            ? new Level(
                Depth.BACKUP,
                false,
                ledger == null
                    ? "backups made before hold the data, and without a ledger nobody will notice"
                        + " when one is restored"
                    : "nothing was erased that a backup could bring back")
            : new Level(
                Depth.BACKUP,
                logical && inLedger(entry),
                "backups made before hold the data until they expire; entry "
                    + entry
                    + " of the ledger, read back, has the erasure carried out again before a"
                    + " restored one is used"));
    return levels;
  }

  private boolean inLedger(long entry) {
    return ledger != null
        && ledger.after(entry - 1).stream().anyMatch(one -> one.number() == entry);
  }

  // ---- asking ----

  /** What {@link #verify} found. */
  public record Verification(boolean signature, boolean journal, boolean ledgerAgrees) {
    /** Whether nothing contradicts the certificate. */
    public boolean genuine() {
      return signature && journal && ledgerAgrees;
    }
  }

  /**
   * Holds a certificate against the host's own key, the journal of this database and the ledger.
   * {@code journal} is also false where the database was restored to a time before it.
   */
  public Verification verify(Certificate certificate) {
    Vault vault = application.needVault("verify");
    boolean signature = Signing.genuine(vault, certificate);
    boolean journal;
    try (Session session = application.store().open()) {
      journal =
          Journal.certificate(session, certificate.id())
              .map(json -> Json.read(json, Certificate.class).equals(certificate))
              .orElse(false);
    }
    Long entry = certificate.ledgerEntry();
    boolean agrees =
        entry == null
            || (ledger != null
                && ledger.after(entry - 1).stream()
                    .findFirst()
                    .filter(one -> one.runId().equals(certificate.id()))
                    .filter(one -> one.subjectHash().equals(certificate.subjectHash()))
                    .isPresent());
    return new Verification(signature, journal, agrees);
  }

  /**
   * Takes away rows that erasures had to keep and whose day has come: to be called now and then,
   * once a day for instance. Work that was interrupted is gone on with by the next call.
   *
   * @return what is added to certificates, one for each run and data set of which rows went
   * @throws StepFailedException if the database refuses rows, once all others are gone
   */
  public List<Supplement> releaseDue() {
    requireLedger();
    return new Releasing(application).run();
  }

  /** What was added to a certificate since, oldest first. */
  public List<Supplement> supplements(String runId) {
    try (Session session = application.store().open()) {
      return Releasing.of(session, runId);
    }
  }

  /** Whether the host's own key signed a supplement. */
  public boolean genuine(Supplement supplement) {
    return Signing.genuine(application.needVault("verify"), supplement);
  }

  /** The certificates of a person, oldest first. */
  public List<Certificate> certificates(Subject asked) {
    Vault vault = application.needVault("look certificates up");
    try (Session session = application.store().open()) {
      Subject subject = People.canonical(application.compiled(session), session, asked);
      List<Certificate> found = new ArrayList<>();
      for (String keyId : vault.ids()) {
        Journal.certificates(session, hash(vault, keyId, subject))
            .forEach(json -> found.add(Json.read(json, Certificate.class)));
      }
      found.sort(java.util.Comparator.comparing(Certificate::finished));
      return found;
    }
  }

  /** The certificate of a finished run. */
  public Optional<Certificate> certificate(String runId) {
    try (Session session = application.store().open()) {
      return Journal.certificate(session, runId).map(json -> Json.read(json, Certificate.class));
    }
  }

  /**
   * Whether somebody with this identifier (an e-mail address, a phone number, a key) was erased
   * here, so that he is not to be imported again. Upper and lower case are one.
   */
  public boolean suppressed(String identifier) {
    try (Session session = application.store().open()) {
      return Suppression.contains(
          session, application.needVault("look at the suppression list"), identifier);
    }
  }

  // ---- after a restore ----

  /**
   * Refuses to go on while erased people may be back.
   *
   * @throws RestoredDatabaseException if erasures of the ledger are missing in this database
   * @throws LedgerException if the ledger is missing or not to be relied on
   */
  public void requireLedger() {
    try (Session session = application.store().open()) {
      List<Ledger.Entry> missing = Applied.missing(session, ledger);
      if (!missing.isEmpty()) {
        throw new RestoredDatabaseException(missing.size());
      }
    }
  }

  /**
   * The same for those who only read: nothing is made in a database in which nobody was ever
   * erased.
   */
  public void requireLedgerOnceErased() {
    if (ledger != null || application.store().present()) {
      requireLedger();
    }
  }

  /**
   * What {@link #start} did.
   *
   * @param missing erasures of the ledger that this database lacked
   * @param erasedAgain people among them who were back
   */
  public record Replay(long missing, long erasedAgain) {}

  /**
   * To be called before an application serves anybody: carries out erasures again that a restored
   * database lacks, and takes up those that a crash interrupted.
   *
   * @throws LedgerException if the ledger is missing or not to be relied on: nothing may be served
   */
  public Replay start() {
    List<Ledger.Entry> missing;
    long again = 0;
    try (Session session = application.store().open()) {
      missing = Applied.missing(session, ledger);
    }
    if (!missing.isEmpty()) {
      Map<Ledger.Entry, Subject> back = back(missing);
      List<Map.Entry<Ledger.Entry, Subject>> people = List.copyOf(back.entrySet());
      Failures failures = new Failures(false);
      for (int i = 0; i < people.size(); i += TOGETHER) {
        List<String> runs = new ArrayList<>();
        for (Map.Entry<Ledger.Entry, Subject> one :
            people.subList(i, Math.min(i + TOGETHER, people.size()))) {
          failures.collect(
              () -> runs.add(begin(one.getValue(), idFor(one.getKey()), Depth.LOGICAL)));
        }
        again += finishTogether(runs, failures).size();
        application.progress().at("replay", "", again, people.size());
      }
      failures.throwFirst();
      try (Session session = application.store().open()) {
        for (Ledger.Entry entry : missing) {
          Applied.note(session, java.util.Objects.requireNonNull(ledger).id(), entry);
        }
        session.commit();
      }
    }
    resume();
    return new Replay(missing.size(), again);
  }

  /** The run's own id again, so that holders see the key that they have seen before. */
  private String idFor(Ledger.Entry entry) {
    try (Session session = application.store().open()) {
      return Journal.run(session, entry.runId()).isPresent()
          ? UUID.randomUUID().toString()
          : entry.runId();
    }
  }

  /** Finds the people behind hashes: nobody can be told from a hash, but all can be hashed. */
  private Map<Ledger.Entry, Subject> back(List<Ledger.Entry> missing) {
    Vault vault = application.needVault("carry out erasures again");
    Map<Ledger.Entry, Subject> found = new LinkedHashMap<>();
    Map<String, Map<String, List<Ledger.Entry>>> byKind = new LinkedHashMap<>();
    for (Ledger.Entry entry : missing) {
      byKind
          .computeIfAbsent(entry.kind() + "\n" + entry.keyId(), one -> new LinkedHashMap<>())
          .computeIfAbsent(entry.subjectHash(), one -> new ArrayList<>())
          .add(entry);
    }
    try (Session session = application.store().open()) {
      CompiledMap map = application.compiled(session);
      byKind.forEach(
          (key, entries) -> {
            int line = key.indexOf('\n');
            People.each(
                map,
                session,
                key.substring(0, line),
                person -> {
                  List<Ledger.Entry> his =
                      entries.remove(hash(vault, key.substring(line + 1), person));
                  if (his != null) {
                    found.put(his.getLast(), person);
                  }
                });
          });
    }
    return found;
  }
}

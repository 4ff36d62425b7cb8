package io.ktizo.privacy.export;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ktizo.privacy.Progress;
import io.ktizo.privacy.StepFailedException;
import io.ktizo.privacy.Subject;
import io.ktizo.privacy.datamap.DataMap;
import io.ktizo.privacy.datamap.DataSet;
import io.ktizo.privacy.datamap.Field;
import io.ktizo.privacy.datamap.LegalBasis;
import io.ktizo.privacy.datamap.Purpose;
import io.ktizo.privacy.datamap.Recipient;
import io.ktizo.privacy.datamap.Retention;
import io.ktizo.privacy.export.PackedStream.Tally;
import io.ktizo.privacy.export.State.Done;
import io.ktizo.privacy.export.State.Place;
import io.ktizo.privacy.holder.Application;
import io.ktizo.privacy.holder.CompiledMap;
import io.ktizo.privacy.holder.Ownership;
import io.ktizo.privacy.holder.PersonalDataHolder;
import io.ktizo.privacy.store.Session;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Makes one archive, from its beginning or from where it was left.
 *
 * <p>Every byte follows from the person's data and the moment of the archive. Streams are cut at
 * places that depend on the data alone, whether or not a checkpoint is kept there, so that an
 * archive that was interrupted any number of times equals one that was not.
 */
final class Exporter {
  private static final int REPORT_EVERY = 10_000;
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private final Application application;
  private final Subject subject;
  private final Scope scope;
  private final ExportSettings settings;
  private final Instant moment;
  private final String id;
  private final Measure measure;
  private final Workbench bench;
  private final ZipWriter zip;
  private final PackedStream pageStream;
  private final Page page;
  private final boolean begins;
  private final List<Done> done = new ArrayList<>();

  private Place place;
  private PackedStream body;
  private PackedStream side;
  private long finished;
  private long bytesAtCut;
  private Recipients recipients = Recipients.unknown();

  /**
   * @param id names the work to holders; the same for each attempt
   * @param left where to go on; {@code null} to begin
   */
  Exporter(
      Application application,
      Subject subject,
      Scope scope,
      ExportSettings settings,
      Instant moment,
      String id,
      Measure measure,
      Workbench bench,
      @Nullable State left) {
    this.application = application;
    this.subject = subject;
    this.scope = scope;
    this.settings = settings;
    this.moment = moment;
    this.id = id;
    this.measure = measure;
    this.bench = bench;
    this.zip =
        new ZipWriter(
            bench.archive(),
            bench.directory(),
            moment,
            left == null ? ZipWriter.State.BEGIN : left.zip());
    Tally bodyTally = left == null ? Tally.NOTHING : left.body();
    Tally sideTally = left == null ? Tally.NOTHING : left.side();
    Tally pageTally = left == null ? Tally.NOTHING : left.page();
    this.body =
        new PackedStream(zip.body(), left != null && left.place().entry() != null, bodyTally);
    this.side = new PackedStream(bench.side(), false, sideTally);
    this.pageStream = new PackedStream(bench.page(), false, pageTally);
    this.page = new Page(pageStream);
    this.place = left == null ? Place.atStep(0) : left.place();
    if (left != null) {
      done.addAll(left.done());
    }
    this.begins = left == null;
    this.bytesAtCut = plain();
  }

  /** Makes the archive to its end. */
  Exported run() throws IOException {
    try (Session session = Session.open(application.source())) {
      CompiledMap compiled = application.compiled(session);
      Laziness.during(
          session,
          () -> {
            try (Ownership ownership = Ownership.of(compiled, session, subject)) {
              gather(compiled, session, ownership);
            }
          });
    }
    return close();
  }

  private void gather(CompiledMap compiled, Session session, Ownership ownership)
      throws IOException {
    recipients = Recipients.told(application.map(), settings.disclosures(), subject, moment);
    if (begins) {
      text("export.schema.json", ExportArchive.schema());
    }
    List<DataSet> sets = ownership.dataSets();
    List<PersonalDataHolder> holders = application.holders();
    while (place.step() < sets.size() + holders.size()) {
      int step = place.step();
      if (step < sets.size()) {
        table(compiled, ownership, session, sets.get(step));
      } else {
        holder(ownership, session, holders.get(step - sets.size()));
      }
      place = Place.atStep(step + 1);
      cutIfDue();
    }
  }

  // Tables

  /** A file name for each name, told apart even where upper and lower case are one. */
  private static String base(String name, List<String> all) {
    String safe = EntryNames.safe(name);
    long same =
        all.stream()
            .takeWhile(other -> !other.equals(name))
            .filter(
                other ->
                    EntryNames.safe(other)
                        .toLowerCase(Locale.ROOT)
                        .equals(safe.toLowerCase(Locale.ROOT)))
            .count();
    return same == 0 ? safe : safe + "~" + (same + 1);
  }

  private void table(CompiledMap compiled, Ownership ownership, Session session, DataSet set)
      throws IOException {
    List<Field> shown =
        set.fields().stream().filter(field -> scope.holds(application.map(), field)).toList();
    boolean personal = shown.stream().anyMatch(field -> field.category().personal());
    if (shown.isEmpty() || (scope == Scope.PORTABILITY && !personal)) {
      return;
    }
    Table table =
        new Table(
            application.map(),
            scope,
            set,
            shown,
            base(set.name(), ownership.dataSets().stream().map(DataSet::name).toList()));
    Ownership.View view = ownership.view(set, table.asked());
    RowQuery query =
        RowQuery.of(view, table.everything(compiled.schema(), session.dialect()), place.after());
    try (PreparedStatement statement = session.connection().prepareStatement(query.sql())) {
      query.bind(statement);
      statement.setFetchSize(FETCH_FIRST);
      try (ResultSet rows = statement.executeQuery()) {
        table.describe(rows.getMetaData());
        RowKey key = new RowKey(view);
        if (place.after() == null) {
          for (long passed = 0; passed < place.rows() && rows.next(); passed++) {}
        }
        rows(table, view, key, rows);
      }
    } catch (SQLException refused) {
      throw StepFailedException.of("export", set.name(), refused);
    }
  }

  private static final int FETCH_FIRST = 100;
  private static final long FETCH_BYTES = 1 << 20;

  private void rows(Table table, Ownership.View view, RowKey key, ResultSet rows)
      throws SQLException, IOException {
    @Nullable JsonRows json = zip.state().open() == null ? null : resumed(table);
    CsvRows csv = new CsvRows(side, table.types());
    Progress progress = application.progress();
    while (rows.next()) {
      if (json != null
          && (place.inPart() == measure.rowsOfPart() || body.total() >= measure.bytesOfPart())) {
        endPart(table, json);
        json = null;
      }
      if (json == null) {
        json = beginPart(table);
        csv = new CsvRows(side, table.types());
        csv.head(table.names());
      }
      List<Cell> cells = table.cells(rows, view);
      Map<String, String> keptUntil = table.keptUntil(rows);
      json.row(rows.getInt(view.owned()) == 1 ? "owned" : "accessed", keptUntil, cells);
      csv.row(cells);
      if (place.rows() < Page.SHOWN) {
        page.row(cells, table.days(keptUntil));
      }
      place =
          new Place(
              place.step(),
              place.part(),
              place.inPart() + 1,
              place.rows() + 1,
              place.after(),
              null,
              0);
      if (place.rows() % REPORT_EVERY == 0) {
        progress.at("export", table.name(), place.rows(), -1);
      }
      if (place.rows() % FETCH_FIRST == 0) {
        long bytes = Math.max(1, body.total() / Math.max(1, place.inPart()));
        rows.setFetchSize(Math.clamp(FETCH_BYTES / bytes, 10, 5000));
      }
      if (due()) {
        json.flush();
        place = place(key.text(rows));
        cut();
      }
    }
    if (json != null) {
      endPart(table, json);
      List<String> files = table.files(place.part() - 1);
      page.endTable(place.rows(), files);
      done.add(new Done(false, table.name(), table.title(), table.anchor(), place.rows(), files));
      progress.at("export", table.name(), place.rows(), place.rows());
    }
  }

  private Place place(@Nullable List<String> after) {
    return new Place(
        place.step(),
        place.part(),
        place.inPart(),
        place.rows(),
        after,
        place.entry(),
        place.offset());
  }

  private JsonRows resumed(Table table) throws IOException {
    return new JsonRows(body, table.names(), place.inPart() == 0);
  }

  private JsonRows beginPart(Table table) throws IOException {
    if (place.rows() == 0) {
      page.section(table.anchor(), table.title(), table.description());
      page.context(
          table.purposes(),
          recipients.of(table),
          recipients.actual(),
          table.retentions(),
          table.sources());
      page.columns(table.shown(), table.retentionOfField());
      page.table(table.heads());
    }
    begin(table.json(place.part()), false, false);
    JsonRows.head(body, table.context(place.part(), recipients), "rows");
    return new JsonRows(body, table.names(), true);
  }

  private void endPart(Table table, JsonRows json) throws IOException {
    json.tail(place.inPart());
    zip.end(body.finish());
    addSide(table.csv(place.part()));
    place = new Place(place.step(), place.part() + 1, 0, place.rows(), place.after(), null, 0);
  }

  // Holders

  private void holder(Ownership ownership, Session session, PersonalDataHolder holder)
      throws IOException {
    PersonalDataHolder.Description description = holder.describe();
    Map<String, List<String>> values = new TreeMap<>();
    for (String need : description.needs()) {
      values.put(need, values(ownership, session, need));
    }
    List<String> all = application.holders().stream().map(one -> one.describe().name()).toList();
    HolderItems items = new HolderItems(description, base(description.name(), all), place.rows());
    try {
      holder.export(new PersonalDataHolder.Request(subject, id, values), items);
    } catch (IOException e) {
      items.rethrow();
      throw new StepFailedException(
          "export",
          description.name(),
          null,
          "the holder could not tell all that it keeps: " + e.getClass().getSimpleName());
    }
    items.rethrow();
    items.end();
  }

  private List<String> values(Ownership ownership, Session session, String need) {
    int point = need.indexOf('.');
    DataMap map = application.map();
    DataSet set =
        point < 0
            ? null
            : ownership.dataSets().stream()
                .filter(one -> one.name().equals(need.substring(0, point)))
                .findFirst()
                .orElse(null);
    if (set == null) {
      boolean known = point > 0 && map.dataSet(need.substring(0, point)).isPresent();
      if (known) {
        return List.of();
      }
      throw new StepFailedException("export", null, need, "the map has no such data set");
    }
    Field field =
        set.field(need.substring(point + 1))
            .orElseThrow(
                () -> new StepFailedException("export", set.name(), need, "no such field"));
    Ownership.View view = ownership.view(set, List.of(field));
    Set<String> found = new TreeSet<>();
    session.each(
        "find what a holder needs",
        set.name(),
        row -> {
          String value = row.getString(1);
          if (value != null) {
            found.add(value);
          }
        },
        view.sql(),
        view.parameters().toArray());
    return List.copyOf(found);
  }

  /** Takes what a holder hands over, passing by what is in the archive already. */
  private final class HolderItems implements PersonalDataHolder.Items {
    private final PersonalDataHolder.Description holder;
    private final String base;
    private final String anchor;
    private final long finished;
    private long met;
    private boolean open;
    private @Nullable Exception failed;

    HolderItems(PersonalDataHolder.Description holder, String base, long finished) {
      this.holder = holder;
      this.base = base;
      this.anchor = "h-" + base.replaceAll("[^A-Za-z0-9]", "-");
      this.finished = finished;
      this.open = finished > 0 || place.entry() != null;
    }

    @Override
    public void record(String kind, Map<String, ? extends @Nullable Object> fields)
        throws IOException {
      PersonalDataHolder.Kind known = kind(kind);
      if (!holds(known) || met++ < finished) {
        return;
      }
      guarded(
          () -> {
            open();
            ObjectNode item = MAPPER.createObjectNode().put("kind", kind);
            item.set("fields", MAPPER.valueToTree(new LinkedHashMap<>(fields)));
            item(item);
            if (place.rows() < Page.SHOWN) {
              page.row(
                  List.of(
                      new Cell.Text(known.description()),
                      new Cell.Document(item.get("fields")),
                      Cell.NOTHING),
                  List.of());
            }
            finishItem();
          });
    }

    @Override
    public void file(String kind, String name, InputStream content) throws IOException {
      file(kind, name, -1, content);
    }

    @Override
    public void file(String kind, String name, long size, InputStream content) throws IOException {
      PersonalDataHolder.Kind known = kind(kind);
      if (!holds(known) || met++ < finished) {
        return;
      }
      long number = met;
      guarded(
          () -> {
            open();
            String path = "files/%s/%06d-%s".formatted(base, number, EntryNames.safe(name));
            long copied = copy(path, size, content);
            ObjectNode item = MAPPER.createObjectNode().put("kind", kind).put("file", path);
            item.put("name", name).put("size", copied);
            item(item);
            if (place.rows() < Page.SHOWN) {
              page.file(path, name, known.description(), copied);
            }
            finishItem();
          });
    }

    private long copy(String path, long size, InputStream content) throws IOException {
      byte[] buffer = new byte[PackedStream.BLOCK];
      if (place.entry() == null) {
        begin(path, size < 0 || size > ZipWriter.SMALL, true);
        at(path, 0);
      } else if (path.equals(place.entry())) {
        pass(content, place.offset(), buffer);
      } else {
        throw new StepFailedException(
            "export", holder.name(), null, "the holder tells another order than before");
      }
      long copied = place.offset();
      while (true) {
        int count;
        try {
          count = content.readNBytes(buffer, 0, buffer.length);
        } catch (IOException e) {
          throw unreadable(e);
        }
        if (count == 0) {
          break;
        }
        body.write(buffer, 0, count);
        copied += count;
        if (due()) {
          at(path, copied);
          cut();
        }
      }
      if (size >= 0 && copied != size) {
        throw new StepFailedException(
            "export", holder.name(), null, "a file is not as long as the holder said");
      }
      zip.end(body.finish());
      return copied;
    }

    private void pass(InputStream content, long bytes, byte[] buffer) {
      long rest = bytes;
      while (rest > 0) {
        int count;
        try {
          count = content.readNBytes(buffer, 0, (int) Math.min(rest, buffer.length));
        } catch (IOException e) {
          throw unreadable(e);
        }
        if (count == 0) {
          throw new StepFailedException(
              "export", holder.name(), null, "a file is shorter than before the interruption");
        }
        rest -= count;
      }
    }

    private StepFailedException unreadable(IOException e) {
      return new StepFailedException(
          "export", holder.name(), null, "a file cannot be read: " + e.getClass().getSimpleName());
    }

    private void at(@Nullable String path, long offset) {
      place =
          new Place(place.step(), place.part(), place.inPart(), place.rows(), null, path, offset);
    }

    private void open() throws IOException {
      if (open) {
        return;
      }
      open = true;
      page.section(anchor, Words.title(holder.name()), holder.description());
      Set<Purpose> purposes = new java.util.LinkedHashSet<>();
      Set<Recipient> others = new java.util.LinkedHashSet<>();
      Set<String> retentions = new java.util.LinkedHashSet<>();
      Set<String> sources = new java.util.LinkedHashSet<>();
      for (PersonalDataHolder.Kind kind : holder.kinds()) {
        purposes.addAll(kind.purposes());
        others.addAll(kind.recipients());
        Retention retention = kind.retention();
        retentions.add(
            retention == null ? "until you ask for erasure" : Words.retention(retention));
        sources.add(Words.source(kind.source()));
      }
      page.context(
          purposes, recipients.of(holder.name(), others), recipients.actual(), retentions, sources);
      page.table(List.of("File or entry", "What it is", "Size"));
      JsonRows.head(side, context(), "items");
    }

    private ObjectNode context() {
      ObjectNode context = MAPPER.createObjectNode();
      context.put("holder", holder.name()).put("description", holder.description());
      ArrayNode kinds = context.putArray("kinds");
      for (PersonalDataHolder.Kind kind : holder.kinds()) {
        ObjectNode one = kinds.addObject().put("name", kind.name());
        one.put("description", kind.description());
        Context.category(one, kind.category());
        Context.purposes(one, kind.purposes());
        Context.recipients(
            one, recipients.of(holder.name(), Page.once(kind.recipients())), recipients.actual());
        Retention retention = kind.retention();
        if (retention != null) {
          Context.retention(one, retention);
        }
        one.put("source", kind.source());
      }
      return context;
    }

    private void item(ObjectNode item) throws IOException {
      side.write((place.rows() == 0 ? "\n" : ",\n").getBytes(StandardCharsets.UTF_8));
      side.write(MAPPER.writeValueAsBytes(item));
    }

    private void finishItem() throws IOException {
      place = new Place(place.step(), 1, 0, place.rows() + 1, null, null, 0);
      application.progress().at("export", holder.name(), place.rows(), -1);
      cutIfDue();
    }

    void end() throws IOException {
      if (!open) {
        return;
      }
      if (met < place.rows() || place.entry() != null) {
        throw new StepFailedException(
            "export", holder.name(), null, "the holder tells less than before the interruption");
      }
      String path = "holders/" + base + ".json";
      side.write(("\n],\n\"count\":" + place.rows() + "}\n").getBytes(StandardCharsets.UTF_8));
      addSide(path);
      List<String> files = List.of(path);
      page.endTable(place.rows(), files);
      done.add(
          new Done(true, holder.name(), Words.title(holder.name()), anchor, place.rows(), files));
    }

    private PersonalDataHolder.Kind kind(String name) {
      return holder.kinds().stream()
          .filter(kind -> kind.name().equals(name))
          .findFirst()
          .orElseThrow(
              () ->
                  new StepFailedException(
                      "export",
                      holder.name(),
                      null,
                      "it hands over a kind of thing that it does not describe"));
    }

    private boolean holds(PersonalDataHolder.Kind kind) {
      return scope == Scope.ACCESS
          || ((kind.source().equals(Field.FROM_SUBJECT) || kind.source().equals(Field.OBSERVED))
              && kind.purposes().stream()
                  .anyMatch(
                      purpose ->
                          purpose.basis() == LegalBasis.CONSENT
                              || purpose.basis() == LegalBasis.CONTRACT));
    }

    /** A full disk is no failure of the holder, and a holder may not swallow it. */
    private void guarded(Work work) throws IOException {
      rethrow();
      try {
        work.go();
      } catch (IOException | RuntimeException e) {
        failed = e;
        throw e;
      }
    }

    void rethrow() throws IOException {
      switch (failed) {
        case null -> {}
        case IOException e -> throw e;
        case RuntimeException e -> throw e;
        default -> throw new IllegalStateException(failed);
      }
    }
  }

  private interface Work {
    void go() throws IOException;
  }

  // The end

  private Exported close() throws IOException {
    if (recipients.actual()) {
      disclosures();
    }
    text("manifest.json", manifest());
    begin("index.html", false, false);
    Page opening = new Page(body);
    Map<String, String> sections = new LinkedHashMap<>();
    for (Done one : done) {
      sections.put(one.anchor(), one.title() + String.format(Locale.ROOT, " (%,d)", one.rows()));
    }
    opening.head(scope, settings.controller(), moment, sections);
    body.cut();
    page.tail(settings.controller());
    Tally rest = pageStream.finish();
    Tally opened = body.tally();
    body.abandon();
    try (InputStream packed = bench.readPage()) {
      packed.transferTo(zip.body());
    }
    zip.end(
        new Tally(
            Crc.joined(opened.crc(), rest.crc(), rest.size()),
            opened.size() + rest.size(),
            opened.packed() + rest.packed()));
    try (InputStream directory = bench.readDirectory()) {
      zip.finish(directory);
    }
    bench.finish();
    side.abandon();
    long rows = 0;
    long items = 0;
    for (Done one : done) {
      if (one.holder()) {
        items += one.rows();
      } else {
        rows += one.rows();
      }
    }
    return new Exported(rows, items, zip.state().position());
  }

  private void disclosures() throws IOException {
    begin("disclosures.json", false, false);
    OutputStream out = body;
    out.write("{\"disclosures\":[".getBytes(StandardCharsets.UTF_8));
    page.section("disclosures", "Who got your data", "");
    page.table(List.of("Who", "What", "When"));
    long[] count = {0};
    Disclosures.Listener listener =
        disclosure -> {
          if (disclosure.at().isAfter(moment)) {
            return;
          }
          ObjectNode one = MAPPER.createObjectNode().put("recipient", disclosure.recipient());
          if (disclosure.dataSet() != null) {
            one.put("dataSet", disclosure.dataSet());
          }
          if (disclosure.row() != null) {
            one.put("row", disclosure.row());
          }
          one.put("what", disclosure.what()).put("at", disclosure.at().toString());
          out.write((count[0] == 0 ? "\n" : ",\n").getBytes(StandardCharsets.UTF_8));
          out.write(MAPPER.writeValueAsBytes(one));
          if (count[0] < Page.SHOWN) {
            page.row(
                List.of(
                    new Cell.Text(disclosure.recipient()),
                    new Cell.Text(disclosure.what()),
                    new Cell.Text(disclosure.at().toString())),
                List.of());
          }
          count[0]++;
        };
    Disclosures told = settings.disclosures();
    if (told != null) {
      told.tell(subject, listener);
    }
    out.write(("\n],\n\"count\":" + count[0] + "}\n").getBytes(StandardCharsets.UTF_8));
    zip.end(body.finish());
    page.endTable(count[0], List.of("disclosures.json"));
    done.add(
        new Done(
            true,
            "disclosures",
            "Who got your data",
            "disclosures",
            count[0],
            List.of("disclosures.json")));
  }

  private String manifest() throws IOException {
    ObjectNode manifest = MAPPER.createObjectNode();
    manifest.put("format", ExportArchive.FORMAT).put("version", ExportArchive.VERSION);
    manifest.put("application", application.map().name()).put("scope", scope.id());
    manifest.put("madeAt", moment.toString());
    manifest.putObject("subject").put("kind", subject.kind()).put("key", subject.key());
    Controller controller = settings.controller();
    if (controller != null) {
      manifest
          .putObject("controller")
          .put("name", controller.name())
          .put("contact", controller.contact())
          .put("automatedDecisions", controller.automatedDecisions())
          .put("transfers", controller.transfers());
    }
    ArrayNode sets = manifest.putArray("dataSets");
    ArrayNode holders = manifest.putArray("holders");
    for (Done one : done) {
      if (!one.name().equals("disclosures") || !one.holder()) {
        ObjectNode entry = (one.holder() ? holders : sets).addObject().put("name", one.name());
        entry.put(one.holder() ? "items" : "rows", one.rows());
        ArrayNode files = entry.putArray("files");
        one.files().forEach(files::add);
      }
    }
    if (recipients.actual()) {
      manifest.put("disclosures", "disclosures.json");
    }
    return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(manifest) + "\n";
  }

  // Streams

  private void begin(String name, boolean large, boolean doubtful) throws IOException {
    zip.begin(name, large);
    finished += body.total();
    body.abandon();
    body = new PackedStream(zip.body(), doubtful, Tally.NOTHING);
  }

  private void text(String name, String content) throws IOException {
    begin(name, false, false);
    body.write(content.getBytes(StandardCharsets.UTF_8));
    zip.end(body.finish());
  }

  private void addSide(String name) throws IOException {
    finished += side.total();
    Tally tally = side.finish();
    try (InputStream packed = bench.readSide()) {
      zip.add(name, tally, packed);
    }
    bench.clearSide();
    side = new PackedStream(bench.side(), false, Tally.NOTHING);
  }

  /** Plain bytes so far, counted from anywhere. */
  private long plain() {
    return finished + body.total() + side.total() + pageStream.total();
  }

  private boolean due() {
    return plain() - bytesAtCut >= measure.betweenCuts();
  }

  private void cutIfDue() throws IOException {
    if (due()) {
      cut();
    }
  }

  /** Ends the blocks of all streams, so that the archive can be taken up again here. */
  private void cut() throws IOException {
    body.cut();
    side.cut();
    pageStream.cut();
    bench.checkpoint(
        files ->
            new State(
                zip.state(),
                files,
                body.tally(),
                side.tally(),
                pageStream.tally(),
                place,
                List.copyOf(done)));
    bytesAtCut = plain();
  }
}

package io.ktizo.privacy.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.ktizo.privacy.Databases;
import io.ktizo.privacy.Privacy;
import io.ktizo.privacy.Subject;
import io.ktizo.privacy.UnknownSubjectKindException;
import io.ktizo.privacy.datamap.Category;
import io.ktizo.privacy.datamap.LegalBasis;
import io.ktizo.privacy.datamap.Purpose;
import io.ktizo.privacy.holder.PersonalDataHolder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ExportTest {
  private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");
  private static final Subject ADA = new Subject("person", "1");
  private static final Subject BOB = new Subject("person", "2");

  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource
  void everything_of_the_person_is_there_and_reads_back_as_it_was(Databases database)
      throws Exception {
    Path zip = export(privacy(Letters.create(database)).build(), ADA, Scope.ACCESS);

    try (ExportArchive archive = ExportArchive.open(zip)) {
      assertThat(archive.scope()).isEqualTo(Scope.ACCESS);
      assertThat(archive.madeAt()).isEqualTo(NOW);
      assertThat(archive.dataSets())
          .containsExactly("people", "letters", "stamps", "visits", "settings", "scores");
      assertThat(rows(archive, "people"))
          .singleElement()
          .satisfies(
              row ->
                  assertThat(row.values())
                      .containsEntry("id", 1L)
                      .containsEntry("email", "ada@example.org")
                      .containsEntry("joined", LocalDate.of(2020, 1, 2)));
      List<ExportArchive.Row> stamps = rows(archive, "stamps");
      assertThat(stamps).hasSize(2);
      Map<String, Object> expected = new HashMap<>();
      expected.put("person", 1L);
      expected.put("n", 2L);
      expected.put("price", new BigDecimal("12.50"));
      expected.put("paid", LocalDateTime.of(2024, 2, 29, 10, 20));
      expected.put("weight", 0.5);
      expected.put("big", 9007199254740993L);
      expected.put("gift", true);
      expected.put("scan", null);
      assertThat(stamps.get(1).values()).isEqualTo(expected);
      assertThat(stamps.get(0).values())
          .containsEntry("paid", LocalDateTime.parse("2023-06-07T08:09:10.123456"));
      // Eight years from the end of the year of payment: § 147(4) AO.
      assertThat(stamps.get(1).keptUntil()).containsEntry("books", LocalDate.of(2032, 12, 31));
    }
  }

  @ParameterizedTest
  @EnumSource
  void nothing_of_somebody_else_is_in_it(Databases database) throws Exception {
    Path zip = export(privacy(Letters.create(database)).build(), ADA, Scope.ACCESS);

    try (ExportArchive archive = ExportArchive.open(zip)) {
      List<ExportArchive.Row> letters = rows(archive, "letters");
      assertThat(letters).extracting(row -> row.values().get("id")).containsExactly(10L, 11L);
      assertThat(letters.get(0).hidden()).containsExactly("receiver_note");
      assertThat(letters.get(0).values()).containsEntry("sender_note", "ADAS-NOTE-10");
      assertThat(letters.get(1).hidden()).containsExactly("sender_note");
      assertThat(letters.get(1).values()).containsEntry("receiver_note", "ADAS-NOTE-11");
    }
    for (String content : contents(zip).values()) {
      assertThat(content).doesNotContain("BOBS", "bob@example.org", "TOKEN-OF-BOB", "99.99");
    }
  }

  @ParameterizedTest
  @EnumSource
  void secrets_never_leave_not_even_inside_documents(Databases database) throws Exception {
    DataSource source = Letters.create(database);
    Path ada = export(privacy(source).build(), ADA, Scope.ACCESS);
    Path bob = export(privacy(source).build(), BOB, Scope.ACCESS);

    for (String content : contents(ada).values()) {
      assertThat(content).doesNotContain("HASH-OF", "TOKEN-OF", "S1", "U1", "password_hash");
    }
    assertThat(contents(ada).get("data/settings.json"))
        .contains("{\"theme\":\"dark\",\"friends\":[{\"nick\":\"Z\"}]}");
    // What is no document cannot be told apart from its secrets, so it is withheld, and said so.
    try (ExportArchive archive = ExportArchive.open(bob)) {
      assertThat(rows(archive, "settings").getFirst().hidden()).containsExactly("doc");
    }
    for (String content : contents(bob).values()) {
      assertThat(content).doesNotContain("TOKEN-OF");
    }
  }

  @ParameterizedTest
  @EnumSource
  void what_may_be_taken_along_is_given_or_observed_under_consent_or_contract(Databases database)
      throws Exception {
    Path zip = export(privacy(Letters.create(database)).build(), ADA, Scope.PORTABILITY);

    try (ExportArchive archive = ExportArchive.open(zip)) {
      assertThat(archive.scope()).isEqualTo(Scope.PORTABILITY);
      assertThat(archive.dataSets()).containsExactly("people", "letters", "visits", "settings");
      assertThat(rows(archive, "people").getFirst().values())
          .containsOnlyKeys("id", "email", "name", "joined");
    }
  }

  @ParameterizedTest
  @EnumSource
  void every_document_follows_the_published_schema(Databases database) throws Exception {
    Privacy privacy =
        privacy(Letters.create(database))
            .holders(new Scans())
            .controller(Controller.of("Letters Ltd", "privacy@letters.example"))
            .disclosures(
                (subject, listener) ->
                    listener.heard(new Disclosure("carrier", "letters", "10", "the address", NOW)))
            .build();
    Path zip = export(privacy, ADA, Scope.ACCESS);

    Schema schema =
        SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(ExportArchive.schema());
    Map<String, String> contents = contents(zip);
    List<String> documents =
        contents.keySet().stream()
            .filter(name -> name.endsWith(".json") && !name.equals("export.schema.json"))
            .toList();
    assertThat(documents).contains("manifest.json", "holders/scans.json", "disclosures.json");
    for (String name : documents) {
      assertThat(schema.validate(contents.get(name), InputFormat.JSON)).as(name).isEmpty();
    }
    assertThat(contents.get("export.schema.json")).isEqualTo(ExportArchive.schema());
    assertThat(schema.validate("{\"rows\":[]}", InputFormat.JSON)).isNotEmpty();
  }

  @Test
  void each_item_says_why_who_got_it_how_long_and_where_from() throws Exception {
    DataSource source = Letters.create(Databases.H2);
    Disclosures record =
        (subject, listener) -> {
          listener.heard(new Disclosure("carrier", "letters", "10", "the address", NOW));
          listener.heard(
              new Disclosure("printer", "stamps", null, "the stamps", NOW.plusSeconds(1)));
        };
    Map<String, String> allowed = contents(export(privacy(source).build(), ADA, Scope.ACCESS));
    Map<String, String> told =
        contents(export(privacy(source).disclosures(record).build(), ADA, Scope.ACCESS));

    assertThat(allowed.get("data/people.json"))
        .contains("\"basis\":\"contract\"", "\"basis\":\"consent\"", "\"rule\":\"account\"")
        .contains("\"name\":\"carrier\"", "\"disclosed\":false", "\"source\":\"subject\"");
    assertThat(allowed.get("index.html"))
        .contains("Who may get it", "you agreed to it", "§ 147 AO");
    assertThat(told.get("data/letters.json")).contains("\"disclosed\":true");
    // The map allows the printer, but it got nothing before the moment of the archive.
    assertThat(told.get("data/stamps.json")).doesNotContain("\"name\":\"printer\"");
    assertThat(told.get("index.html")).contains("Who got it", "the address");
    assertThat(told.get("disclosures.json")).contains("carrier").doesNotContain("the stamps");
  }

  @ParameterizedTest
  @EnumSource
  void the_same_data_gives_the_same_bytes(Databases database) throws Exception {
    DataSource source = Letters.create(database);
    Privacy privacy = privacy(source).holders(new Scans()).build();

    Path once = export(privacy, ADA, Scope.ACCESS);
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement()) {
      // Another order on the disk must not show.
      statement.execute("DELETE FROM visits WHERE page = 'a'");
      statement.execute("INSERT INTO visits VALUES (1, 'a'), (1, 'a')");
      statement.execute("UPDATE stamps SET gift = gift WHERE n = 1");
    }
    Path again = export(privacy, ADA, Scope.ACCESS);

    assertThat(again).hasSameBinaryContentAs(once);
  }

  @Test
  void whoever_is_not_known_gets_an_archive_that_says_so() throws Exception {
    Privacy privacy = privacy(Letters.create(Databases.H2)).build();
    Path zip = folder.resolve("nobody.zip");
    Exported exported;
    try (OutputStream out = Files.newOutputStream(zip)) {
      exported = privacy.export(new Subject("person", "4711"), out);
    }

    assertThat(exported.empty()).isTrue();
    assertThat(contents(zip).get("index.html")).contains("We found nothing about you");
    assertThatThrownBy(
            () -> privacy.export(new Subject("robot", "1"), OutputStream.nullOutputStream()))
        .isInstanceOf(UnknownSubjectKindException.class)
        .hasMessageContaining("person");
  }

  @Test
  void the_page_needs_nothing_from_outside_and_takes_no_orders_from_data() throws Exception {
    DataSource source = Letters.create(Databases.H2);
    String attack =
        "</td><script>alert(1)</script><img src=x onerror=alert(1)>\" onmouseover=\"x'"
            + " \u202Etxt.exe https://evil.example/ &amp; <style>@import"
            + " url(//evil.example)</style>";
    try (Connection connection = source.getConnection();
        var update = connection.prepareStatement("UPDATE people SET name = ? WHERE id = 1")) {
      update.setString(1, attack);
      update.executeUpdate();
    }
    Map<String, String> contents =
        contents(
            export(
                privacy(source)
                    .holders(new Scans("\"><script>evil</script>.stl"))
                    .controller(Controller.of("<b>Letters</b>", "<i>x</i>"))
                    .build(),
                ADA,
                Scope.ACCESS));

    String page = contents.get("index.html");
    // Every element on the page is one of ours.
    Matcher elements = Pattern.compile("<\\s*/?\\s*([a-zA-Z!][a-zA-Z0-9]*)").matcher(page);
    while (elements.find()) {
      assertThat(elements.group(1))
          .isIn(
              "!doctype",
              "html",
              "head",
              "meta",
              "title",
              "style",
              "body",
              "h1",
              "h2",
              "p",
              "code",
              "a",
              "nav",
              "ul",
              "li",
              "section",
              "dl",
              "dt",
              "dd",
              "br",
              "bdi",
              "details",
              "summary",
              "div",
              "table",
              "tr",
              "th",
              "td",
              "strong");
    }
    assertThat(page).containsOnlyOnce("<style>").doesNotContain("\u202E");
    // Every attribute that can name an address names an entry or a place on the page.
    Matcher addresses =
        Pattern.compile("(?i)\\b(href|src|action|srcset|data)=\"([^\"]*)\"").matcher(page);
    List<String> seen = new ArrayList<>();
    while (addresses.find()) {
      String address = addresses.group(2);
      seen.add(address);
      assertThat(address)
          .satisfiesAnyOf(
              here -> assertThat(here).startsWith("#"),
              here ->
                  assertThat(contents)
                      .containsKey(java.net.URLDecoder.decode(here, StandardCharsets.UTF_8)));
    }
    assertThat(seen).isNotEmpty();
    assertThat(page).contains("default-src 'none'");
    // The value itself is there, as text.
    assertThat(page).contains("&lt;script&gt;alert(1)&lt;/script&gt;");
    assertThat(contents.get("data/people.json")).contains("<script>alert(1)</script>");
  }

  @Test
  void spreadsheets_find_no_formula() throws Exception {
    DataSource source = Letters.create(Databases.H2);
    List<String> attacks =
        List.of("=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1");
    try (Connection connection = source.getConnection();
        var insert = connection.prepareStatement("INSERT INTO visits VALUES (1, ?)")) {
      for (String attack : attacks) {
        insert.setString(1, attack);
        insert.executeUpdate();
      }
      insert.setString(1, "says \"hello\",\r\nand leaves");
      insert.executeUpdate();
      try (Statement statement = connection.createStatement()) {
        statement.execute("UPDATE stamps SET price = -5.25 WHERE person = 1 AND n = 1");
      }
    }
    Map<String, String> contents = contents(export(privacy(source).build(), ADA, Scope.ACCESS));

    String visits = contents.get("data/visits.csv");
    for (String attack : attacks) {
      assertThat(visits).contains("\"'" + attack + "\"").doesNotContain(",\"" + attack);
    }
    assertThat(visits)
        .startsWith("\uFEFF\"person\",\"page\"\r\n")
        .contains("1,\"says \"\"hello\"\",\r\nand leaves\"\r\n");
    // A number that is below zero is a number.
    assertThat(contents.get("data/stamps.csv")).contains(",-5.25,");
  }

  @Test
  void names_of_files_lead_nowhere_else() throws Exception {
    String[] names = {
      "../../etc/passwd",
      "..\\..\\win.ini",
      "/abs",
      "C:\\x.stl",
      "CON.txt",
      "a\u0000b",
      "..",
      "",
      "ünï.stl",
      "x".repeat(400) + ".stl",
      "same.stl",
      "SAME.stl",
      " .hidden",
      "a/b/c.stl"
    };
    Path zip =
        export(
            privacy(Letters.create(Databases.H2)).holders(new Scans(names)).build(),
            ADA,
            Scope.ACCESS);

    List<String> files =
        contents(zip).keySet().stream().filter(name -> name.startsWith("files/")).toList();
    assertThat(files).hasSize(names.length).doesNotHaveDuplicates();
    for (String file : files) {
      assertThat(file).matches("files/scans/\\d{6}-[^/\\\\\\x00-\\x1f:*?\"<>|]+");
      assertThat(Path.of("/unpacked").resolve(file).normalize().startsWith("/unpacked")).isTrue();
      assertThat(file.length()).isLessThan(160);
    }
    assertThat(files).anyMatch(file -> file.endsWith("-ünï.stl"));
  }

  @Test
  void a_full_disk_is_a_typed_error() throws Exception {
    Privacy privacy = privacy(Letters.create(Databases.H2)).build();
    OutputStream full =
        new OutputStream() {
          private int room = 2000;

          @Override
          public void write(int one) throws IOException {
            if (room-- <= 0) {
              throw new IOException("No space left on device");
            }
          }
        };

    assertThatThrownBy(() -> privacy.export(ADA, full))
        .isInstanceOfSatisfying(
            ArchiveNotWrittenException.class, error -> assertThat(error.diskFull()).isTrue());
  }

  @Test
  void other_programs_read_the_archive() throws Exception {
    Path zip =
        export(
            privacy(Letters.create(Databases.H2)).holders(new Scans()).build(), ADA, Scope.ACCESS);
    Map<String, String> contents = contents(zip);

    // From front to back, by heads and descriptors alone.
    Map<String, String> streamed = new HashMap<>();
    try (ZipInputStream in = new ZipInputStream(Files.newInputStream(zip))) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        streamed.put(entry.getName(), new String(in.readAllBytes(), StandardCharsets.UTF_8));
      }
    }
    assertThat(streamed).isEqualTo(contents);
    Map<String, String> compress = new HashMap<>();
    try (var apache =
        org.apache.commons.compress.archivers.zip.ZipFile.builder().setPath(zip).get()) {
      for (var entry : java.util.Collections.list(apache.getEntries())) {
        compress.put(
            entry.getName(),
            new String(apache.getInputStream(entry).readAllBytes(), StandardCharsets.UTF_8));
      }
    }
    assertThat(compress).isEqualTo(contents);
  }

  private static Privacy.Builder privacy(DataSource source) {
    return Privacy.builder().dataSource(source).dataMap(Letters.map()).clock(() -> NOW);
  }

  private Path export(Privacy privacy, Subject subject, Scope scope) throws IOException {
    Path zip = Files.createTempFile(folder, "export", ".zip");
    try (OutputStream out = Files.newOutputStream(zip)) {
      privacy.export(subject, scope, out);
    }
    return zip;
  }

  private static List<ExportArchive.Row> rows(ExportArchive archive, String set)
      throws IOException {
    List<ExportArchive.Row> rows = new ArrayList<>();
    archive.rows(set, rows::add);
    return rows;
  }

  static Map<String, String> contents(Path zip) throws IOException {
    Map<String, String> contents = new HashMap<>();
    try (ZipFile file = new ZipFile(zip.toFile())) {
      for (ZipEntry entry : java.util.Collections.list(file.entries())) {
        contents.put(
            entry.getName(),
            new String(file.getInputStream(entry).readAllBytes(), StandardCharsets.UTF_8));
      }
    }
    return contents;
  }

  /** Keeps a file for each name that it was given. */
  private record Scans(List<String> names) implements PersonalDataHolder {
    Scans(String... names) {
      this(names.length == 0 ? List.of("scan.stl", "second.stl") : List.of(names));
    }

    @Override
    public Description describe() {
      return new Description(
          "scans",
          "Pictures of your letters",
          List.of(
              new Kind(
                  "scan",
                  "a picture",
                  Category.FILE,
                  List.of(new Purpose("post", "To carry your letters", LegalBasis.CONTRACT)),
                  List.of(),
                  null,
                  "subject")),
          List.of("letters.id"),
          null);
    }

    @Override
    public void export(Request request, Items items) throws IOException {
      for (String name : names) {
        byte[] content =
            ("content of " + request.values("letters.id")).getBytes(StandardCharsets.UTF_8);
        items.file("scan", name, content.length, new ByteArrayInputStream(content));
      }
      items.record("scan", Map.of("taken", "2024-01-01", "pages", 2));
    }

    @Override
    public Outcome erase(Request request) {
      return new Erased(Map.of());
    }

    @Override
    public Finding verify(Request request) {
      return new Nothing();
    }
  }
}

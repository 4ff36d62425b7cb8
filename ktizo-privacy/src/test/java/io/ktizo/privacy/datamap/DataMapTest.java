package io.ktizo.privacy.datamap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.Period;
import java.util.ArrayList;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataMapTest {

  /** Uses every construct of the form at least once. */
  static final String CLINIC =
      """
      dataMap: 1
      name: clinic
      purposes:
        care: {description: Treating you, basis: contract}
        billing: {description: Writing invoices, basis: legal-obligation}
      recipients:
        insurer: {description: "Your insurer, who pays", role: controller}
      retentions:
        account: {keep: P30D, from: end-of-relation, ground: "own rule: time to change one's mind"}
        invoices: {keep: P8Y, from: end-of-year, ground: "DE § 147 AO", mandatory: true}
      subjects:
        patient: {dataSet: patients, key: id, identifiers: email}
        doctor:
          dataSet: doctors
          key: id
          erase: {anonymise: [name]}
        visitor: {identifiers: [email]}
      dataSets:
        patients:
          description: People we treat
          retention: account
          purposes: care
          fields:
            id: identifier.unique
            email: contact.email
            clinic_no: none
            password: {category: credential.password, secret: true}
            profile:
              category: content.free-text
              freeText: true
              paths:
                $.allergies[*]: special.health
                $.motto: {category: content.free-text, freeText: true}
        doctors:
          retention: account
          purposes: [care]
          fields:
            id: identifier.unique
            name: {category: contact.name, erase: {replace: name}}
        chats:
          table: app.chats
          retention: account
          purposes: [care]
          links:
            - to: patients
              on: {patient_id: id}
              relation: owned-by
              erase: {last: delete-row, shared: {anonymise: [patient_id]}}
              export: {hide: [doctor_id]}
            - to: doctors
              on: {doctor_id: id}
              relation: accessed-by
              erase: {shared: leave}
              export: omit
          fields:
            id: none
            patient_id: {category: record.reference, erase: set-null}
            doctor_id: {category: record.reference, source: the practice}
            message: {category: content.communication, freeText: true, erase: {constant: "no: longer"}}
        invoices:
          retention: invoices
          since: issued
          purposes: [billing]
          recipients: [insurer]
          links:
            - to: patients
              on: {patient_id: id, clinic: clinic_no}
              relation: owned-by
              erase:
                last: {keep-until: invoices, anonymise: [note]}
                shared: delete-row
            - person: visitor
              column: mail
              ignoreCase: true
              relation: owned-by
              erase: {last: {anonymise: [mail]}, shared: leave}
          fields:
            no: record.reference
            patient_id: record.reference
            clinic: none
            issued: {category: record.timestamp, erase: {generalise: year}}
            mail: {category: contact.email, erase: keyed-hash}
            zip: {category: contact.address.postal-code, erase: {prefix: 2}, retention: account}
            note: {category: content.free-text, erase: set-null, review: "really \\"free\\"?"}
            total: {category: financial.transaction, erase: retain, export: false}
      waivers:
        - {table: app.chats, column: draft, reason: goes with version 2, until: 2027-01-31}
      """;

  @Test
  void a_map_printed_as_yaml_is_read_back_equal() {
    DataMap map = DataMap.parse(CLINIC);

    assertThat(DataMap.parse(map.toYaml())).isEqualTo(map);
    assertThat(DataMap.parse(map.toYaml()).toYaml()).isEqualTo(map.toYaml());
  }

  @Test
  void a_map_says_what_its_document_said() {
    DataMap map = DataMap.parse(CLINIC);

    assertThat(map.retention("invoices"))
        .contains(
            new Retention(
                "invoices", Period.ofYears(8), Retention.From.END_OF_YEAR, "DE § 147 AO", true));
    DataSet chats = map.dataSet("chats").orElseThrow();
    assertThat(chats.table()).isEqualTo("app.chats");
    assertThat(chats.links().getFirst().export()).isEqualTo(new Link.Hide(List.of("doctor_id")));
    assertThat(chats.field("message").flatMap(Field::strategy))
        .contains(new Strategy.Constant("no: longer"));
    Field password = map.dataSet("patients").orElseThrow().field("password").orElseThrow();
    assertThat(password.secret()).isTrue();
    assertThat(password.exported()).isFalse();
    assertThat(map.dataSet("invoices").orElseThrow().field("zip").orElseThrow().recipients())
        .containsExactly("insurer");
    assertThat(map.waivers())
        .containsExactly(
            new Waiver("app.chats", "draft", "goes with version 2", LocalDate.of(2027, 1, 31)));
    assertThat(map.openQuestions())
        .containsExactly(new Fault("dataSets.invoices.fields.note", "really \"free\"?"));
  }

  @Test
  void a_map_printed_as_java_builds_an_equal_map(@TempDir Path folder) throws Exception {
    DataMap map = DataMap.parse(CLINIC);

    assertThat(compiled(map.toJava(), folder)).isEqualTo(map);
  }

  /**
   * The expression goes through the real compiler: what does not compile is of no use to a host.
   */
  private static Object compiled(String expression, Path folder) throws Exception {
    String source =
        """
        import io.ktizo.privacy.datamap.*;
        import java.time.*;
        import java.util.*;
        public class Printed { public static DataMap map() { return %s; } }
        """
            .formatted(expression);
    Path file = Files.writeString(folder.resolve("Printed.java"), source);
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    Path classes =
        Path.of(DataMap.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    int status =
        compiler.run(
            null,
            null,
            null,
            "-proc:none",
            "-cp",
            classes.toString(),
            "-d",
            folder.toString(),
            file.toString());
    assertThat(status).as(expression).isZero();
    URL[] path = {folder.toUri().toURL()};
    try (URLClassLoader loader = new URLClassLoader(path, DataMapTest.class.getClassLoader())) {
      return loader.loadClass("Printed").getMethod("map").invoke(null);
    }
  }

  @Test
  void every_fault_of_a_document_is_listed_with_its_line() {
    String broken =
        """
        dataMap: 1
        name: broken
        purposes:
          p: {description: why, basis: because}
        retentions:
          r: {keep: 8 years, from: row, ground: g}
        subjects:
          person: {dataSet: nobody, key: id}
        dataSets:
          a:
            retention: r
            colour: blue
            links:
              - {to: b, on: {x: id}, relation: owned-by, erase: {last: delete-row, shared: leave}}
              - {to: a, on: {id: nope}, relation: owned by, erase: {shared: leave}}
            fields:
              id: record.reference
              mail: {category: contact.mail, purposes: [p]}
              hash: {category: credential.password, purposes: [q], secret: yes, export: true}
        """;

    InvalidDataMapException refused =
        catchThrowableOfType(InvalidDataMapException.class, () -> DataMap.parse(broken));

    assertThat(refused.faults().stream().map(Fault::toString))
        .anyMatch(fault -> fault.startsWith("line 4,") && fault.contains("\"because\" is none of"))
        .anyMatch(fault -> fault.startsWith("line 6,") && fault.contains("no period"))
        .anyMatch(
            fault -> fault.startsWith("line 8,") && fault.contains("unknown data set \"nobody\""))
        .anyMatch(fault -> fault.startsWith("line 12,") && fault.contains("unknown key \"colour\""))
        .anyMatch(fault -> fault.startsWith("line 14,") && fault.contains("unknown data set \"b\""))
        .anyMatch(
            fault -> fault.startsWith("line 14,") && fault.contains("unknown column of a \"x\""))
        .anyMatch(
            fault -> fault.startsWith("line 15,") && fault.contains("\"owned by\" is none of"))
        .anyMatch(fault -> fault.startsWith("line 15,") && fault.contains("needs \"last\""))
        .anyMatch(
            fault -> fault.startsWith("line 15,") && fault.contains("unknown column of a \"nope\""))
        .anyMatch(
            fault -> fault.startsWith("line 18,") && fault.contains("\"contact.mail\" is none of"))
        .anyMatch(fault -> fault.startsWith("line 19,") && fault.contains("unknown purpose \"q\""))
        .anyMatch(
            fault ->
                fault.startsWith("line 19,") && fault.contains("\"yes\" is none of: true, false"));
  }

  @Test
  void links_that_only_lead_round_in_a_circle_are_a_fault() {
    DataMapBuilder builder =
        DataMap.builder("circle")
            .purpose("p", LegalBasis.CONTRACT, "why")
            .retention("r", Period.ofDays(1), Retention.From.END_OF_RELATION, "own rule");
    for (String[] pair : new String[][] {{"a", "b"}, {"b", "a"}}) {
      builder.dataSet(
          pair[0],
          pair[0],
          "",
          rows ->
              rows.retention("r")
                  .link(
                      Link.Relation.OWNED_BY,
                      pair[1],
                      new Link.OnErasure(new Link.DeleteRow(), new Link.Leave()),
                      new Link.ShowAll(),
                      "other",
                      "id")
                  .field("id", Category.REFERENCE, "p")
                  .field("other", Category.REFERENCE, "p"));
    }

    InvalidDataMapException refused =
        catchThrowableOfType(InvalidDataMapException.class, builder::build);

    assertThat(refused.faults().stream().map(Fault::place))
        .containsExactly("dataSets.a.links", "dataSets.b.links");
  }

  @Test
  void a_key_that_stands_twice_is_a_fault_and_not_overwritten() {
    InvalidDataMapException refused =
        catchThrowableOfType(
            InvalidDataMapException.class, () -> DataMap.parse("dataMap: 1\nname: a\nname: b\n"));

    assertThat(refused.faults())
        .containsExactly(new Fault("line 3, column 1", "\"name\" stands here for the second time"));
  }

  @Test
  void text_that_is_no_yaml_is_refused_at_its_place() {
    InvalidDataMapException refused =
        catchThrowableOfType(
            InvalidDataMapException.class, () -> DataMap.parse("dataMap: 1\nname: [a\n"));

    assertThat(refused.faults()).hasSize(1);
    assertThat(refused.faults().getFirst().message()).startsWith("this is not YAML");
  }

  @Test
  void aliases_that_multiply_are_refused() {
    StringBuilder bomb = new StringBuilder("dataMap: 1\nname: bomb\npurposes:\n  a: &a [x, x]\n");
    for (char c = 'b'; c < 'p'; c++) {
      char before = (char) (c - 1);
      bomb.append("  ").append(c).append(": &").append(c).append(" [*").append(before);
      bomb.append(", *").append(before).append("]\n");
    }

    InvalidDataMapException refused =
        catchThrowableOfType(InvalidDataMapException.class, () -> DataMap.parse(bomb.toString()));

    assertThat(refused.faults())
        .anyMatch(fault -> fault.message().contains("anchors and aliases are not used"));
  }

  @Test
  void the_schema_knows_every_category_and_every_word_of_the_form() {
    String schema = DataMap.yamlSchema();

    List<String> words = new ArrayList<>();
    for (Category category : Category.values()) {
      words.add(category.id());
    }
    for (LegalBasis basis : LegalBasis.values()) {
      words.add(basis.id());
    }
    assertThat(words).allSatisfy(word -> assertThat(schema).contains("\"" + word + "\""));
    assertThat(schema).contains("\"$id\": \"urn:ktizo:privacy:data-map:1\"");
  }

  @Test
  void the_fate_of_a_column_follows_links_and_strategies() {
    List<Fate> fates = Fate.of(DataMap.parse(CLINIC));

    assertThat(fates)
        .contains(
            new Fate(
                "doctor", "doctors", "name", "own row", "replaced by a made-up value", "shown"))
        .contains(
            new Fate(
                "patient",
                "invoices",
                "total",
                "owned, through patients by [patient_id, clinic]",
                "kept P8Y (DE § 147 AO); while others own it: the row goes for everybody",
                "not shown"))
        .contains(
            new Fate(
                "patient",
                "chats",
                "doctor_id",
                "owned, through patients by [patient_id]",
                "goes with its row; while others own it: stays",
                "hidden"))
        .contains(
            new Fate(
                "patient",
                "patients",
                "password",
                "own row",
                "goes with its row",
                "never, it is secret"));
  }
}

package io.ktizo.privacy.datamap;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What an application holds of whom, why, for how long, and what becomes of it. Immutable, and
 * valid in itself: every name it uses it also declares. Whether it is true of a database is told by
 * {@link Coverage}.
 *
 * <p>Two ways in, one model: {@link #parse} reads YAML of the published schema ({@link
 * #yamlSchema()}), {@link #builder} builds it in Java. Two ways out: {@link #toYaml()} and {@link
 * #toJava()}. Each output read again gives an equal map.
 *
 * @param name what the map is about, for instance the application's name
 * @param purposes why data is processed
 * @param recipients who outside may get data
 * @param retentions how long data is kept
 * @param subjects the kinds of people
 * @param dataSets the tables
 * @param waivers gaps that somebody answers for
 */
public record DataMap(
    String name,
    List<Purpose> purposes,
    List<Recipient> recipients,
    List<Retention> retentions,
    List<SubjectKind> subjects,
    List<DataSet> dataSets,
    List<Waiver> waivers) {

  /**
   * Checks the map.
   *
   * @throws InvalidDataMapException with every fault, each at its path
   */
  public DataMap {
    purposes = List.copyOf(purposes);
    recipients = List.copyOf(recipients);
    retentions = List.copyOf(retentions);
    subjects = List.copyOf(subjects);
    dataSets = List.copyOf(dataSets);
    waivers = List.copyOf(waivers);
    List<Fault> faults =
        MapCheck.faults(name, purposes, recipients, retentions, subjects, dataSets, waivers);
    if (!faults.isEmpty()) {
      throw new InvalidDataMapException(faults);
    }
  }

  /**
   * Reads a map from YAML 1.2 text without anchors and aliases.
   *
   * @throws InvalidDataMapException with every fault, each at its line and column
   */
  public static DataMap parse(String yaml) {
    return YamlMap.read(yaml);
  }

  /**
   * Reads a map from a UTF-8 YAML file.
   *
   * @throws IOException if the file cannot be read
   * @throws InvalidDataMapException as {@link #parse}
   */
  public static DataMap read(Path file) throws IOException {
    return parse(Files.readString(file));
  }

  /** Begins a map in Java. */
  public static DataMapBuilder builder(String name) {
    return new DataMapBuilder(name);
  }

  /** The map as a YAML document; {@link #parse} gives an equal map back. */
  public String toYaml() {
    return YamlMap.write(this);
  }

  /** The map as a Java expression over {@link #builder}, to paste into a host's own code. */
  public String toJava() {
    return JavaMap.write(this);
  }

  /**
   * The JSON Schema (draft 2020-12) of the YAML form, for editors and for hosts that check
   * themselves.
   */
  public static String yamlSchema() {
    try (InputStream schema = DataMap.class.getResourceAsStream("data-map.schema.json")) {
      if (schema == null) {
        throw new IllegalStateException("data-map.schema.json is missing from the jar");
      }
      return new String(schema.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The data set of this name. */
  public Optional<DataSet> dataSet(String dataSet) {
    return dataSets.stream().filter(one -> one.name().equals(dataSet)).findFirst();
  }

  /** The kind of people of this name. */
  public Optional<SubjectKind> subject(String kind) {
    return subjects.stream().filter(one -> one.name().equals(kind)).findFirst();
  }

  /** The rule of retention of this name. */
  public Optional<Retention> retention(String rule) {
    return retentions.stream().filter(one -> one.name().equals(rule)).findFirst();
  }

  /** The purpose of this name. */
  public Optional<Purpose> purpose(String purpose) {
    return purposes.stream().filter(one -> one.name().equals(purpose)).findFirst();
  }

  /** Every open question of a draft, with the path of the field that it stands at. */
  public List<Fault> openQuestions() {
    return dataSets.stream()
        .flatMap(
            set ->
                set.fields().stream()
                    .flatMap(
                        field ->
                            field
                                .openQuestion()
                                .map(
                                    question ->
                                        new Fault(
                                            "dataSets." + set.name() + ".fields." + field.name(),
                                            question))
                                .stream()))
        .toList();
  }
}

package io.ktizo.privacy.datamap;

import java.time.LocalDate;
import java.time.Period;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Builds a {@link DataMap} in Java. Order of calls does not matter; nothing is checked before
 * {@link #build()}, which reports every fault at once. Not for use by several threads.
 */
public final class DataMapBuilder {
  private final String name;
  private final List<Purpose> purposes = new ArrayList<>();
  private final List<Recipient> recipients = new ArrayList<>();
  private final List<Retention> retentions = new ArrayList<>();
  private final List<SubjectKind> subjects = new ArrayList<>();
  private final List<DataSet> dataSets = new ArrayList<>();
  private final List<Waiver> waivers = new ArrayList<>();

  DataMapBuilder(String name) {
    this.name = name;
  }

  /** Declares why data is processed. */
  public DataMapBuilder purpose(String purpose, LegalBasis basis, String description) {
    purposes.add(new Purpose(purpose, description, basis));
    return this;
  }

  /** Declares somebody outside who may get data. */
  public DataMapBuilder recipient(String recipient, Recipient.Role role, String description) {
    recipients.add(new Recipient(recipient, description, role));
    return this;
  }

  /** Declares a rule of retention that the operator chose himself. */
  public DataMapBuilder retention(String rule, Period keep, Retention.From from, String ground) {
    retentions.add(new Retention(rule, keep, from, ground, false));
    return this;
  }

  /** Declares a rule of retention that a law demands. */
  public DataMapBuilder mandatoryRetention(
      String rule, Period keep, Retention.From from, String ground) {
    retentions.add(new Retention(rule, keep, from, ground, true));
    return this;
  }

  /** Declares people who are the rows of a data set, and whose rows go when they go. */
  public DataMapBuilder subject(String kind, String dataSet, String key, String... identifiers) {
    return subject(kind, dataSet, key, new Link.DeleteRow(), identifiers);
  }

  /** Declares people who are the rows of a data set, and what becomes of these rows. */
  public DataMapBuilder subject(
      String kind, String dataSet, String key, Link.Last erasure, String... identifiers) {
    subjects.add(new SubjectKind(kind, dataSet, key, Arrays.asList(identifiers), erasure));
    return this;
  }

  /** Declares people who have no row of their own and are known by a value. */
  public DataMapBuilder subjectKnownBy(String kind, String identifier) {
    subjects.add(new SubjectKind(kind, null, null, List.of(identifier), new Link.DeleteRow()));
    return this;
  }

  /** Describes a table. */
  public DataMapBuilder dataSet(
      String dataSet, String table, String description, UnaryOperator<DataSetBuilder> content) {
    dataSets.add(content.apply(new DataSetBuilder(dataSet, table, description)).build());
    return this;
  }

  /** Notes a gap that somebody answers for. */
  public DataMapBuilder waiver(String table, String column, LocalDate until, String reason) {
    waivers.add(new Waiver(table, column, reason, until));
    return this;
  }

  /**
   * The finished map.
   *
   * @throws InvalidDataMapException with every fault
   */
  public DataMap build() {
    return new DataMap(name, purposes, recipients, retentions, subjects, dataSets, waivers);
  }

  /** Describes one table within {@link DataMapBuilder#dataSet}. */
  public static final class DataSetBuilder {
    private final String name;
    private final String table;
    private final String description;
    private final List<Link> links = new ArrayList<>();
    private final List<Field> fields = new ArrayList<>();
    private @Nullable String retention;
    private @Nullable String since;

    private DataSetBuilder(String name, String table, String description) {
      this.name = name;
      this.table = table;
      this.description = description;
    }

    /** The rule for fields that name none. */
    public DataSetBuilder retention(String rule) {
      this.retention = rule;
      return this;
    }

    /** The column that holds when a row began to count for retention. */
    public DataSetBuilder since(String column) {
      this.since = column;
      return this;
    }

    /**
     * Joins rows of this data set to rows of another.
     *
     * @param columns this column, that column, this column, that column …
     * @throws IllegalArgumentException if their number is odd or a column stands twice
     */
    public DataSetBuilder link(
        Link.Relation relation,
        String dataSet,
        Link.OnErasure erasure,
        Link.OnExport export,
        String... columns) {
      if (columns.length % 2 != 0) {
        throw new IllegalArgumentException("columns come in pairs: " + columns.length);
      }
      Map<String, String> pairs = new LinkedHashMap<>();
      for (int i = 0; i < columns.length; i += 2) {
        if (pairs.put(columns[i], columns[i + 1]) != null) {
          throw new IllegalArgumentException("column stands twice: " + columns[i]);
        }
      }
      links.add(new Link(new Link.ToRows(dataSet, pairs), relation, erasure, export));
      return this;
    }

    /** Joins rows of this data set to people who are known by a value in a column. */
    public DataSetBuilder person(
        Link.Relation relation,
        String kind,
        String column,
        boolean ignoreCase,
        Link.OnErasure erasure,
        Link.OnExport export) {
      links.add(new Link(new Link.ToPerson(kind, column, ignoreCase), relation, erasure, export));
      return this;
    }

    /** Classifies a column with the defaults: exported, from the subject, gone with its row. */
    public DataSetBuilder field(String column, Category category, String... purposes) {
      return field(column, category, field -> field.purposes(purposes));
    }

    /** Classifies a column. */
    public DataSetBuilder field(
        String column, Category category, UnaryOperator<FieldBuilder> content) {
      fields.add(content.apply(new FieldBuilder(column, category)).build());
      return this;
    }

    private DataSet build() {
      return new DataSet(name, table, description, retention, since, links, fields);
    }
  }

  /** Classifies one column within {@link DataSetBuilder#field}. */
  public static final class FieldBuilder {
    private final String name;
    private final Category category;
    private final List<Field> paths = new ArrayList<>();
    private List<String> purposes = List.of();
    private List<String> recipients = List.of();
    private @Nullable String retention;
    private @Nullable Strategy erasure;
    private boolean exported = true;
    private boolean secret;
    private boolean freeText;
    private String source = Field.FROM_SUBJECT;
    private @Nullable String review;

    private FieldBuilder(String name, Category category) {
      this.name = name;
      this.category = category;
    }

    /** Why it is processed, by names of purposes. */
    public FieldBuilder purposes(String... names) {
      this.purposes = List.of(names);
      return this;
    }

    /** Who may get it, by names of recipients. */
    public FieldBuilder recipients(String... names) {
      this.recipients = List.of(names);
      return this;
    }

    /** The rule of retention where it is not the data set's. */
    public FieldBuilder retention(String rule) {
      this.retention = rule;
      return this;
    }

    /** What becomes of it when its row outlives the person. */
    public FieldBuilder erase(Strategy strategy) {
      this.erasure = strategy;
      return this;
    }

    /** Not shown to the person, though no secret. */
    public FieldBuilder notExported() {
      this.exported = false;
      return this;
    }

    /** Never leaves the database. */
    public FieldBuilder secret() {
      this.secret = true;
      this.exported = false;
      return this;
    }

    /** People typed it. */
    public FieldBuilder freeText() {
      this.freeText = true;
      return this;
    }

    /** Who gave it, where it was not the person himself. */
    public FieldBuilder source(String whoGaveIt) {
      this.source = whoGaveIt;
      return this;
    }

    /** Classifies a path inside a JSON document. */
    public FieldBuilder path(
        String path, Category pathCategory, UnaryOperator<FieldBuilder> content) {
      paths.add(content.apply(new FieldBuilder(path, pathCategory)).build());
      return this;
    }

    /** A question that a person must answer. */
    public FieldBuilder review(String question) {
      this.review = question;
      return this;
    }

    private Field build() {
      return new Field(
          name,
          category,
          purposes,
          recipients,
          retention,
          erasure,
          exported,
          secret,
          freeText,
          source,
          paths,
          review);
    }
  }
}

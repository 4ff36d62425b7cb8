package io.ktizo.server.privacy;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ktizo.privacy.Privacy;
import io.ktizo.privacy.Subject;
import io.ktizo.privacy.datamap.Coverage;
import io.ktizo.privacy.datamap.DataMap;
import io.ktizo.privacy.datamap.Draft;
import io.ktizo.privacy.datamap.Fate;
import io.ktizo.privacy.datamap.Gap;
import io.ktizo.privacy.datamap.LiveSchema;
import io.ktizo.privacy.erasure.Certificate;
import io.ktizo.privacy.erasure.Erasing;
import io.ktizo.privacy.erasure.ErasurePlan;
import io.ktizo.privacy.erasure.Residue;
import io.ktizo.privacy.erasure.Supplement;
import io.ktizo.privacy.export.Exported;
import io.ktizo.privacy.export.Scope;
import io.ktizo.privacy.holder.TableErasure.Effect;
import io.ktizo.server.terminal.Terminal;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The commands of the privacy engine, to be registered with a program under {@code privacy}. */
public final class PrivacyCommands {
  private static final String EXIT_HEADING = "%nExit codes:%n";

  private PrivacyCommands() {}

  /** {@code privacy} with all its commands. */
  public static CommandLine commandLine() {
    return new CommandLine(new Root())
        .addSubcommand(new DraftCommand())
        .addSubcommand(new CoverageCommand())
        .addSubcommand(new ExplainCommand())
        .addSubcommand(new ExportCommand())
        .addSubcommand(new PlanCommand())
        .addSubcommand(new EraseCommand())
        .addSubcommand(new VerifyCommand())
        .addSubcommand(new DueCommand());
  }

  /** Says what there is. */
  @Command(
      name = "privacy",
      description =
          "Personal data in any database that speaks JDBC: draft a data map, compare, export,"
              + " erase, prove.",
      mixinStandardHelpOptions = true,
      synopsisSubcommandLabel = "COMMAND",
      footer = {
        "",
        "Begin with: ktizo privacy draft --url JDBC-URL --out data-map.yaml",
        "Then answer its questions, and: ktizo privacy coverage --url JDBC-URL --map data-map.yaml"
      })
  private static final class Root implements Runnable {
    @CommandLine.Spec
    @SuppressWarnings("NullAway.Init")
    private CommandLine.Model.CommandSpec spec;

    @Override
    public void run() {
      throw new CommandLine.ParameterException(spec.commandLine(), "a command is missing");
    }
  }

  @Command(
      name = "draft",
      description =
          "Writes a first data map from a live schema: every guess asks a question that somebody"
              + " has to answer.",
      mixinStandardHelpOptions = true,
      exitCodeListHeading = EXIT_HEADING,
      exitCodeList = {"0:Done.", "1:The database or the disk refused.", "2:It was called wrongly."})
  @SuppressWarnings("NullAway.Init")
  private static final class DraftCommand extends PrivacyCommand {
    @Mixin private Database database;

    @Option(
        names = "--name",
        paramLabel = "NAME",
        defaultValue = "application",
        description = "What the map is about.")
    private String name;

    @Option(
        names = "--subject-table",
        paramLabel = "TABLE",
        description = "A table whose rows are people; guessed if none is given. May be repeated.")
    private List<String> subjectTables = List.of();

    @Option(
        names = "--schema",
        paramLabel = "SCHEMA",
        description = "A further schema to describe. May be repeated.")
    private List<String> schemas = List.of();

    @Option(names = "--out", paramLabel = "FILE", description = "Where the map goes, a new file.")
    private @Nullable Path file;

    @Override
    int work() throws IOException, SQLException {
      DataMap draft;
      try (Connection connection = database.open().getConnection()) {
        LiveSchema schema = LiveSchema.read(connection, schemas);
        for (String table : subjectTables) {
          if (schema.table(table).isEmpty()) {
            throw new IllegalArgumentException("the database has no table " + table);
          }
        }
        draft =
            subjectTables.isEmpty()
                ? Draft.of(schema, name)
                : Draft.of(schema, name, subjectTables);
      }
      if (file != null) {
        Files.writeString(file, draft.toYaml(), java.nio.file.StandardOpenOption.CREATE_NEW);
      }
      int questions = draft.openQuestions().size();
      if (json) {
        ObjectNode result = MAPPER.createObjectNode();
        result.put("dataSets", draft.dataSets().size()).put("questions", questions);
        ArrayNode kinds = result.putArray("subjects");
        draft.subjects().forEach(kind -> kinds.add(kind.name()));
        if (file == null) {
          result.put("map", draft.toYaml());
        }
        tell(result);
      } else if (file == null) {
        out().print(draft.toYaml());
        out().flush();
      } else {
        out().printf("%d data sets, %d questions to answer%n", draft.dataSets().size(), questions);
        out().flush();
      }
      return DONE;
    }
  }

  @Command(
      name = "coverage",
      description = "Compares a data map with a live schema, column by column and both ways.",
      mixinStandardHelpOptions = true,
      exitCodeListHeading = EXIT_HEADING,
      exitCodeList = {
        "0:Nothing is open.",
        "1:The database refused.",
        "2:It was called wrongly, or the map is not valid.",
        "3:There are gaps; each says how to mend it."
      })
  @SuppressWarnings("NullAway.Init")
  private static final class CoverageCommand extends PrivacyCommand {
    @Mixin private Database database;
    @Mixin private MapFile map;

    @Override
    int work() throws IOException {
      Coverage coverage =
          Privacy.builder().dataSource(database.open()).dataMap(map.read()).build().coverage();
      if (json) {
        ObjectNode result = MAPPER.createObjectNode().put("complete", coverage.complete());
        result.put("tables", coverage.tables()).put("columns", coverage.columns());
        gaps(result.putArray("gaps"), coverage.gaps());
        gaps(result.putArray("waived"), coverage.waived());
        tell(result);
      } else {
        coverage.gaps().forEach(gap -> out().println(gap));
        out()
            .printf(
                "%d gaps, %d waived, %d tables, %d columns%n",
                coverage.gaps().size(),
                coverage.waived().size(),
                coverage.tables(),
                coverage.columns());
        out().flush();
      }
      return coverage.complete() ? DONE : NOT_ALL_IS_WELL;
    }

    private static void gaps(ArrayNode to, List<Gap> gaps) {
      for (Gap gap : gaps) {
        to.addObject()
            .put("kind", gap.kind().name())
            .put("table", gap.table())
            .put("column", gap.column())
            .put("message", gap.message());
      }
    }
  }

  @Command(
      name = "explain",
      description =
          "Tells from the map alone what would happen to each column for each kind of person.",
      mixinStandardHelpOptions = true,
      exitCodeListHeading = EXIT_HEADING,
      exitCodeList = {"0:Done.", "2:It was called wrongly, or the map is not valid."})
  @SuppressWarnings("NullAway.Init")
  private static final class ExplainCommand extends PrivacyCommand {
    @Mixin private MapFile map;

    @Override
    int work() throws IOException {
      List<Fate> fates = Fate.of(map.read());
      if (json) {
        ObjectNode result = MAPPER.createObjectNode();
        ArrayNode all = result.putArray("columns");
        for (Fate fate : fates) {
          all.addObject()
              .put("kind", fate.kind())
              .put("dataSet", fate.dataSet())
              .put("field", fate.field())
              .put("through", fate.through())
              .put("erasure", fate.erasure())
              .put("export", fate.export());
        }
        tell(result);
        return DONE;
      }
      String before = "";
      for (Fate fate : fates) {
        String head = fate.kind() + " → " + fate.dataSet() + " (" + fate.through() + ")";
        if (!head.equals(before)) {
          out().println(head);
          before = head;
        }
        out()
            .printf(
                "  %-28s erasure: %s%n  %-28s export:  %s%n",
                fate.field(), fate.erasure(), "", fate.export());
      }
      out().flush();
      return DONE;
    }
  }

  @Command(
      name = "export",
      description = "Writes everything that is held about a person as a zip archive.",
      mixinStandardHelpOptions = true,
      exitCodeListHeading = EXIT_HEADING,
      exitCodeList = {
        "0:Done, also if nothing is held about the person: the archive says so then.",
        "1:The database or the disk refused; there is no archive.",
        "2:It was called wrongly, or the map is not valid."
      })
  @SuppressWarnings("NullAway.Init")
  private static final class ExportCommand extends PrivacyCommand {
    @Mixin private Database database;
    @Mixin private Whom whom;
    @Mixin private MapFile map;
    @Mixin private LedgerFile ledger;

    @Option(
        names = "--out",
        required = true,
        paramLabel = "FILE",
        description = "Where the archive goes, a new file that only its owner may read.")
    private Path file;

    @Option(
        names = "--portable",
        description = "Only what the person may take along (GDPR Article 20).")
    private boolean portable;

    @Override
    int work() throws IOException {
      if (Files.exists(file)) {
        throw new IllegalArgumentException("there is a file " + file + " already");
      }
      Privacy privacy =
          ledger
              .noted(Privacy.builder().dataSource(database.open()).dataMap(map.read()))
              .progress(progress())
              .build();
      Subject subject = whom.subject();
      Path part = file.resolveSibling(file.getFileName() + ".part");
      Files.deleteIfExists(part);
      Secret.makePrivately(part);
      Exported exported;
      try {
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(part))) {
          exported = privacy.export(subject, portable ? Scope.PORTABILITY : Scope.ACCESS, out);
        }
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(part);
      }
      if (json) {
        tell(
            MAPPER
                .createObjectNode()
                .put("file", file.toString())
                .put("rows", exported.rows())
                .put("items", exported.items())
                .put("bytes", exported.bytes()));
      } else {
        out()
            .println(
                exported.empty()
                    ? "nothing is held; the archive says so"
                    : "%,d rows, %,d bytes".formatted(exported.rows(), exported.bytes()));
        out().flush();
      }
      return DONE;
    }
  }

  @Command(
      name = "plan",
      description = "Tells what an erasure would do to which rows and columns; touches nothing.",
      mixinStandardHelpOptions = true,
      exitCodeListHeading = EXIT_HEADING,
      exitCodeList = {
        "0:The erasure could run.",
        "1:The database refused.",
        "2:It was called wrongly, or the map is not valid.",
        "3:Something stands in the way of it; each obstacle is told."
      })
  @SuppressWarnings("NullAway.Init")
  private static final class PlanCommand extends PrivacyCommand {
    @Mixin private Database database;
    @Mixin private Whom whom;
    @Mixin private MapFile map;
    @Mixin private LedgerFile ledger;

    @Option(
        names = "--out",
        paramLabel = "FILE",
        description = "Where the plan goes as JSON, a new file.")
    private @Nullable Path file;

    @Override
    int work() throws IOException {
      ErasurePlan plan =
          ledger
              .noted(Privacy.builder().dataSource(database.open()).dataMap(map.read()))
              .progress(progress())
              .build()
              .planErasure(whom.subject());
      if (file != null) {
        Files.writeString(file, plan.toJson(), java.nio.file.StandardOpenOption.CREATE_NEW);
      }
      if (json) {
        out().println(plan.toJson());
      } else {
        show(out(), plan);
      }
      out().flush();
      return plan.obstacles().isEmpty() ? DONE : NOT_ALL_IS_WELL;
    }

    private static void show(PrintWriter out, ErasurePlan plan) {
      if (plan.empty()) {
        out.println("nothing is held about the person");
      }
      for (Effect effect : plan.dataSets()) {
        out.printf(
            "%-24s %,8d deleted %,8d kept %,8d left%n",
            effect.dataSet(), effect.deleted(), effect.kept(), effect.left());
        effect
            .anonymised()
            .forEach((field, rows) -> out.printf("  %-30s anonymised in %,d rows%n", field, rows));
        if (effect.kept() > 0) {
          out.printf(
              "  kept until %s: %s%n",
              effect.until() == null ? "an unknown day" : effect.until(),
              String.join("; ", effect.grounds()));
        }
      }
      plan.holders().forEach(holder -> out.println("also asked to erase: " + holder));
      plan.obstacles().forEach(obstacle -> out.println("in the way: " + obstacle));
    }
  }

  @Command(
      name = "erase",
      description = "Erases a person, looks for residue, and writes a signed certificate.",
      mixinStandardHelpOptions = true,
      exitCodeListHeading = EXIT_HEADING,
      exitCodeList = {
        "0:Everything is gone but what a law keeps, which the certificate lists.",
        "1:The database or the disk refused; run it again, it goes on where it was.",
        "2:It was called wrongly, or the map is not valid.",
        "3:Something is not done, not verified or still there; the certificate lists it."
      },
      footer = {
        "",
        "The secret signs the certificate and recognises the erased later on: keep it, and keep it"
            + " apart from backups of the database."
      })
  @SuppressWarnings("NullAway.Init")
  private static final class EraseCommand extends PrivacyCommand {
    @Mixin private Database database;
    @Mixin private Whom whom;
    @Mixin private MapFile map;
    @Mixin private LedgerFile ledger;
    @Mixin private SecretFile secret;

    @Option(
        names = "--storage",
        description = "Then has the database rewrite its files. Blocks the application meanwhile.")
    private boolean storage;

    @Option(
        names = "--out",
        paramLabel = "FILE",
        description =
            "Where the certificate goes as JSON, a new file. The database keeps it too: see privacy"
                + " verify.")
    private @Nullable Path file;

    @Option(
        names = "--yes",
        description =
            "Does not ask, on a terminal, whether the person is really to be erased. What will go"
                + " is told by: privacy plan.")
    private boolean yes;

    @Override
    int work() throws IOException {
      if (file != null && Files.exists(file)) {
        throw new IllegalArgumentException("there is a file " + file + " already");
      }
      Privacy privacy =
          ledger
              .notedOrMade(Privacy.builder().dataSource(database.open()).dataMap(map.read()))
              .progress(progress())
              .keys(secret.readOrMake(map))
              .build();
      if (ledger.isThere()) {
        privacy.start();
      }
      Subject subject = whom.subject();
      if (!yes && !confirmed()) {
        throw new IllegalArgumentException("nothing was erased");
      }
      Certificate certificate =
          storage ? privacy.eraseFromStorage(subject) : privacy.erase(subject);
      if (file != null) {
        Secret.writePrivately(file, certificate.toJson());
      }
      if (json) {
        out().println(certificate.toJson());
      } else {
        out().println("certificate " + certificate.id() + ": " + certificate.outcome());
        for (Certificate.DataSetPart part : certificate.dataSets()) {
          out()
              .printf(
                  "%-24s %,8d deleted %,8d kept %,8d left%n",
                  part.dataSet(), part.deleted(), part.kept(), part.left());
        }
        certificate
            .levels()
            .forEach(
                level ->
                    out()
                        .printf(
                            "%-8s %s: %s%n",
                            level.depth(),
                            level.reached() ? "reached" : "not reached",
                            level.statement()));
        for (Residue.Place place : certificate.residue().places()) {
          out()
              .printf(
                  "residue  %s.%s: %s as %s in %,d%s%n",
                  place.table(),
                  place.column(),
                  place.identifier(),
                  place.encoding(),
                  place.rows(),
                  place.explained() == null ? "" : " (" + place.explained() + ")");
        }
        certificate.residue().skipped().forEach(why -> out().println("skipped  " + why));
      }
      out().flush();
      return certificate.outcome() == Certificate.Outcome.INCOMPLETE ? NOT_ALL_IS_WELL : DONE;
    }

    /** A script has made up its mind; a person is asked. */
    private static boolean confirmed() {
      return Terminal.console()
          .map(console -> console.readLine("This cannot be undone. Erase? Type yes: "))
          .map("yes"::equals)
          .orElse(!Terminal.isAttached());
    }
  }

  @Command(
      name = "verify",
      description =
          "Holds a certificate against the secret, the database's journal and the ledger.",
      mixinStandardHelpOptions = true,
      exitCodeListHeading = EXIT_HEADING,
      exitCodeList = {
        "0:Nothing contradicts the certificate.",
        "1:The database or the disk refused.",
        "2:It was called wrongly, or a file is not what it should be.",
        "3:The certificate is not genuine, or database and ledger tell another story."
      })
  @SuppressWarnings("NullAway.Init")
  private static final class VerifyCommand extends PrivacyCommand {
    @Mixin private Database database;
    @Mixin private Whom whom;
    @Mixin private MapFile map;
    @Mixin private LedgerFile ledger;
    @Mixin private SecretFile secret;

    @Option(
        names = "--certificate",
        paramLabel = "FILE",
        description =
            "The certificate as JSON; without it the person's last one, which the database keeps.")
    private @Nullable Path certificate;

    @Option(
        names = "--out",
        paramLabel = "FILE",
        description = "Where the certificate goes as JSON, a new file.")
    private @Nullable Path file;

    @Override
    int work() throws IOException {
      Privacy privacy =
          ledger
              .noted(Privacy.builder().dataSource(database.open()).dataMap(map.read()))
              .keys(secret.read(map))
              .build();
      Certificate told;
      if (certificate != null) {
        told = Certificate.parse(Files.readString(certificate));
      } else {
        List<Certificate> kept = privacy.certificates(whom.subject());
        if (kept.isEmpty()) {
          throw new IllegalArgumentException(
              "the database keeps no certificate about this person; name one with --certificate");
        }
        told = kept.getLast();
      }
      if (file != null) {
        if (Files.exists(file)) {
          throw new IllegalArgumentException("there is a file " + file + " already");
        }
        Secret.writePrivately(file, told.toJson());
      }
      Erasing.Verification found = privacy.verify(told);
      if (json) {
        tell(
            MAPPER
                .createObjectNode()
                .put("genuine", found.genuine())
                .put("signature", found.signature())
                .put("journal", found.journal())
                .put("ledger", found.ledgerAgrees()));
      } else {
        out()
            .printf(
                "signature %s, journal %s, ledger %s%n",
                found.signature() ? "good" : "BAD",
                found.journal() ? "agrees" : "DISAGREES",
                found.ledgerAgrees() ? "agrees" : "DISAGREES");
        out().flush();
      }
      return found.genuine() ? DONE : NOT_ALL_IS_WELL;
    }
  }

  @Command(
      name = "due",
      description =
          "Takes away rows that erasures had to keep by law and whose day has come; to be run once"
              + " a day.",
      mixinStandardHelpOptions = true,
      exitCodeListHeading = EXIT_HEADING,
      exitCodeList = {
        "0:Done, also if nothing was due.",
        "1:The database refused; run it again, it goes on where it was.",
        "2:It was called wrongly, or the map is not valid."
      })
  @SuppressWarnings("NullAway.Init")
  private static final class DueCommand extends PrivacyCommand {
    @Mixin private Database database;
    @Mixin private MapFile map;
    @Mixin private LedgerFile ledger;
    @Mixin private SecretFile secret;

    @Override
    int work() throws IOException {
      List<Supplement> supplements =
          ledger
              .noted(Privacy.builder().dataSource(database.open()).dataMap(map.read()))
              .progress(progress())
              .keys(secret.read(map))
              .build()
              .releaseDue();
      if (json) {
        ObjectNode result = MAPPER.createObjectNode();
        ArrayNode all = result.putArray("supplements");
        for (Supplement one : supplements) {
          all.add(MAPPER.readTree(one.toJson()));
        }
        tell(result);
        return DONE;
      }
      for (Supplement one : supplements) {
        one.gone()
            .forEach(
                (dataSet, rows) ->
                    out()
                        .printf(
                            "%-24s %,8d deleted, %,d still kept of erasure %s%n",
                            dataSet, rows, one.left(), one.certificate()));
      }
      out().printf("%d supplements to certificates%n", supplements.size());
      out().flush();
      return DONE;
    }
  }
}

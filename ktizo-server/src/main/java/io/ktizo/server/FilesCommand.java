package io.ktizo.server;

import io.ktizo.server.config.Configuration;
import io.ktizo.server.config.ConfigurationException;
import io.ktizo.server.config.Secret;
import io.ktizo.storage.Inventory;
import io.ktizo.storage.StorageException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Compares kept files with what the database knows of them. */
@Command(
    name = "files",
    description = {
      "Compares the store of files with the database, both ways: what lies there and nobody knows,"
          + " and what should lie there and does not. Neither comes of a crash; both come of a"
          + " restored backup or a copied folder.",
      "",
      "Changes nothing without --remove. An embedded database must not be in use by a server."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Ktizo.Version.class,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:Store and database agree, or do so now.",
      "1:They do not, or one of them could not be opened.",
      "2:It was called wrongly."
    })
@SuppressWarnings("NullAway.Init") // the library fills in the fields before call()
final class FilesCommand implements Callable<Integer> {
  private final Map<String, String> environment;
  private final InstantSource clock;

  @Mixin private Settings settings;

  @Option(
      names = "--age",
      paramLabel = "DURATION",
      defaultValue = "P1D",
      description =
          "How old something must be to be called left over, PT1H or more; ${DEFAULT-VALUE} by"
              + " default.")
  private Duration age;

  @Option(
      names = "--remove",
      description =
          "Removes what is left over. Refused where the database knows of no file at all: then it"
              + " is most likely the wrong one.")
  private boolean remove;

  @Spec private CommandSpec spec;

  FilesCommand(Map<String, String> environment, InstantSource clock) {
    this.environment = environment;
    this.clock = clock;
  }

  @Override
  public Integer call() {
    if (age.compareTo(Inventory.SAFE_AGE) < 0) {
      throw new ParameterException(spec.commandLine(), "--age must be PT1H or more");
    }
    Configuration configuration = configuration();
    Path data = configuration.dataFolder();
    Foundation.Place place = place(configuration.database(), data);
    try (Foundation foundation = Foundation.open(place, clock);
        FileRoom.Opened files =
            FileRoom.inventory(foundation, data, StorageSettings.of(configuration))) {
      return look(files.inventory());
    } catch (IllegalStateException | IllegalArgumentException | StorageException e) {
      throw new CommandFailedException(String.valueOf(e.getMessage()), e);
    }
  }

  private Configuration configuration() {
    try {
      return settings.read(environment);
    } catch (ConfigurationException e) {
      throw new ParameterException(
          spec.commandLine(), "the settings cannot be read: " + e.getMessage(), e);
    }
  }

  private Foundation.Place place(Configuration.Database database, @Nullable Path data) {
    String url = database.url();
    if (url != null) {
      String user = database.user();
      Secret password = database.password();
      return new Foundation.Place.Postgres(
          url, user == null ? "" : user, password == null ? "" : password.value());
    }
    if (data == null) {
      throw new ParameterException(
          spec.commandLine(), "nothing is kept without data.folder or database.url");
    }
    return new Foundation.Place.Folder(data);
  }

  private int look(Inventory inventory) {
    Inventory.Report report = inventory.look(age);
    PrintWriter out = spec.commandLine().getOut();
    out.printf("%d stored, %d known%n", report.blobs(), report.used());
    out.printf(
        "%d left over, %d bytes; %d more are younger than %s%n",
        report.orphanCount(), report.orphanBytes(), report.young(), age);
    report.orphans().forEach(blob -> out.println("left over " + blob.key()));
    out.printf("%d missing%n", report.missingCount());
    report
        .missing()
        .forEach(
            one ->
                out.println(
                    "missing " + one.blob() + " of " + one.of() + ", files " + one.files()));
    boolean removed = remove && remove(inventory, report, out);
    out.flush();
    boolean orphans = report.orphanCount() > 0 && !removed;
    return orphans || report.missingCount() > 0 ? Ktizo.FAILED : Ktizo.DONE;
  }

  /** Whether everything that is left over has gone. */
  private boolean remove(Inventory inventory, Inventory.Report report, PrintWriter out) {
    if (report.isSuspicious()) {
      throw new CommandFailedException(
          "the database knows of no file, so nothing was removed; is it the right one?");
    }
    long removed = inventory.remove(report);
    out.println(removed + " removed");
    return removed == report.orphanCount();
  }
}

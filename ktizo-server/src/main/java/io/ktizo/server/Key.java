package io.ktizo.server;

import io.ktizo.server.config.KeyFile;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes keys, and rotates them. */
@Command(
    name = "key",
    description = {
      "Makes a key of 256 bits in a file that only its owner may read, for a setting such as"
          + " secrets.pepper-file.",
      "",
      "If the file holds keys already, the new one comes first and is used from the next start on;"
          + " the others stay, to read what was made with them."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Ktizo.Version.class,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:Done.",
      "1:The file cannot be written, or holds something else than keys.",
      "2:It was called wrongly."
    })
@SuppressWarnings("NullAway.Init") // the library fills in the fields before call()
final class Key implements Callable<Integer> {
  private final InstantSource clock;

  @Parameters(paramLabel = "FILE", description = "File of keys; made if it is not there.")
  private Path file;

  @Spec private CommandSpec spec;

  Key(InstantSource clock) {
    this.clock = clock;
  }

  @Override
  public Integer call() {
    try {
      String id = KeyFile.add(file, new SecureRandom(), clock.instant());
      spec.commandLine().getOut().println("key " + id + " is the one in use in " + file);
      spec.commandLine().getOut().flush();
      return Ktizo.DONE;
    } catch (IOException | IllegalArgumentException e) {
      throw new CommandFailedException(
          "no key was made in "
              + file
              + ": "
              + (e instanceof IOException ? "the file cannot be written" : e.getMessage()),
          e);
    }
  }
}

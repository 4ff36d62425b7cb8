package io.ktizo.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.ktizo.storage.StoreKey;
import io.ktizo.storage.directory.DirectoryStore;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Store and database compared by the operator. */
class FilesCommandTest {
  @TempDir Path folder;

  private record Run(int code, String out, String err) {}

  private Run run(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine command =
        new CommandLine(
                new FilesCommand(Map.of("KTIZO_DATA_FOLDER", folder.toString()), Instant::now))
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err))
            .setExecutionExceptionHandler(
                (failure, commandLine, parsed) -> {
                  err.append(failure.getMessage());
                  return Ktizo.FAILED;
                });
    return new Run(command.execute(arguments), out.toString(), err.toString());
  }

  @Test
  void what_is_left_over_is_told_and_removed_when_it_is_asked_for() throws IOException {
    keepAFile();
    leaveOver("piece-left");
    assertThat(run("--age", "PT59M").code()).as("too young to be sure").isEqualTo(2);

    Run told = run();
    assertThat(told.code()).as(told.err()).isEqualTo(Ktizo.FAILED);
    assertThat(told.out())
        .contains("2 stored, 1 known", "1 left over, 3 bytes", "left over piece-left", "0 missing");

    assertThat(run("--remove").code()).isEqualTo(Ktizo.DONE);
    assertThat(run().out()).contains("1 stored, 1 known", "0 left over");
  }

  @Test
  void nothing_is_removed_for_a_database_that_knows_of_no_file() throws IOException {
    leaveOver("piece-of-another-database");

    Run refused = run("--remove");

    assertThat(refused.code()).isEqualTo(Ktizo.FAILED);
    assertThat(refused.err()).contains("is it the right one?");
    assertThat(
            DirectoryStore.open(folder.resolve("files"))
                .exists(new StoreKey("piece-of-another-database")))
        .isTrue();
  }

  @Test
  void what_is_missing_is_told_with_its_file() throws IOException {
    keepAFile();
    try (Stream<Path> blobs = Files.walk(folder.resolve("files/blobs"))) {
      for (Path blob : blobs.filter(Files::isRegularFile).toList()) {
        Files.delete(blob);
      }
    }

    Run told = run("--remove");

    assertThat(told.code()).isEqualTo(Ktizo.FAILED);
    assertThat(told.out()).contains("1 missing", "files [file_");
  }

  private void keepAFile() {
    try (TestServer server = TestServer.in(folder)) {
      TestPerson anna = TestPerson.in(server.database(), "anna");
      TestFiles.upload(server, anna, StlFiles.cube(20));
    }
  }

  private void leaveOver(String name) throws IOException {
    DirectoryStore.open(folder.resolve("files"))
        .put(new StoreKey(name), out -> out.write(new byte[3]));
    try (Stream<Path> blobs = Files.walk(folder.resolve("files/blobs"))) {
      Path blob =
          blobs.filter(one -> one.getFileName().toString().equals(name)).findAny().orElseThrow();
      Files.setLastModifiedTime(blob, FileTime.from(Instant.now().minus(Duration.ofDays(2))));
    }
  }
}

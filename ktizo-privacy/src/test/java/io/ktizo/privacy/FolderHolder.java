package io.ktizo.privacy;

import io.ktizo.privacy.datamap.Category;
import io.ktizo.privacy.holder.PersonalDataHolder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Files in a folder, found by names that a column of the database holds. Notes every call. */
final class FolderHolder implements PersonalDataHolder {
  private final String name;
  private final Path folder;
  private final String needs;

  FolderHolder(String name, Path folder, String needs) {
    this.name = name;
    this.folder = folder;
    this.needs = needs;
  }

  @Override
  public Description describe() {
    return new Description(
        name,
        "Your files",
        List.of(new Kind("file", "A file", Category.FILE, List.of(), List.of(), null, "subject")),
        List.of(needs),
        null);
  }

  @Override
  public void export(Request request, Items items) throws IOException {
    for (String file : request.values(needs)) {
      try (InputStream content = Files.newInputStream(folder.resolve(file))) {
        items.file("file", file, content);
      }
    }
  }

  @Override
  public Outcome erase(Request request) throws IOException {
    Path calls = folder.resolve("calls." + name);
    Files.writeString(
        calls,
        request.idempotencyKey() + "\n",
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
    // The count is noted before the first file goes: a second call has to give the same answer.
    Path noted = folder.resolve(request.idempotencyKey().replace('/', '_') + ".count");
    if (!Files.exists(noted)) {
      long there =
          request.values(needs).stream().filter(one -> Files.exists(folder.resolve(one))).count();
      Files.writeString(noted, Long.toString(there));
    }
    for (String file : request.values(needs)) {
      Files.deleteIfExists(folder.resolve(file));
    }
    return new Erased(Map.of("file", Long.parseLong(Files.readString(noted))));
  }

  @Override
  public Finding verify(Request request) {
    List<String> left =
        request.values(needs).stream().filter(one -> Files.exists(folder.resolve(one))).toList();
    return left.isEmpty() ? new Nothing() : new Remains(List.of(left.size() + " files"));
  }

  @Override
  public Optional<String> search(Contents contents) throws IOException {
    try (DirectoryStream<Path> pictures = Files.newDirectoryStream(folder, "*.png")) {
      for (Path picture : pictures) {
        try (InputStream content = Files.newInputStream(picture)) {
          contents.file("file", content);
        }
      }
    }
    return Optional.empty();
  }

  /** The idempotency keys of all calls to erase, in order. */
  static List<String> calls(Path folder, String name) throws IOException {
    Path calls = folder.resolve("calls." + name);
    return Files.exists(calls) ? Files.readAllLines(calls) : List.of();
  }
}

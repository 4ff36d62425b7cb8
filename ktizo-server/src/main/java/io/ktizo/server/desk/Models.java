package io.ktizo.server.desk;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import javax.sql.DataSource;

/**
 * Uploaded models: a row each, the file as it was sent and its picture, both named by the id alone.
 *
 * <p>A file appears in its place whole or not at all, and before its row; a row goes before its
 * files. What a crash leaves over is therefore a file without a row, and {@link #tidy} removes it.
 */
public final class Models {
  private static final Pattern FILE_NAME = Pattern.compile("([0-9a-f-]{36})\\.(model|png)");

  private final Path files;
  private final Path incoming;
  private final Records records;

  private Models(Path files, Path incoming, Records records) {
    this.files = files;
    this.incoming = incoming;
    this.records = records;
  }

  /**
   * Opens the store and removes what an earlier process left half done. One process owns a folder:
   * the lock of the database in it sees to that.
   *
   * @param folder where files are kept; made if it is not there
   */
  public static Models in(Path folder, DataSource database) {
    try {
      Path files = Files.createDirectories(folder.resolve("models"));
      Path incoming = Files.createDirectories(folder.resolve("incoming"));
      Models models = new Models(files, incoming, new Records(database));
      try (DirectoryStream<Path> parts = Files.newDirectoryStream(incoming)) {
        for (Path part : parts) {
          Files.deleteIfExists(part);
        }
      }
      models.removeOrphans();
      return models;
    } catch (IOException e) {
      throw new DeskException("the folder for models could not be opened", e);
    }
  }

  /** The model with this id, if it is still kept. */
  public Optional<UploadedModel> find(DeskId id) {
    return records.model(id);
  }

  /** The file as it was sent. It may vanish at any moment when its time is over. */
  public Path file(DeskId id) {
    return files.resolve(id.uuid() + ".model");
  }

  /** The picture of the model, a PNG. As {@link #file}. */
  public Path picture(DeskId id) {
    return files.resolve(id.uuid() + ".png");
  }

  /** A place for bytes that are not a model yet. */
  Path newPart(DeskId id) {
    return incoming.resolve(id.uuid() + ".part");
  }

  /** How many bytes the disk has left for the files. */
  long usableBytes() {
    try {
      return Files.getFileStore(files).getUsableSpace();
    } catch (IOException e) {
      throw new DeskException("the disk did not answer", e);
    }
  }

  /** Moves a part into its place and remembers it. If that fails, nothing is left behind. */
  void keep(UploadedModel model, Path part, byte[] picture) {
    Path file = file(model.id());
    Path image = picture(model.id());
    boolean kept = false;
    try {
      Path imagePart = incoming.resolve(model.id().uuid() + ".png.part");
      try {
        Files.write(imagePart, picture);
        Files.move(imagePart, image, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(imagePart);
      }
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
      records.add(model);
      kept = true;
    } catch (IOException e) {
      throw new DeskException("a model could not be stored", e);
    } finally {
      if (!kept) {
        removeFiles(model.id());
      }
    }
  }

  /** Removes what is beyond the limits, oldest first. Returns how many models went. */
  public int tidy(Retention retention, Instant now) {
    List<Records.Kept> kept = records.modelsByAge();
    long bytes = kept.stream().mapToLong(Records.Kept::bytes).sum();
    int count = kept.size();
    int removed = 0;
    for (Records.Kept model : kept) {
      boolean old = !now.isBefore(model.received().plus(retention.age()));
      if (!old && count <= retention.models() && bytes <= retention.bytes()) {
        break;
      }
      records.remove(model.id());
      removeFiles(model.id());
      count--;
      bytes -= model.bytes();
      removed++;
    }
    return removed;
  }

  private void removeFiles(DeskId id) {
    try {
      Files.deleteIfExists(file(id));
      Files.deleteIfExists(picture(id));
    } catch (IOException e) {
      throw new DeskException("a model's files could not be removed", e);
    }
  }

  private void removeOrphans() throws IOException {
    Set<UUID> known = records.modelIds();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(files)) {
      for (Path file : all) {
        var name = FILE_NAME.matcher(String.valueOf(file.getFileName()));
        // Files that are not ours are left alone.
        if (name.matches() && !known.contains(UUID.fromString(name.group(1)))) {
          Files.deleteIfExists(file);
        }
      }
    }
  }
}

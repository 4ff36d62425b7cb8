package io.ktizo.privacy.export;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.ktizo.privacy.Subject;
import io.ktizo.privacy.UnknownSubjectKindException;
import io.ktizo.privacy.datamap.SubjectKind;
import io.ktizo.privacy.export.SealedOutput.Disk;
import io.ktizo.privacy.holder.Application;
import io.ktizo.privacy.store.Vault;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * A shelf of archives in a folder: made to the end however often the process is killed, encrypted
 * until they are fetched, deleted when their time is over.
 *
 * <p>Each archive has a folder of its own. Everything in it is sealed with keys derived from the
 * host's secret ({@link Sealing}); whoever reads the disk learns how large archives are, and no
 * more. Some megabytes apart the state of the work is kept, after everything before it was made
 * durable; {@link #resume()} goes on from there, and the archive comes to equal one that was never
 * interrupted as long as the data did not change meanwhile. Rows that did change appear as they are
 * when they are read; none appears twice.
 *
 * <p>Several threads and instances may share a folder on one machine or on a file system with
 * working locks; one archive is made by one of them at a time.
 */
public final class Exports {
  private static final String USE = "export archive";
  private static final String STATE = "state";
  private static final String LOCK = "lock";
  private static final Pattern ID = Pattern.compile("[0-9a-f]{32}");
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private final Application application;
  private final Path folder;
  private final Duration keep;
  private final ExportSettings settings;
  private final Measure measure;
  private final Disk disk;
  private final SecureRandom random = new SecureRandom();

  /**
   * Nothing is touched.
   *
   * @param folder where archives lie; made when it is needed
   * @param keep how long an archive may be fetched, from when it was begun
   * @throws io.ktizo.privacy.StepFailedException if the host lends no secrets
   */
  public Exports(Application application, Path folder, Duration keep, ExportSettings settings) {
    this(application, folder, keep, settings, Measure.USUAL, Disk.LOCAL);
  }

  Exports(
      Application application,
      Path folder,
      Duration keep,
      ExportSettings settings,
      Measure measure,
      Disk disk) {
    application.needVault("keep exports");
    if (keep.isNegative() || keep.isZero()) {
      throw new IllegalArgumentException("an archive is kept for some time: " + keep);
    }
    this.application = application;
    this.folder = folder;
    this.keep = keep;
    this.settings = settings;
    this.measure = measure;
    this.disk = disk;
  }

  /**
   * What is written about an archive, sealed.
   *
   * @param state where it was left; {@code null} before the first checkpoint and when it is
   *     finished
   */
  private record Card(
      String kind,
      String key,
      Scope scope,
      String madeAt,
      String expiresAt,
      @Nullable State state,
      @Nullable Exported exported) {}

  /**
   * Puts an archive on the shelf that {@link #resume()} will make: for a request that is answered
   * later.
   *
   * @return its id
   * @throws ArchiveNotWrittenException if the disk refuses
   */
  public String begin(Subject subject, Scope scope) {
    if (application.map().subject(subject.kind()).isEmpty()) {
      throw new UnknownSubjectKindException(
          subject.kind(), application.map().subjects().stream().map(SubjectKind::name).toList());
    }
    byte[] name = new byte[16];
    random.nextBytes(name);
    String id = HexFormat.of().formatHex(name);
    Instant now = application.clock().instant();
    try {
      makePrivate(folder);
      makePrivate(folder.resolve(id));
      write(
          id,
          new Card(
              subject.kind(),
              subject.key(),
              scope,
              now.toString(),
              now.plus(keep).toString(),
              null,
              null));
    } catch (IOException refused) {
      throw new ArchiveNotWrittenException(refused);
    }
    return id;
  }

  /**
   * Makes an archive to its end.
   *
   * @throws ArchiveNotWrittenException if the disk refuses; the archive can be resumed
   * @throws io.ktizo.privacy.StepFailedException if the database or a holder refuses; likewise
   */
  public Kept make(Subject subject, Scope scope) {
    return resume(begin(subject, scope));
  }

  /**
   * Goes on with an archive that was begun; a finished one stays as it is.
   *
   * @throws UnknownArchiveException if there is none, or its time is over
   * @throws ArchiveBusyException if somebody else makes it just now
   */
  public Kept resume(String id) {
    card(id);
    try (FileChannel channel =
            FileChannel.open(
                at(id).resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = lock(channel, id)) {
      Card card = card(id);
      return lock.isValid() && card.exported() == null ? finish(id, card) : kept(id, card);
    } catch (IOException refused) {
      throw new ArchiveNotWrittenException(refused);
    }
  }

  /**
   * Goes on with every archive that was begun, is not finished, and is not being made by somebody
   * else: to be called after a start, and whenever an archive failed.
   *
   * @return those that are finished now
   */
  public List<Kept> resume() {
    List<Kept> finished = new ArrayList<>();
    for (Kept one : list()) {
      if (!one.ready()) {
        try {
          finished.add(resume(one.id()));
        } catch (ArchiveBusyException | UnknownArchiveException othersWork) {
          System.getLogger(Exports.class.getName())
              .log(System.Logger.Level.DEBUG, othersWork.getMessage());
        }
      }
    }
    return List.copyOf(finished);
  }

  /** Every archive whose time is not over. */
  public List<Kept> list() {
    Instant now = application.clock().instant();
    List<Kept> found = new ArrayList<>();
    for (String id : ids()) {
      find(id).filter(one -> one.expiresAt().isAfter(now)).ifPresent(found::add);
    }
    return List.copyOf(found);
  }

  /**
   * Hands over an archive, decrypted. It stays until it expires or is withdrawn.
   *
   * @throws UnknownArchiveException if there is none, or its time is over
   * @throws ArchiveNotReadyException if it is not finished
   * @throws UnreadableArchiveException if it was altered or cut off on the disk; what has been
   *     handed over by then is no complete archive
   * @throws IOException if it cannot be read, or {@code out} does not take it
   */
  public void fetch(String id, OutputStream out) throws IOException {
    if (card(id).exported() == null) {
      throw new ArchiveNotReadyException(id);
    }
    try (InputStream archive = SealedInput.open(Workbench.archive(at(id)), keys())) {
      archive.transferTo(out);
    }
  }

  /** Deletes an archive at once; one that is gone already stays gone. */
  public void withdraw(String id) {
    Path one = at(id);
    if (Files.isDirectory(one)) {
      try {
        Workbench.delete(one);
      } catch (IOException refused) {
        throw new ArchiveNotWrittenException(refused);
      }
    }
  }

  /**
   * Deletes every archive of a person: what lies on the shelf must not outlive its subject.
   *
   * @return how many there were
   */
  public int withdraw(Subject subject) {
    int count = 0;
    for (String id : ids()) {
      if (find(id).filter(one -> one.subject().equals(subject)).isPresent()) {
        withdraw(id);
        count++;
      }
    }
    return count;
  }

  /**
   * Deletes the archives whose time is over, finished or not: to be called now and then.
   *
   * @return how many there were
   */
  public int expire() {
    Instant now = application.clock().instant();
    int count = 0;
    for (String id : ids()) {
      if (find(id).filter(one -> !one.expiresAt().isAfter(now)).isPresent()) {
        withdraw(id);
        count++;
      }
    }
    return count;
  }

  private Kept finish(String id, Card card) throws IOException {
    Path one = at(id);
    Workbench.Keeper keeper = state -> write(id, with(card, state, null));
    Exported exported;
    try (Workbench bench = Workbench.keeping(one, disk, keys(), random, keeper, card.state())) {
      exported =
          new Exporter(
                  application,
                  new Subject(card.kind(), card.key()),
                  card.scope(),
                  settings,
                  Instant.parse(card.madeAt()),
                  id,
                  measure,
                  bench,
                  card.state())
              .run();
    }
    Card done = with(card, null, exported);
    write(id, done);
    Workbench.tidy(one);
    return kept(id, done);
  }

  private static Card with(Card card, @Nullable State state, @Nullable Exported exported) {
    return new Card(
        card.kind(), card.key(), card.scope(), card.madeAt(), card.expiresAt(), state, exported);
  }

  private static Kept kept(String id, Card card) {
    return new Kept(
        id,
        new Subject(card.kind(), card.key()),
        card.scope(),
        Instant.parse(card.madeAt()),
        Instant.parse(card.expiresAt()),
        card.exported());
  }

  private Optional<Kept> find(String id) {
    try {
      return Optional.of(kept(id, read(id)));
    } catch (NoSuchFileException withdrawn) {
      return Optional.empty();
    } catch (IOException refused) {
      throw new UncheckedIOException(refused);
    }
  }

  private Card card(String id) {
    try {
      Card card = read(id);
      if (!Instant.parse(card.expiresAt()).isAfter(application.clock().instant())) {
        throw new UnknownArchiveException(id);
      }
      return card;
    } catch (NoSuchFileException none) {
      throw new UnknownArchiveException(id);
    } catch (IOException refused) {
      throw new UncheckedIOException(refused);
    }
  }

  private Card read(String id) throws IOException {
    byte[] sealed = Files.readAllBytes(at(id).resolve(STATE));
    try {
      return MAPPER.readValue(vault().open(USE, id, sealed), Card.class);
    } catch (IllegalArgumentException broken) {
      throw new UnreadableArchiveException(
          "the state of archive " + id + " was altered, or sealed with a secret that is gone");
    }
  }

  private void write(String id, Card card) throws IOException {
    Path next = at(id).resolve(STATE + ".new");
    byte[] sealed = vault().seal(USE, id, MAPPER.writeValueAsBytes(card));
    try (FileChannel channel = disk.create(next)) {
      java.nio.ByteBuffer bytes = java.nio.ByteBuffer.wrap(sealed);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    Path state = at(id).resolve(STATE);
    try {
      Files.move(next, state, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException plain) {
      Files.move(next, state, StandardCopyOption.REPLACE_EXISTING);
    }
    disk.keepNames(at(id));
  }

  private static boolean posix(Path path) {
    return path.getFileSystem().supportedFileAttributeViews().contains("posix");
  }

  private List<String> ids() {
    List<String> ids = new ArrayList<>();
    if (Files.isDirectory(folder)) {
      try (DirectoryStream<Path> all = Files.newDirectoryStream(folder)) {
        for (Path one : all) {
          String name = one.getFileName().toString();
          if (ID.matcher(name).matches()) {
            ids.add(name);
          }
        }
      } catch (IOException refused) {
        throw new UncheckedIOException(refused);
      }
    }
    ids.sort(null);
    return ids;
  }

  private Path at(String id) {
    if (!ID.matcher(id).matches()) {
      throw new UnknownArchiveException("of this name");
    }
    return folder.resolve(id);
  }

  private static FileLock lock(FileChannel channel, String id) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      if (lock == null) {
        throw new ArchiveBusyException(id);
      }
      return lock;
    } catch (OverlappingFileLockException sameProcess) {
      throw new ArchiveBusyException(id);
    }
  }

  private static void makePrivate(Path path) throws IOException {
    if (Files.isDirectory(path)) {
      return;
    }
    if (posix(path)) {
      Files.createDirectories(
          path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } else {
      Files.createDirectories(path);
    }
  }

  private Vault vault() {
    return application.needVault("keep exports");
  }

  private List<SecretKey> keys() {
    Vault vault = vault();
    return vault.ids().stream()
        .<SecretKey>map(id -> new SecretKeySpec(vault.derive(id, USE), "AES"))
        .toList();
  }
}

package io.ktizo.storage.holder;

import io.ktizo.privacy.Subject;
import io.ktizo.privacy.datamap.Category;
import io.ktizo.privacy.datamap.LegalBasis;
import io.ktizo.privacy.datamap.Purpose;
import io.ktizo.privacy.datamap.Recipient;
import io.ktizo.privacy.datamap.Retention;
import io.ktizo.privacy.holder.PersonalDataHolder;
import io.ktizo.storage.ByteRange;
import io.ktizo.storage.Catalogue;
import io.ktizo.storage.ContentId;
import io.ktizo.storage.Disclosure;
import io.ktizo.storage.FileId;
import io.ktizo.storage.Garbage;
import io.ktizo.storage.Owner;
import io.ktizo.storage.StorageException;
import io.ktizo.storage.StoreKey;
import io.ktizo.storage.StoredFile;
import io.ktizo.storage.Upload;
import io.ktizo.storage.UploadId;
import io.ktizo.storage.Vault;
import io.ktizo.storage.access.FileAccess;
import io.ktizo.storage.access.Opening;
import io.ktizo.storage.access.ShopGrounds;
import io.ktizo.storage.access.Viewer;
import java.io.IOException;
import java.io.InputStream;
import java.time.InstantSource;
import java.time.Period;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A person's files, for export and erasure.
 *
 * <p>Erasing destroys the rows, then the person's keys, then the bytes. Without the keys every copy
 * of the bytes is unreadable, those in backups included, as far as the wrapped keys were kept out
 * of these. Looking afterwards counts rows and keys by queries that erasing does not use.
 */
public final class StoredFilesHolder implements PersonalDataHolder {
  private static final String FILE = "file";
  private static final String UPLOAD = "upload";
  private static final String DISCLOSURE = "disclosure";
  private static final int PAGE = 100;

  private final Vault vault;
  private final Catalogue catalogue;
  private final Garbage garbage;
  private final FileAccess access;
  private final Function<Subject, Optional<Owner>> owners;

  /**
   * Over a vault and the catalogue of what is in it.
   *
   * @param owners finds the owner that a person is; nothing for kinds of people who own no files
   */
  public StoredFilesHolder(
      Vault vault,
      Catalogue catalogue,
      InstantSource clock,
      Function<Subject, Optional<Owner>> owners) {
    this.vault = vault;
    this.catalogue = catalogue;
    this.garbage = new Garbage(vault, catalogue, clock);
    this.access = new FileAccess(vault, catalogue, ShopGrounds.NONE, clock);
    this.owners = owners;
  }

  @Override
  public Description describe() {
    Purpose fulfilment =
        new Purpose("fulfilment", "Quoting and printing what you sent us", LegalBasis.CONTRACT);
    Purpose transparency =
        new Purpose(
            "transparency", "Telling you who has seen your files", LegalBasis.LEGAL_OBLIGATION);
    Retention file =
        new Retention(
            "file",
            Period.ofDays(30),
            Retention.From.ROW,
            "own rule: files that are not ordered go after 30 days",
            false);
    Retention upload =
        new Retention(
            "upload",
            Period.ofDays(1),
            Retention.From.ROW,
            "own rule: an upload that nobody goes on with for a day is given up",
            false);
    List<Recipient> nobody = List.of();
    return new Description(
        "stored-files",
        "The files that you uploaded",
        List.of(
            new Kind(
                FILE,
                "a file that you uploaded",
                Category.FILE,
                List.of(fulfilment),
                nobody,
                file,
                "subject"),
            new Kind(
                UPLOAD,
                "an upload that is not finished",
                Category.FILE,
                List.of(fulfilment),
                nobody,
                upload,
                "subject"),
            new Kind(
                DISCLOSURE,
                "somebody else opened a file of yours",
                Category.TIMESTAMP,
                List.of(transparency),
                nobody,
                null,
                "observed")),
        List.of(),
        null);
  }

  @Override
  public void export(Request request, Items items) throws IOException {
    Owner owner = owners.apply(request.subject()).orElse(null);
    if (owner == null) {
      return;
    }
    for (StoredFile file : files(owner)) {
      items.record(FILE, describe(file));
      try (InputStream content = open(file, owner)) {
        items.file(FILE, file.name().value(), file.content().length(), content);
      }
    }
    for (Upload upload : catalogue.uploads(owner)) {
      Map<String, @Nullable Object> fields = new LinkedHashMap<>();
      fields.put("id", upload.id().toString());
      fields.put("name", upload.name().value());
      fields.put("bytes", upload.deferred() ? null : upload.length());
      fields.put("received", upload.offset());
      fields.put("begun", upload.created().toString());
      fields.put("expires", upload.expires().toString());
      items.record(UPLOAD, fields);
    }
    for (Disclosure disclosure : catalogue.disclosures(owner)) {
      Map<String, @Nullable Object> fields = new LinkedHashMap<>();
      fields.put("file", disclosure.file().toString());
      fields.put("recipient", disclosure.recipient());
      fields.put("recipientKind", disclosure.kind().name());
      fields.put("ground", disclosure.ground());
      fields.put("opened", disclosure.at().toString());
      items.record(DISCLOSURE, fields);
    }
  }

  private List<StoredFile> files(Owner owner) {
    List<StoredFile> all = new ArrayList<>();
    FileId last = null;
    List<StoredFile> page;
    do {
      page = catalogue.files(owner, last, PAGE);
      all.addAll(page);
      last = page.isEmpty() ? last : page.get(page.size() - 1).id();
    } while (page.size() == PAGE);
    return all;
  }

  private static Map<String, @Nullable Object> describe(StoredFile file) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("id", file.id().toString());
    fields.put("name", file.name().value());
    fields.put("mediaType", file.content().mediaType());
    fields.put("bytes", file.content().length());
    fields.put("sha256", file.content().sha256().hex());
    fields.put("uploaded", file.created().toString());
    fields.put("kept", file.kept().toString());
    fields.put("expires", file.expires() == null ? null : file.expires().toString());
    return fields;
  }

  private InputStream open(StoredFile file, Owner owner) throws IOException {
    return switch (access.open(file.id(), new Viewer.Customer(owner), ByteRange.ALL)) {
      case Opening.Opened opened -> opened.content();
      case Opening.Refused refused -> throw new IOException("refused: " + file.id());
      case Opening.Missing missing -> throw new IOException("gone meanwhile: " + file.id());
    };
  }

  @Override
  public Outcome erase(Request request) throws IOException {
    Owner owner = owners.apply(request.subject()).orElse(null);
    if (owner == null) {
      return new Erased(Map.of());
    }
    long files = files(owner).size();
    long uploads = catalogue.uploads(owner).size();
    long disclosures = catalogue.disclosures(owner).size();
    try {
      catalogue.erase(owner);
      vault.destroyKeys(owner);
      garbage.collect();
    } catch (StorageException e) {
      throw new IOException("a store could not be reached", e);
    }
    return new Erased(Map.of(FILE, files, UPLOAD, uploads, DISCLOSURE, disclosures));
  }

  @Override
  public Finding verify(Request request) {
    Owner owner = owners.apply(request.subject()).orElse(null);
    if (owner == null) {
      return new Nothing();
    }
    List<String> places = new ArrayList<>();
    long rows = catalogue.rowsAbout(owner);
    if (rows > 0) {
      places.add(rows + " rows of the file catalogue");
    }
    if (vault.hasKeys(owner)) {
      places.add("keys of files");
    }
    return places.isEmpty() ? new Nothing() : new Remains(places);
  }

  /** Everybody's files, decrypted. What is derived from them, pictures, holds no text. */
  @Override
  public Optional<String> search(Contents contents) throws IOException {
    boolean unfinished = false;
    StoreKey last = null;
    List<Catalogue.Use> page;
    do {
      page = catalogue.uses(last, PAGE);
      for (Catalogue.Use use : page) {
        if (use.of() instanceof ContentId content) {
          search(content, use.blob(), contents);
        } else {
          unfinished |= use.of() instanceof UploadId;
        }
        last = use.blob();
      }
    } while (page.size() == PAGE);
    return unfinished
        ? Optional.of("uploads that are not finished were not read")
        : Optional.empty();
  }

  /** Once for each content, however many pieces and files it has: when its first piece comes by. */
  private void search(ContentId content, StoreKey blob, Contents contents) throws IOException {
    Optional<StoredFile> file =
        catalogue.files(content).stream()
            .flatMap(id -> catalogue.file(id).stream())
            .findFirst()
            .filter(found -> found.content().pieces().get(0).blob().equals(blob));
    if (file.isPresent()) {
      try (InputStream stream = open(file.get(), file.get().owner())) {
        contents.file(FILE, stream);
      }
    }
  }
}

package io.ktizo.storage.upload;

import io.ktizo.core.id.IdGenerator;
import io.ktizo.storage.BlobMissingException;
import io.ktizo.storage.Catalogue;
import io.ktizo.storage.ContentChannel;
import io.ktizo.storage.ContentId;
import io.ktizo.storage.DamagedFileException;
import io.ktizo.storage.FileId;
import io.ktizo.storage.KeyDestroyedException;
import io.ktizo.storage.Piece;
import io.ktizo.storage.Sha256;
import io.ktizo.storage.StorageException;
import io.ktizo.storage.StoreKey;
import io.ktizo.storage.StoreUnavailableException;
import io.ktizo.storage.StoredFile;
import io.ktizo.storage.Upload;
import io.ktizo.storage.UploadId;
import io.ktizo.storage.Vault;
import io.ktizo.storage.detect.FileType;
import io.ktizo.storage.scan.Scanner;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Looks at a complete upload, and keeps or refuses it. */
final class Judging {
  private static final System.Logger LOG = System.getLogger(Judging.class.getName());
  private static final Duration ANNOUNCED = Duration.ofHours(1);
  private static final int BUFFER = 1 << 16;

  private final Vault vault;
  private final Catalogue catalogue;
  private final Uploading.Rules rules;
  private final IdGenerator ids;

  Judging(Vault vault, Catalogue catalogue, Uploading.Rules rules, IdGenerator ids) {
    this.vault = vault;
    this.catalogue = catalogue;
    this.rules = rules;
    this.ids = ids;
  }

  Outcome judge(UploadId id, Optional<Sha256> known) {
    UUID worker = ids.next();
    Instant now = rules.clock().instant();
    Optional<Upload> claimed = catalogue.claim(id, worker, now, now.plus(rules.limits().judging()));
    if (claimed.isEmpty()) {
      return catalogue.upload(id).map(this::unclaimable).orElseGet(Outcome.Unknown::new);
    }
    Upload upload = claimed.get();
    try {
      return judge(upload, worker, known);
    } catch (DamagedFileException | BlobMissingException | KeyDestroyedException e) {
      LOG.log(System.Logger.Level.WARNING, "{0} cannot be read back: {1}", id, e.getMessage());
      return refuse(upload, worker, new Refusal(Refusal.Code.DAMAGED, ""));
    } catch (RuntimeException | Error e) {
      unclaim(id, worker, e);
      throw e;
    }
  }

  private Outcome unclaimable(Upload upload) {
    return switch (upload.state()) {
      case RECEIVING -> new Outcome.Incomplete(Reception.End.BODY_ENDED);
      case RECEIVED -> new Outcome.BeingJudged();
      case KEPT -> kept(upload);
      case REFUSED -> new Outcome.Refused(refusal(upload));
    };
  }

  Outcome kept(Upload upload) {
    return upload
        .fileIfKept()
        .flatMap(catalogue::file)
        .<Outcome>map(Outcome.Kept::new)
        .orElseGet(Outcome.Unknown::new);
  }

  static Refusal refusal(Upload upload) {
    String text = upload.refusal();
    return text == null ? new Refusal(Refusal.Code.DAMAGED, "") : Refusal.parse(text);
  }

  private void unclaim(UploadId id, UUID worker, Throwable reason) {
    try {
      catalogue.unclaim(id, worker);
    } catch (RuntimeException alsoFailed) {
      // The claim ends by itself.
      reason.addSuppressed(alsoFailed);
    }
  }

  private Outcome judge(Upload upload, UUID worker, Optional<Sha256> known) {
    try (ContentChannel content = open(upload)) {
      FileType type = rules.detection().detect(content);
      if (!rules.accepted().test(type)) {
        return refuse(
            upload, worker, new Refusal(Refusal.Code.TYPE_NOT_ACCEPTED, type.mediaType()));
      }
      Reading reading = read(content, known);
      Set<StoredFile.Finding> findings = EnumSet.noneOf(StoredFile.Finding.class);
      if (!type.agreesWith(upload.name().value())) {
        findings.add(StoredFile.Finding.NAME_DISAGREES);
      }
      switch (reading.verdict()) {
        case Scanner.Verdict.Clean clean -> {}
        case Scanner.Verdict.Infected infected -> {
          return refuse(upload, worker, new Refusal(Refusal.Code.INFECTED, infected.signature()));
        }
        case Scanner.Verdict.Unavailable unavailable -> {
          LOG.log(
              System.Logger.Level.WARNING,
              "no scan of {0}: {1}",
              upload.id(),
              unavailable.reason());
          if (rules.whenUnscanned() == Uploading.WhenUnscanned.HOLD) {
            catalogue.unclaim(upload.id(), worker);
            return new Outcome.Held();
          }
          findings.add(StoredFile.Finding.NOT_SCANNED);
        }
      }
      return keep(upload, worker, type, reading.hash(), findings, content);
    } catch (IOException e) {
      throw new StoreUnavailableException(upload.id() + " cannot be read back", e);
    }
  }

  private ContentChannel open(Upload upload) {
    ContentChannel.Joining joining = new ContentChannel.Joining(vault);
    for (UploadId id : upload.parts()) {
      Upload part =
          catalogue
              .upload(id)
              .orElseThrow(() -> new DamagedFileException("a part is gone: " + id, null));
      joining.add(part.key(), part.pieces());
    }
    return joining.add(upload.key(), upload.pieces()).open();
  }

  private record Reading(Sha256 hash, Scanner.Verdict verdict) {}

  private Reading read(ContentChannel content, Optional<Sha256> known) throws IOException {
    Optional<Scanner> scanner = rules.scanner();
    if (scanner.isEmpty() && known.isPresent()) {
      return new Reading(known.get(), new Scanner.Verdict.Clean());
    }
    MessageDigest digest = Sha256.digest();
    content.position(0);
    InputStream in = new DigestInputStream(Channels.newInputStream(content), digest);
    Scanner.Verdict verdict =
        scanner.isPresent() ? scanner.get().scan(in, content.size()) : new Scanner.Verdict.Clean();
    byte[] buffer = new byte[BUFFER];
    while (in.read(buffer) >= 0) {
      // What the scanner did not want to see is hashed all the same.
    }
    return new Reading(Sha256.of(digest), verdict);
  }

  private Outcome keep(
      Upload upload,
      UUID worker,
      FileType type,
      Sha256 hash,
      Set<StoredFile.Finding> findings,
      ContentChannel content)
      throws IOException {
    boolean anew =
        upload.kind() == Upload.Kind.JOINED || upload.pieces().size() > rules.limits().mostPieces();
    List<Piece> pieces = anew ? writeAnew(upload, content, hash) : upload.pieces();
    Instant now = rules.clock().instant();
    StoredFile file =
        new StoredFile(
            FileId.FORM.next(ids),
            upload.owner(),
            upload.name(),
            new StoredFile.Content(
                ContentId.FORM.next(ids),
                type.mediaType(),
                content.size(),
                hash,
                upload.key(),
                pieces),
            findings,
            upload.created(),
            now,
            rules.retention().map(now::plus).orElse(null));
    return catalogue
        .keep(upload.id(), worker, file)
        .<Outcome>map(Outcome.Kept::new)
        .orElseGet(Outcome.BeingJudged::new);
  }

  private List<Piece> writeAnew(Upload upload, ContentChannel content, Sha256 expected)
      throws IOException {
    if (content.size() == 0) {
      return List.of();
    }
    StoreKey blob = new StoreKey("piece-" + ids.next());
    catalogue.announce(blob, rules.clock().instant().plus(ANNOUNCED));
    MessageDigest digest = Sha256.digest();
    content.position(0);
    InputStream in = new DigestInputStream(Channels.newInputStream(content), digest);
    try {
      vault.put(upload.key(), blob, 0, out -> copy(in, out));
      if (!Sha256.of(digest).equals(expected)) {
        throw new DamagedFileException(upload.id() + " reads differently each time", null);
      }
    } catch (StorageException e) {
      catalogue.withdraw(blob);
      throw e;
    }
    return List.of(new Piece(blob, 0, content.size()));
  }

  private static void copy(InputStream in, OutputStream out) throws IOException {
    byte[] buffer = new byte[BUFFER];
    int read = in.read(buffer);
    while (read >= 0) {
      out.write(buffer, 0, read);
      read = in.read(buffer);
    }
  }

  private Outcome refuse(Upload upload, UUID worker, Refusal reason) {
    return catalogue.refuse(upload.id(), worker, reason.toString())
        ? new Outcome.Refused(reason)
        : new Outcome.BeingJudged();
  }
}

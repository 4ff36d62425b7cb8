package io.ktizo.storage.upload;

import io.ktizo.core.id.IdGenerator;
import io.ktizo.storage.Catalogue;
import io.ktizo.storage.Denial;
import io.ktizo.storage.FileName;
import io.ktizo.storage.Garbage;
import io.ktizo.storage.KeyId;
import io.ktizo.storage.Owner;
import io.ktizo.storage.Quota;
import io.ktizo.storage.Sha256;
import io.ktizo.storage.Upload;
import io.ktizo.storage.UploadId;
import io.ktizo.storage.Vault;
import io.ktizo.storage.detect.FileType;
import io.ktizo.storage.detect.TypeDetection;
import io.ktizo.storage.scan.Scanner;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Takes files in: admit, receive, judge (sniff, scan), keep or refuse.
 *
 * <p>{@link #take} does all of it with one body. With {@link #admit}, {@link #receive} and {@link
 * #judge} an upload can be interrupted and go on, in another process too. {@link #sweep} does what
 * nobody asked for: it judges what a killed process left, and removes what has expired.
 *
 * <p>Nothing is kept in the process: any number of instances over one vault and one catalogue are
 * one. Any number of threads may share it.
 */
public final class Uploading {
  private static final int AT_ONCE = 100;

  private final Vault vault;
  private final Catalogue catalogue;
  private final Rules rules;
  private final IdGenerator ids;
  private final Garbage garbage;
  private final Receiving receiving;
  private final Judging judging;

  /** What happens to files that no scanner could look at. */
  public enum WhenUnscanned {
    /** They wait until one can. Fails closed. */
    HOLD,
    /** They are kept, with a finding. Fails open. */
    KEEP
  }

  /** Everything that can be set. */
  record Rules(
      Function<Owner, Quota> quota,
      UploadLimits limits,
      TypeDetection detection,
      Predicate<FileType> accepted,
      Optional<Scanner> scanner,
      WhenUnscanned whenUnscanned,
      Optional<Duration> retention,
      InstantSource clock) {}

  private Uploading(Vault vault, Catalogue catalogue, Rules rules, IdGenerator ids) {
    this.vault = vault;
    this.catalogue = catalogue;
    this.rules = rules;
    this.ids = ids;
    this.garbage = new Garbage(vault, catalogue, rules.clock());
    this.receiving =
        new Receiving(vault, catalogue, garbage, rules.quota(), rules.limits(), rules.clock(), ids);
    this.judging = new Judging(vault, catalogue, rules, ids);
  }

  /**
   * Begins to set it up.
   *
   * @param vault where the bytes go
   * @param catalogue what remembers them
   * @param ids makes ids that cannot be guessed
   */
  public static Builder builder(Vault vault, Catalogue catalogue, IdGenerator ids) {
    return new Builder(vault, catalogue, ids);
  }

  /** Sets up how files are taken in. Each method may be left out. */
  public static final class Builder {
    private final Vault vault;
    private final Catalogue catalogue;
    private final IdGenerator ids;
    private Function<Owner, Quota> quota = owner -> Quota.DEFAULT;
    private UploadLimits limits = UploadLimits.DEFAULT;
    private TypeDetection detection = TypeDetection.ofModels();
    private Predicate<FileType> accepted = FileType.MODELS::contains;
    private Optional<Scanner> scanner = Optional.empty();
    private WhenUnscanned whenUnscanned = WhenUnscanned.HOLD;
    private Optional<Duration> retention = Optional.of(Duration.ofDays(30));
    private InstantSource clock = InstantSource.system();

    private Builder(Vault vault, Catalogue catalogue, IdGenerator ids) {
      this.vault = vault;
      this.catalogue = catalogue;
      this.ids = ids;
    }

    /** How much each owner may keep and send; {@link Quota#DEFAULT} for all if left out. */
    public Builder quota(Function<Owner, Quota> each) {
      this.quota = each;
      return this;
    }

    /** How uploads are cut and waited for. */
    public Builder limits(UploadLimits all) {
      this.limits = all;
      return this;
    }

    /** What tells types; models only if left out. */
    public Builder detecting(TypeDetection how) {
      this.detection = how;
      return this;
    }

    /** Which types are kept; every model if left out. */
    public Builder accepting(Predicate<FileType> types) {
      this.accepted = types;
      return this;
    }

    /** What looks for malware, and what happens when it cannot; nothing looks if left out. */
    public Builder scanning(Scanner with, WhenUnscanned otherwise) {
      this.scanner = Optional.of(with);
      this.whenUnscanned = otherwise;
      return this;
    }

    /** How long a file is kept that nothing happens to; 30 days if left out. */
    public Builder keepingFor(Duration unordered) {
      this.retention = Optional.of(unordered);
      return this;
    }

    /** Files are kept until somebody deletes them. */
    public Builder keepingForever() {
      this.retention = Optional.empty();
      return this;
    }

    /** What says the time. */
    public Builder clock(InstantSource source) {
      this.clock = source;
      return this;
    }

    /** Done. */
    public Uploading build() {
      return new Uploading(
          vault,
          catalogue,
          new Rules(quota, limits, detection, accepted, scanner, whenUnscanned, retention, clock),
          ids);
    }
  }

  /** The longest file that this owner may send. */
  public long longest(Owner owner) {
    return rules.quota().apply(owner).fileBytes();
  }

  /** Asks whether an upload may begin, and reserves its room. */
  public Admission admit(Intake intake) {
    Instant now = rules.clock().instant();
    Quota quota = rules.quota().apply(intake.owner());
    UploadId id = UploadId.FORM.next(ids);
    KeyId key = KeyId.FORM.next(ids);
    Instant expires = now.plus(rules.limits().expiry());
    Upload upload =
        intake.length().isPresent()
            ? Upload.begin(
                id,
                intake.owner(),
                intake.name(),
                intake.length().getAsLong(),
                intake.kind(),
                key,
                now,
                expires)
            : Upload.beginDeferred(
                id,
                intake.owner(),
                intake.name(),
                quota.fileBytes(),
                intake.kind(),
                key,
                now,
                expires);
    List<Denial> denials = catalogue.admit(upload, quota, now);
    if (!denials.isEmpty()) {
      return new Admission.Denied(denials);
    }
    vault.createKey(upload.key(), upload.owner());
    return new Admission.Admitted(upload);
  }

  /**
   * Makes one upload of several complete parts, in this order. It is complete at once; {@link
   * #judge} it next.
   */
  public Admission join(Owner owner, FileName name, List<UploadId> parts) {
    Instant now = rules.clock().instant();
    Upload upload =
        Upload.joining(
            UploadId.FORM.next(ids),
            owner,
            name,
            parts,
            KeyId.FORM.next(ids),
            now,
            now.plus(rules.limits().expiry()));
    Catalogue.Joining joining = catalogue.join(upload, rules.quota().apply(owner));
    if (joining instanceof Catalogue.Joining.Joined) {
      vault.createKey(upload.key(), owner);
    }
    return switch (joining) {
      case Catalogue.Joining.Joined joined -> new Admission.Admitted(joined.upload());
      case Catalogue.Joining.PartsUnfit unfit -> new Admission.PartsUnfit();
      case Catalogue.Joining.Denied denied -> new Admission.Denied(denied.reasons());
    };
  }

  /**
   * Says how long an upload is that was admitted without a length. Until then it is not complete;
   * said again it changes nothing.
   */
  public Catalogue.Declaration declare(UploadId id, Owner owner, long length) {
    return find(id, owner).isPresent()
        ? catalogue.declare(id, length, rules.quota().apply(owner))
        : new Catalogue.Declaration.Unfit();
  }

  /**
   * Takes bytes in until the body ends, the connection breaks, or the upload is complete. What has
   * come is safe when this returns.
   *
   * @param offset where in the content the body begins
   * @throws io.ktizo.storage.StoreFullException if there is no room; pieces before the last are
   *     safe
   */
  public Reception receive(UploadId id, Owner owner, long offset, Body body) {
    return receiving.receive(id, owner, offset, body);
  }

  /** How an upload stands. Whoever is writing goes on. */
  public Optional<Upload> find(UploadId id, Owner owner) {
    return catalogue.upload(id).filter(upload -> upload.owner().equals(owner));
  }

  /**
   * How an upload stands when somebody wants to go on with it: nobody adds anything to it behind
   * his back from now on.
   */
  public Optional<Upload> resume(UploadId id, Owner owner) {
    return find(id, owner)
        .flatMap(
            upload ->
                upload.state() == Upload.State.RECEIVING
                    ? receiving.takeOver(id, null)
                    : Optional.of(upload));
  }

  /** Judges a complete upload; may be asked again at any time, by anybody, for what came of it. */
  public Outcome judge(UploadId id) {
    return judge(id, Optional.empty());
  }

  /** As {@link #judge(UploadId)}, for bytes that were all received in one go just now. */
  public Outcome judge(Reception.Received received) {
    return judge(received.upload().id(), received.hash());
  }

  private Outcome judge(UploadId id, Optional<Sha256> known) {
    Outcome outcome = judging.judge(id, known);
    garbage.collectSoon();
    return outcome;
  }

  /**
   * Takes a whole file at once. If anything goes wrong nothing of it is left.
   *
   * @throws io.ktizo.storage.StorageException if a store fails
   */
  public Outcome take(Intake intake, Body body) {
    Admission admission = admit(intake);
    return switch (admission) {
      case Admission.Denied denied -> new Outcome.Denied(denied.reasons());
      case Admission.PartsUnfit unfit -> new Outcome.Unknown();
      case Admission.Admitted admitted -> take(admitted.upload(), body);
    };
  }

  private Outcome take(Upload upload, Body body) {
    try {
      if (upload.state() == Upload.State.RECEIVED) {
        return judge(upload.id());
      }
      Reception reception = receive(upload.id(), upload.owner(), 0, body);
      if (reception instanceof Reception.Received received) {
        if (received.isComplete()) {
          return judge(received);
        }
        if (upload.deferred() && received.end() == Reception.End.BODY_ENDED) {
          return judgeAsItIs(received.upload());
        }
      }
      abort(upload.id(), upload.owner());
      return switch (reception) {
        case Reception.Received received -> new Outcome.Incomplete(received.end());
        case Reception.TooLong longer -> new Outcome.TooLong();
        case Reception.ChecksumMismatch mismatch ->
            new Outcome.Incomplete(Reception.End.BODY_ENDED);
        case Reception.WrongOffset wrong -> new Outcome.Unknown();
        case Reception.NotReceiving not -> new Outcome.Unknown();
        case Reception.Unknown unknown -> new Outcome.Unknown();
      };
    } catch (RuntimeException | Error e) {
      try {
        abort(upload.id(), upload.owner());
      } catch (RuntimeException alsoFailed) {
        // It expires by itself.
        e.addSuppressed(alsoFailed);
      }
      throw e;
    }
  }

  /** What came is all of it. */
  private Outcome judgeAsItIs(Upload upload) {
    return switch (declare(upload.id(), upload.owner(), upload.offset())) {
      case Catalogue.Declaration.Declared declared -> judge(upload.id());
      case Catalogue.Declaration.Unfit unfit -> new Outcome.Unknown();
      case Catalogue.Declaration.Denied denied -> {
        abort(upload.id(), upload.owner());
        yield new Outcome.Denied(denied.reasons());
      }
    };
  }

  /**
   * Gives an upload up and removes what came of it; a file that it has become stays.
   *
   * @return whether there was one
   */
  public boolean abort(UploadId id, Owner owner) {
    boolean there = find(id, owner).isPresent() && catalogue.drop(id);
    garbage.collectSoon();
    return there;
  }

  /**
   * What a sweep did.
   *
   * @param judged uploads that were complete and that nobody had judged
   * @param uploads that had expired
   * @param files that had expired
   * @param removed blobs and keys
   */
  public record Swept(long judged, long uploads, long files, long removed) {}

  /**
   * Does what is due: call it every minute, from any instance or all of them.
   *
   * @throws io.ktizo.storage.StorageException if a store fails; the next sweep goes on
   */
  public Swept sweep() {
    List<UploadId> waiting = catalogue.unjudged(rules.clock().instant(), AT_ONCE);
    waiting.forEach(id -> judging.judge(id, Optional.empty()));
    Instant now = rules.clock().instant();
    long uploads =
        catalogue.expiredUploads(now, AT_ONCE).stream()
            .filter(id -> catalogue.dropExpired(id, now))
            .count();
    long files =
        catalogue.expiredFiles(now, AT_ONCE).stream()
            .filter(id -> catalogue.deleteExpired(id, now))
            .count();
    return new Swept(waiting.size(), uploads, files, garbage.collect());
  }
}

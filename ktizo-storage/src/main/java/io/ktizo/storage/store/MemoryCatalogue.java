package io.ktizo.storage.store;

import io.ktizo.core.id.Id;
import io.ktizo.storage.Catalogue;
import io.ktizo.storage.ContentId;
import io.ktizo.storage.Denial;
import io.ktizo.storage.DerivedFile;
import io.ktizo.storage.Disclosure;
import io.ktizo.storage.Doomed;
import io.ktizo.storage.FileId;
import io.ktizo.storage.Owner;
import io.ktizo.storage.Piece;
import io.ktizo.storage.Quota;
import io.ktizo.storage.StoreKey;
import io.ktizo.storage.StoredFile;
import io.ktizo.storage.Upload;
import io.ktizo.storage.UploadId;
import io.ktizo.storage.Usage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A catalogue that lives as long as it lives itself: for tests and for trying things out. */
public final class MemoryCatalogue implements Catalogue {
  private record Judging(UUID worker, Instant until) {}

  private final Map<UploadId, Upload> uploads = new LinkedHashMap<>();
  private final Map<UploadId, Judging> judging = new HashMap<>();
  private final Map<FileId, StoredFile> files = new LinkedHashMap<>();
  private final Map<ContentId, Map<String, DerivedFile>> derived = new HashMap<>();
  private final Map<Owner, Instant> nextUpload = new HashMap<>();
  private final List<Disclosure> disclosures = new ArrayList<>();
  private final Map<StoreKey, Instant> announced = new HashMap<>();
  private final Set<Doomed> doomed = new LinkedHashSet<>();

  /** Without anything. */
  public MemoryCatalogue() {}

  @Override
  public synchronized List<Denial> admit(Upload upload, Quota quota, Instant now) {
    List<Denial> denials = new ArrayList<>();
    if (upload.length() > quota.fileBytes()) {
      denials.add(new Denial.FileTooLarge(quota.fileBytes()));
    }
    denials.addAll(Denial.of(quota, usage(upload.owner()), upload.reserved(), 1));
    Pace pace = Pace.of(nextUpload.get(upload.owner()), quota, now);
    pace.denial().ifPresent(denials::add);
    if (denials.isEmpty()) {
      nextUpload.put(upload.owner(), pace.next());
      uploads.put(upload.id(), upload);
    }
    return List.copyOf(denials);
  }

  @Override
  public synchronized Joining join(Upload upload, Quota quota) {
    List<Upload> parts = new ArrayList<>();
    for (UploadId id : upload.parts()) {
      Upload part = uploads.get(id);
      if (part == null || !Joins.isFit(part, upload)) {
        return new Joining.PartsUnfit();
      }
      parts.add(part);
    }
    long length = parts.stream().mapToLong(Upload::length).sum();
    long held = parts.stream().distinct().mapToLong(Upload::reserved).sum();
    List<Denial> denials = Joins.denials(quota, usage(upload.owner()), length, held);
    if (!denials.isEmpty()) {
      return new Joining.Denied(denials);
    }
    for (Upload part : parts) {
      uploads.put(part.id(), Joins.lent(part, upload.expires()));
    }
    Upload joined = Joins.sized(upload, length);
    uploads.put(joined.id(), joined);
    return new Joining.Joined(joined);
  }

  @Override
  public synchronized Optional<Upload> upload(UploadId id) {
    return Optional.ofNullable(uploads.get(id));
  }

  @Override
  public synchronized Optional<Upload> seize(UploadId id, @Nullable UUID writer) {
    return Optional.ofNullable(
        uploads.computeIfPresent(
            id, (same, upload) -> Uploads.settled(Uploads.writtenBy(upload, writer))));
  }

  @Override
  public synchronized void release(UploadId id, UUID writer) {
    uploads.computeIfPresent(
        id,
        (same, upload) ->
            writer.equals(upload.writer())
                ? Uploads.settled(Uploads.writtenBy(upload, null))
                : upload);
  }

  @Override
  public synchronized long reserve(UploadId id, UUID writer, long wanted, Quota quota) {
    Upload upload = uploads.get(id);
    if (upload == null || !upload.deferred() || !writer.equals(upload.writer())) {
      return 0;
    }
    long granted = Uploads.grant(upload, quota, usage(upload.owner()), wanted);
    uploads.put(id, Uploads.reserving(upload, upload.reserved() + granted));
    return granted;
  }

  @Override
  public synchronized Declaration declare(UploadId id, long length, Quota quota) {
    Upload upload = uploads.get(id);
    if (upload == null || length < upload.offset()) {
      return new Declaration.Unfit();
    }
    if (!upload.deferred()) {
      return length == upload.length() ? new Declaration.Declared(upload) : new Declaration.Unfit();
    }
    List<Denial> denials = Uploads.denials(upload, length, quota, usage(upload.owner()));
    if (!denials.isEmpty()) {
      return new Declaration.Denied(denials);
    }
    Upload declared = Uploads.declared(upload, length);
    uploads.put(id, declared);
    return new Declaration.Declared(declared);
  }

  @Override
  public synchronized void announce(StoreKey blob, Instant until) {
    announced.put(blob, until);
  }

  @Override
  public synchronized void withdraw(StoreKey blob) {
    if (announced.remove(blob) != null) {
      doomed.add(new Doomed.Blob(blob));
    }
  }

  @Override
  public synchronized Optional<Upload> append(
      UploadId id, UUID writer, List<Piece> pieces, Instant expires) {
    Upload upload = uploads.get(id);
    if (upload == null
        || !Uploads.mayAppend(upload, writer, pieces)
        || !pieces.stream().allMatch(piece -> announced.containsKey(piece.blob()))) {
      return Optional.empty();
    }
    pieces.forEach(piece -> announced.remove(piece.blob()));
    Upload longer = Uploads.with(upload, pieces, expires);
    uploads.put(id, longer);
    return Optional.of(longer);
  }

  @Override
  public synchronized Optional<Upload> claim(UploadId id, UUID worker, Instant now, Instant until) {
    Upload upload = uploads.get(id);
    Judging other = judging.get(id);
    if (upload == null
        || upload.state() != Upload.State.RECEIVED
        || (other != null && other.until().isAfter(now))) {
      return Optional.empty();
    }
    judging.put(id, new Judging(worker, until));
    return Optional.of(upload);
  }

  @Override
  public synchronized void unclaim(UploadId id, UUID worker) {
    if (isJudging(id, worker)) {
      judging.remove(id);
    }
  }

  private boolean isJudging(UploadId id, UUID worker) {
    Judging current = judging.get(id);
    return current != null && current.worker().equals(worker);
  }

  @Override
  public synchronized Optional<StoredFile> keep(UploadId id, UUID worker, StoredFile file) {
    Upload upload = uploads.get(id);
    if (upload == null || upload.state() != Upload.State.RECEIVED || !isJudging(id, worker)) {
      return Optional.empty();
    }
    List<StoreKey> own = upload.pieces().stream().map(Piece::blob).toList();
    List<StoreKey> wanted = file.content().pieces().stream().map(Piece::blob).toList();
    List<StoreKey> added = wanted.stream().filter(blob -> !own.contains(blob)).toList();
    if (!announced.keySet().containsAll(added)) {
      return Optional.empty();
    }
    added.forEach(announced::remove);
    Optional<StoredFile.Content> same =
        files.values().stream()
            .filter(other -> other.owner().equals(file.owner()))
            .map(StoredFile::content)
            .filter(content -> content.sha256().equals(file.content().sha256()))
            .findFirst();
    StoredFile kept = same.map(content -> Uploads.sharing(file, content)).orElse(file);
    Stream.concat(own.stream(), wanted.stream())
        .filter(blob -> same.isPresent() || !wanted.contains(blob))
        .forEach(blob -> doomed.add(new Doomed.Blob(blob)));
    if (same.isPresent()) {
      doomed.add(new Doomed.Key(upload.key()));
    }
    files.put(kept.id(), kept);
    uploads.put(id, Uploads.kept(upload, kept.id()));
    judging.remove(id);
    upload.parts().forEach(this::drop);
    return Optional.of(kept);
  }

  @Override
  public synchronized boolean refuse(UploadId id, UUID worker, String reason) {
    Upload upload = uploads.get(id);
    if (upload == null || upload.state() != Upload.State.RECEIVED || !isJudging(id, worker)) {
      return false;
    }
    doom(upload);
    uploads.put(id, Uploads.refused(upload, reason));
    judging.remove(id);
    upload.parts().forEach(this::drop);
    return true;
  }

  private void doom(Upload upload) {
    upload.pieces().forEach(piece -> doomed.add(new Doomed.Blob(piece.blob())));
    doomed.add(new Doomed.Key(upload.key()));
  }

  @Override
  public synchronized boolean drop(UploadId id) {
    Upload upload = uploads.remove(id);
    judging.remove(id);
    if (upload == null) {
      return false;
    }
    if (upload.state() == Upload.State.RECEIVING || upload.state() == Upload.State.RECEIVED) {
      doom(upload);
    }
    return true;
  }

  @Override
  public synchronized boolean dropExpired(UploadId id, Instant now) {
    Upload upload = uploads.get(id);
    return upload != null && !upload.expires().isAfter(now) && drop(id);
  }

  @Override
  public synchronized List<UploadId> expiredUploads(Instant now, int limit) {
    return uploads.values().stream()
        .filter(upload -> !upload.expires().isAfter(now))
        .map(Upload::id)
        .limit(limit)
        .toList();
  }

  @Override
  public synchronized List<UploadId> unjudged(Instant now, int limit) {
    return uploads.values().stream()
        .filter(upload -> upload.state() == Upload.State.RECEIVED)
        .filter(upload -> upload.kind() != Upload.Kind.PART)
        .filter(
            upload -> {
              Judging current = judging.get(upload.id());
              return current == null || !current.until().isAfter(now);
            })
        .map(Upload::id)
        .limit(limit)
        .toList();
  }

  @Override
  public synchronized Optional<StoredFile> file(FileId id) {
    return Optional.ofNullable(files.get(id));
  }

  @Override
  public synchronized List<StoredFile> files(Owner owner, @Nullable FileId after, int limit) {
    return files.values().stream()
        .filter(file -> file.owner().equals(owner))
        .filter(
            file ->
                after == null || unsigned(file.id().value()).compareTo(unsigned(after.value())) > 0)
        .sorted((a, b) -> unsigned(a.id().value()).compareTo(unsigned(b.id().value())))
        .limit(limit)
        .toList();
  }

  /** As databases order UUIDs, which Java's compareTo does not. */
  private static String unsigned(UUID value) {
    return value.toString();
  }

  @Override
  public synchronized boolean expire(FileId id, @Nullable Instant expires) {
    return files.computeIfPresent(id, (same, file) -> Uploads.expiring(file, expires)) != null;
  }

  @Override
  public synchronized List<FileId> expiredFiles(Instant now, int limit) {
    return files.values().stream()
        .filter(file -> file.expires() != null && !file.expires().isAfter(now))
        .map(StoredFile::id)
        .limit(limit)
        .toList();
  }

  @Override
  public synchronized boolean delete(FileId id) {
    StoredFile file = files.remove(id);
    if (file == null) {
      return false;
    }
    ContentId content = file.content().id();
    if (files.values().stream().noneMatch(other -> other.content().id().equals(content))) {
      file.content().pieces().forEach(piece -> doomed.add(new Doomed.Blob(piece.blob())));
      Map<String, DerivedFile> gone = derived.remove(content);
      if (gone != null) {
        gone.values().forEach(made -> doomed.add(new Doomed.Blob(made.piece().blob())));
      }
      doomed.add(new Doomed.Key(file.content().key()));
    }
    return true;
  }

  @Override
  public synchronized boolean deleteExpired(FileId id, Instant now) {
    StoredFile file = files.get(id);
    return file != null && file.expires() != null && !file.expires().isAfter(now) && delete(id);
  }

  @Override
  public synchronized boolean derive(FileId id, DerivedFile made) {
    StoredFile file = files.get(id);
    if (file == null || announced.remove(made.piece().blob()) == null) {
      return false;
    }
    DerivedFile before =
        derived
            .computeIfAbsent(file.content().id(), none -> new LinkedHashMap<>())
            .put(made.kind(), made);
    if (before != null) {
      doomed.add(new Doomed.Blob(before.piece().blob()));
    }
    return true;
  }

  @Override
  public synchronized List<DerivedFile> derived(FileId id) {
    StoredFile file = files.get(id);
    return file == null
        ? List.of()
        : derived.getOrDefault(file.content().id(), Map.of()).values().stream()
            .sorted((a, b) -> a.kind().compareTo(b.kind()))
            .toList();
  }

  @Override
  public synchronized Usage usage(Owner owner) {
    List<StoredFile> his =
        files.values().stream().filter(file -> file.owner().equals(owner)).toList();
    Set<ContentId> counted = new HashSet<>();
    long bytes = 0;
    for (StoredFile file : his) {
      if (counted.add(file.content().id())) {
        bytes += file.content().length();
      }
    }
    List<Upload> running =
        uploads.values().stream()
            .filter(upload -> upload.owner().equals(owner))
            .filter(Uploads::isRunning)
            .toList();
    long reserved = running.stream().mapToLong(Upload::reserved).sum();
    return new Usage(bytes, reserved, his.size(), running.size());
  }

  @Override
  public synchronized void disclose(Disclosure disclosure) {
    disclosures.add(disclosure);
  }

  @Override
  public synchronized List<Disclosure> disclosures(Owner owner) {
    return disclosures.stream()
        .filter(disclosure -> disclosure.owner().equals(owner))
        .sorted((a, b) -> a.at().compareTo(b.at()))
        .toList();
  }

  @Override
  public synchronized List<Upload> uploads(Owner owner) {
    return uploads.values().stream()
        .filter(upload -> upload.owner().equals(owner) && upload.state() != Upload.State.KEPT)
        .toList();
  }

  @Override
  public synchronized void erase(Owner owner) {
    List.copyOf(files.values()).stream()
        .filter(file -> file.owner().equals(owner))
        .forEach(file -> delete(file.id()));
    List.copyOf(uploads.values()).stream()
        .filter(upload -> upload.owner().equals(owner))
        .forEach(upload -> drop(upload.id()));
    disclosures.removeIf(disclosure -> disclosure.owner().equals(owner));
    nextUpload.remove(owner);
  }

  @Override
  public synchronized long rowsAbout(Owner owner) {
    return files.values().stream().filter(file -> file.owner().equals(owner)).count()
        + uploads.values().stream().filter(upload -> upload.owner().equals(owner)).count()
        + disclosures.stream().filter(one -> one.owner().equals(owner)).count()
        + (nextUpload.containsKey(owner) ? 1 : 0);
  }

  @Override
  public synchronized List<Doomed> doomed(Instant now, int limit) {
    List<StoreKey> late =
        announced.entrySet().stream()
            .filter(entry -> !entry.getValue().isAfter(now))
            .map(Map.Entry::getKey)
            .toList();
    late.forEach(
        blob -> {
          announced.remove(blob);
          doomed.add(new Doomed.Blob(blob));
        });
    return doomed.stream().limit(limit).toList();
  }

  @Override
  public synchronized void gone(Doomed what) {
    doomed.remove(what);
  }

  @Override
  public synchronized Set<StoreKey> unknown(Collection<StoreKey> blobs) {
    Set<StoreKey> left = new LinkedHashSet<>(blobs);
    left.removeAll(announced.keySet());
    left.removeIf(blob -> doomed.contains(new Doomed.Blob(blob)));
    allUses().forEach(use -> left.remove(use.blob()));
    return left;
  }

  @Override
  public synchronized List<Use> uses(@Nullable StoreKey after, int limit) {
    return allUses()
        .filter(use -> after == null || use.blob().value().compareTo(after.value()) > 0)
        .sorted((a, b) -> a.blob().value().compareTo(b.blob().value()))
        .limit(limit)
        .toList();
  }

  private Stream<Use> allUses() {
    Stream<Use> ofUploads =
        uploads.values().stream()
            .flatMap(upload -> upload.pieces().stream().map(piece -> use(piece, upload.id())));
    Stream<Use> ofContents =
        files.values().stream()
            .map(StoredFile::content)
            .distinct()
            .flatMap(content -> content.pieces().stream().map(piece -> use(piece, content.id())));
    Stream<Use> ofDerived =
        derived.entrySet().stream()
            .flatMap(
                entry ->
                    entry.getValue().values().stream()
                        .map(made -> use(made.piece(), entry.getKey())));
    return Stream.of(ofUploads, ofContents, ofDerived).flatMap(uses -> uses);
  }

  @Override
  public synchronized boolean isUsed(StoreKey blob) {
    return allUses().anyMatch(use -> use.blob().equals(blob));
  }

  private static Use use(Piece piece, Id of) {
    return new Use(piece.blob(), of);
  }

  @Override
  public synchronized List<FileId> files(ContentId content) {
    return files.values().stream()
        .filter(file -> file.content().id().equals(content))
        .map(StoredFile::id)
        .toList();
  }
}

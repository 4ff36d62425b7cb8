package io.ktizo.storage.tus;

import io.ktizo.storage.Catalogue;
import io.ktizo.storage.Denial;
import io.ktizo.storage.FileName;
import io.ktizo.storage.StoreFullException;
import io.ktizo.storage.StoreUnavailableException;
import io.ktizo.storage.Upload;
import io.ktizo.storage.UploadId;
import io.ktizo.storage.upload.Admission;
import io.ktizo.storage.upload.Body;
import io.ktizo.storage.upload.Checksum;
import io.ktizo.storage.upload.Intake;
import io.ktizo.storage.upload.Outcome;
import io.ktizo.storage.upload.Reception;
import io.ktizo.storage.upload.Uploading;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The server's side of tus 1.0.0: core, creation, creation-defer-length, creation-with-upload,
 * checksum, expiration, termination and concatenation.
 *
 * <p>Where the protocol leaves a choice: a request with bytes must not go on where another one is
 * still writing, so it waits for that one a little and then takes its place; partial uploads must
 * be complete before they are joined (412 otherwise, as the protocol's 4xx); what is complete but
 * refused answers 422 to the request that completed it and 410 from then on. The ids are not
 * secret: somebody else's upload answers 404, as if it were not there.
 *
 * <p>Any number of threads may share it. It keeps nothing: requests of one upload may go to
 * different instances.
 */
public final class TusHandler {
  private static final String VERSION = "1.0.0";
  private static final String EXTENSIONS =
      "creation,creation-defer-length,creation-with-upload,checksum,expiration,termination,concatenation";
  private static final String ALGORITHMS = "sha1,md5,sha256";
  private static final int CHECKSUM_MISMATCH = 460;
  private static final int MOST_PARTS = 1_000;
  private static final DateTimeFormatter HTTP_DATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private final Uploading uploading;
  private final String path;

  /**
   * A handler.
   *
   * @param uploading what takes the files in
   * @param path of the collection as clients see it, without a slash at its end, for instance
   *     {@code /api/v1/uploads}
   */
  public TusHandler(Uploading uploading, String path) {
    if (path.endsWith("/")) {
      throw new IllegalArgumentException("a path without a slash at its end");
    }
    this.uploading = uploading;
    this.path = path;
  }

  /** Answers a request. Reads from its body only when bytes are wanted. */
  public TusResponse handle(TusRequest request) {
    Answer answer = new Answer();
    try {
      route(request, answer);
    } catch (StoreFullException e) {
      answer.say(507, "no room to store this");
    } catch (StoreUnavailableException e) {
      answer.say(503, "the store cannot be reached").with("Retry-After", "10");
    }
    return answer.finish();
  }

  private void route(TusRequest request, Answer answer) {
    // Browsers and the JDK cannot send every method, so the protocol lets them say it in a header.
    String method =
        request.header("X-HTTP-Method-Override").orElse(request.method()).toUpperCase(Locale.ROOT);
    if (method.equals("OPTIONS")) {
      options(request, answer);
      return;
    }
    answer.with("Tus-Resumable", VERSION);
    if (!request.header("Tus-Resumable").equals(Optional.of(VERSION))) {
      answer.say(412, "this server speaks tus " + VERSION).with("Tus-Version", VERSION);
      return;
    }
    if (request.id().isEmpty()) {
      if (method.equals("POST")) {
        create(request, answer);
      } else {
        answer.say(405, "create uploads by POST").with("Allow", "POST, OPTIONS");
      }
      return;
    }
    Optional<UploadId> id = id(request.id());
    if (id.isEmpty()) {
      answer.say(404, "no such upload");
      return;
    }
    switch (method) {
      case "HEAD" -> head(id.get(), request, answer);
      case "PATCH" -> patch(id.get(), request, answer);
      case "DELETE" -> terminate(id.get(), request, answer);
      default -> answer.say(405, "not for uploads").with("Allow", "HEAD, PATCH, DELETE, OPTIONS");
    }
  }

  private void options(TusRequest request, Answer answer) {
    answer
        .status(204)
        .with("Tus-Resumable", VERSION)
        .with("Tus-Version", VERSION)
        .with("Tus-Extension", EXTENSIONS)
        .with("Tus-Max-Size", Long.toString(uploading.longest(request.owner())))
        .with("Tus-Checksum-Algorithm", ALGORITHMS);
  }

  // Creation

  private void create(TusRequest request, Answer answer) {
    Optional<Map<String, String>> metadata =
        Metadata.parse(request.header("Upload-Metadata").orElse(""));
    if (metadata.isEmpty()) {
      answer.say(400, "Upload-Metadata is malformed");
      return;
    }
    FileName name =
        FileName.of(
            metadata.get().getOrDefault("filename", metadata.get().getOrDefault("name", "")));
    String concat = request.header("Upload-Concat").orElse("");
    if (concat.startsWith("final;")) {
      join(concat.substring("final;".length()), name, request, answer);
      return;
    }
    if (!concat.isEmpty() && !concat.equals("partial")) {
      answer.say(400, "Upload-Concat is malformed");
      return;
    }
    Optional<String> deferred = request.header("Upload-Defer-Length");
    OptionalLong length = number(request.header("Upload-Length"));
    if (deferred.isPresent()
        ? !deferred.get().equals("1") || request.header("Upload-Length").isPresent()
        : length.isEmpty()) {
      answer.say(400, "either Upload-Length with a number or Upload-Defer-Length: 1");
      return;
    }
    Upload.Kind kind = concat.isEmpty() ? Upload.Kind.WHOLE : Upload.Kind.PART;
    Admission admission = uploading.admit(new Intake(request.owner(), name, length, kind));
    switch (admission) {
      case Admission.Denied denied -> deny(denied.reasons(), answer);
      case Admission.PartsUnfit unfit -> answer.say(400, "nothing to join");
      case Admission.Admitted admitted -> created(admitted.upload(), request, answer);
    }
  }

  private void created(Upload upload, TusRequest request, Answer answer) {
    answer.status(201).with("Location", path + "/" + upload.id());
    expires(upload, answer);
    boolean withUpload =
        request.header("Content-Type").equals(Optional.of("application/offset+octet-stream"));
    if (!withUpload) {
      answer.bodyUnread = hasBody(request);
      if (upload.state() == Upload.State.RECEIVED && upload.kind() == Upload.Kind.WHOLE) {
        judged(uploading.judge(upload.id()), answer);
      }
      return;
    }
    receive(upload.id(), 0, request, answer);
  }

  private void join(String urls, FileName name, TusRequest request, Answer answer) {
    if (request.header("Upload-Length").isPresent()
        || request.header("Upload-Defer-Length").isPresent()) {
      answer.say(400, "a final upload has no length of its own");
      return;
    }
    List<UploadId> parts = new ArrayList<>();
    List<String> addresses =
        Arrays.stream(urls.strip().split("\\s+", -1)).filter(url -> !url.isEmpty()).toList();
    for (String url : addresses) {
      Optional<UploadId> part = idIn(url);
      if (part.isEmpty() || parts.size() == MOST_PARTS) {
        answer.say(400, "Upload-Concat names what is no upload here, or too many");
        return;
      }
      parts.add(part.get());
    }
    if (parts.isEmpty()) {
      answer.say(400, "Upload-Concat names no uploads");
      return;
    }
    switch (uploading.join(request.owner(), name, parts)) {
      case Admission.Denied denied -> deny(denied.reasons(), answer);
      case Admission.PartsUnfit unfit ->
          answer.say(412, "the parts are not all there, complete, and partial");
      case Admission.Admitted admitted -> {
        answer.status(201).with("Location", path + "/" + admitted.upload().id());
        judged(uploading.judge(admitted.upload().id()), answer);
      }
    }
  }

  private static void deny(List<Denial> reasons, Answer answer) {
    for (Denial reason : reasons) {
      switch (reason) {
        case Denial.FileTooLarge large -> answer.say(413, "longer than any file may be");
        case Denial.QuotaExhausted exhausted -> answer.say(413, "no room left for this owner");
        case Denial.TooManyFiles many -> answer.say(413, "as many files as this owner may have");
        case Denial.TooFrequent frequent -> {
          long seconds = frequent.retryAfter().plusMillis(999).toSeconds();
          // What time alone will change is said only where nothing else is in the way.
          if (reasons.size() == 1) {
            answer.say(429, "too many uploads at once");
          }
          answer.with("Retry-After", Long.toString(seconds));
        }
      }
    }
    answer.bodyUnread = true;
  }

  // Core

  private void head(UploadId id, TusRequest request, Answer answer) {
    answer.with("Cache-Control", "no-store");
    Optional<Upload> found = uploading.resume(id, request.owner());
    if (found.isEmpty()) {
      answer.say(404, "no such upload");
      return;
    }
    Upload upload = found.get();
    if (upload.state() == Upload.State.REFUSED) {
      answer.say(410, "refused");
      return;
    }
    answer.status(200);
    offset(upload, answer);
    if (upload.deferred()) {
      answer.with("Upload-Defer-Length", "1");
    } else {
      answer.with("Upload-Length", Long.toString(upload.length()));
    }
    switch (upload.kind()) {
      case WHOLE -> {}
      case PART -> answer.with("Upload-Concat", "partial");
      case JOINED ->
          answer.with(
              "Upload-Concat",
              "final;"
                  + String.join(
                      " ", upload.parts().stream().map(part -> path + "/" + part).toList()));
    }
    expires(upload, answer);
    if (upload.state() != Upload.State.RECEIVING && upload.kind() != Upload.Kind.PART) {
      // Whoever sent the last byte may be gone with the connection that it came on.
      judged(uploading.judge(upload.id()), answer);
      answer.status = answer.status == 422 ? 410 : answer.status;
    }
  }

  private void patch(UploadId id, TusRequest request, Answer answer) {
    answer.bodyUnread = true;
    if (!request.header("Content-Type").equals(Optional.of("application/offset+octet-stream"))) {
      answer.say(415, "bytes come as application/offset+octet-stream");
      return;
    }
    OptionalLong offset = number(request.header("Upload-Offset"));
    if (offset.isEmpty()) {
      answer.say(400, "Upload-Offset is missing or malformed");
      return;
    }
    if (request.header("Upload-Length").isPresent()
        && !declare(id, offset.getAsLong(), request, answer)) {
      return;
    }
    receive(id, offset.getAsLong(), request, answer);
  }

  /** Whether the upload is as long as the request says from now on; what is wrong otherwise. */
  private boolean declare(UploadId id, long offset, TusRequest request, Answer answer) {
    OptionalLong length = number(request.header("Upload-Length"));
    if (length.isEmpty()) {
      answer.say(400, "Upload-Length is malformed");
      return false;
    }
    Optional<Upload> upload = uploading.resume(id, request.owner());
    if (upload.isEmpty()) {
      answer.say(404, "no such upload");
      return false;
    }
    if (upload.get().state() != Upload.State.RECEIVING || upload.get().offset() != offset) {
      // Receiving answers that; a request that goes astray must not fix a length.
      return true;
    }
    return switch (uploading.declare(id, request.owner(), length.getAsLong())) {
      case Catalogue.Declaration.Declared declared -> true;
      case Catalogue.Declaration.Unfit unfit -> {
        answer.say(400, "Upload-Length is shorter than what has come, or not what it was");
        yield false;
      }
      case Catalogue.Declaration.Denied denied -> {
        deny(denied.reasons(), answer);
        yield false;
      }
    };
  }

  private void receive(UploadId id, long offset, TusRequest request, Answer answer) {
    answer.bodyUnread = true;
    OptionalLong length = number(request.header("Content-Length"));
    if (request.header("Content-Length").isPresent() && length.isEmpty()) {
      answer.say(400, "Content-Length is malformed");
      return;
    }
    Optional<Checksum> checksum = Optional.empty();
    Optional<String> declared = request.header("Upload-Checksum");
    if (declared.isPresent()) {
      checksum = checksum(declared.get());
      if (checksum.isEmpty()) {
        answer.say(400, "Upload-Checksum is malformed or of an unknown algorithm");
        return;
      }
    }
    Reception reception =
        uploading.receive(id, request.owner(), offset, new Body(request.body(), length, checksum));
    switch (reception) {
      case Reception.Unknown unknown -> answer.say(404, "no such upload");
      case Reception.TooLong tooLong -> answer.say(413, "more than the upload's length");
      case Reception.ChecksumMismatch mismatch -> {
        answer.say(CHECKSUM_MISMATCH, "the bytes do not match Upload-Checksum");
        answer.bodyUnread = false;
      }
      case Reception.WrongOffset wrong -> {
        answer.say(409, "the upload stands elsewhere");
        offset(wrong.upload(), answer);
      }
      case Reception.NotReceiving not ->
          notReceiving(not.upload(), offset, nothingComes(length, request.body()), answer);
      case Reception.Received received -> received(received, answer);
    }
  }

  /** Whether the request has no bytes; one without a length is read to see. */
  private static boolean nothingComes(OptionalLong length, InputStream body) {
    try {
      return length.isPresent() ? length.getAsLong() == 0 : body.read() < 0;
    } catch (IOException cut) {
      return false;
    }
  }

  private void notReceiving(Upload upload, long offset, boolean nothingComes, Answer answer) {
    if (upload.kind() == Upload.Kind.JOINED) {
      answer.say(403, "a final upload takes no bytes");
    } else if (upload.state() == Upload.State.REFUSED) {
      answer.say(410, "refused");
    } else if (offset == upload.length() && nothingComes) {
      // Sent again because the first answer was lost: nothing is missing and nothing comes.
      answer.status(204);
      answer.bodyUnread = false;
      offset(upload, answer);
      if (upload.kind() == Upload.Kind.WHOLE) {
        judged(uploading.judge(upload.id()), answer);
      }
    } else if (offset == upload.length()) {
      answer.say(413, "more than the upload's length");
    } else {
      answer.say(409, "the upload is complete");
      offset(upload, answer);
    }
  }

  private void received(Reception.Received received, Answer answer) {
    Upload upload = received.upload();
    switch (received.end()) {
      case BODY_ENDED -> {
        answer.bodyUnread = false;
        answer.status(answer.status == 201 ? 201 : 204);
      }
      case CUT -> answer.say(400, "the body ended early");
      case NO_ROOM -> answer.say(413, "no room left for this owner");
      case TOO_SLOW -> answer.say(408, "slower than allowed");
      case SUPERSEDED -> answer.say(409, "another request goes on with this upload");
    }
    offset(upload, answer);
    expires(upload, answer);
    if (received.isComplete() && upload.kind() == Upload.Kind.WHOLE) {
      judged(uploading.judge(received), answer);
    }
  }

  /** What became of a complete upload, beside the answer of the protocol. */
  private static void judged(Outcome outcome, Answer answer) {
    switch (outcome) {
      case Outcome.Kept kept -> answer.with("Ktizo-File", kept.file().id().toString());
      case Outcome.Refused refused -> {
        answer.say(422, refused.reason().code().name());
        answer.headers.remove("Upload-Offset");
        answer.headers.remove("Upload-Expires");
      }
      case Outcome.Held held -> answer.with("Ktizo-State", "held");
      case Outcome.BeingJudged judged -> answer.with("Ktizo-State", "judging");
      case Outcome.Unknown unknown -> answer.say(410, "removed");
      case Outcome.Incomplete incomplete -> {}
      case Outcome.TooLong tooLong -> {}
      case Outcome.Denied denied -> {}
    }
  }

  private void terminate(UploadId id, TusRequest request, Answer answer) {
    if (uploading.abort(id, request.owner())) {
      answer.status(204);
    } else {
      answer.say(404, "no such upload");
    }
  }

  // Headers

  private static void offset(Upload upload, Answer answer) {
    answer.with("Upload-Offset", Long.toString(upload.offset()));
  }

  private static void expires(Upload upload, Answer answer) {
    if (upload.state() == Upload.State.RECEIVING) {
      answer.with("Upload-Expires", HTTP_DATE.format(upload.expires()));
    }
  }

  private static boolean hasBody(TusRequest request) {
    return request.header("Transfer-Encoding").isPresent()
        || !request.header("Content-Length").orElse("0").equals("0");
  }

  /** Digits alone, that fit into 63 bits: no sign, no blanks, nothing else. */
  private static OptionalLong number(Optional<String> header) {
    return header.isPresent() && header.get().matches("[0-9]{1,18}")
        ? OptionalLong.of(Long.parseLong(header.get()))
        : OptionalLong.empty();
  }

  private static Optional<Checksum> checksum(String header) {
    String[] parts = header.split(" ", -1);
    if (parts.length != 2) {
      return Optional.empty();
    }
    Optional<Checksum.Algorithm> algorithm =
        switch (parts[0]) {
          case "sha1" -> Optional.of(Checksum.Algorithm.SHA1);
          case "md5" -> Optional.of(Checksum.Algorithm.MD5);
          case "sha256" -> Optional.of(Checksum.Algorithm.SHA256);
          default -> Optional.empty();
        };
    try {
      byte[] expected = Base64.getDecoder().decode(parts[1]);
      return algorithm.map(known -> new Checksum(known, expected));
    } catch (IllegalArgumentException malformed) {
      return Optional.empty();
    }
  }

  private Optional<UploadId> idIn(String url) {
    try {
      String inside = new URI(url).getPath();
      return inside != null && inside.startsWith(path + "/")
          ? id(inside.substring(path.length() + 1))
          : Optional.empty();
    } catch (URISyntaxException malformed) {
      return Optional.empty();
    }
  }

  private static Optional<UploadId> id(String text) {
    try {
      return Optional.of(UploadId.FORM.parse(text));
    } catch (IllegalArgumentException malformed) {
      return Optional.empty();
    }
  }

  /** An answer while it is made. */
  private static final class Answer {
    private final Map<String, String> headers = new LinkedHashMap<>();
    private int status = 500;
    private String text = "";
    private boolean bodyUnread;

    Answer status(int code) {
      this.status = code;
      return this;
    }

    Answer say(int code, String why) {
      this.status = code;
      this.text = why;
      return this;
    }

    Answer with(String name, String value) {
      headers.put(name, value);
      return this;
    }

    TusResponse finish() {
      headers.put("X-Content-Type-Options", "nosniff");
      return new TusResponse(status, headers, text, bodyUnread);
    }
  }
}

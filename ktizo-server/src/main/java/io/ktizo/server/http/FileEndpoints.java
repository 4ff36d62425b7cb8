package io.ktizo.server.http;

import io.helidon.http.HeaderNames;
import io.ktizo.core.account.AccountId;
import io.ktizo.core.account.Permissions.Action;
import io.ktizo.server.desk.Intake;
import io.ktizo.storage.ByteRange;
import io.ktizo.storage.Catalogue;
import io.ktizo.storage.FileId;
import io.ktizo.storage.Owner;
import io.ktizo.storage.StoredFile;
import io.ktizo.storage.access.AccessEndedException;
import io.ktizo.storage.access.DownloadLinks;
import io.ktizo.storage.access.Downloads;
import io.ktizo.storage.access.FileAccess;
import io.ktizo.storage.access.Keeping;
import io.ktizo.storage.access.Opening;
import io.ktizo.storage.access.Viewer;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Kept files: telling, giving out, making models of them, and deleting them. */
public final class FileEndpoints {
  private static final String ONE = "/api/v1/files/{id}";
  private static final Duration LINK = Duration.ofMinutes(5);

  private final Catalogue catalogue;
  private final Keeping keeping;
  private final FileAccess access;
  private final DownloadLinks links;
  private final Downloads downloads;
  private final Intake intake;

  /**
   * Over these use cases.
   *
   * @param intake takes the models that are made of files
   */
  public FileEndpoints(
      Catalogue catalogue, Keeping keeping, FileAccess access, DownloadLinks links, Intake intake) {
    this.catalogue = catalogue;
    this.keeping = keeping;
    this.access = access;
    this.links = links;
    this.downloads = new Downloads(access, links);
    this.intake = intake;
  }

  /** The routes. */
  public List<Route> routes() {
    return List.of(
        Route.get("/api/v1/files", Access.to(Action.SEE_FILE), this::list),
        Route.get(ONE, Access.to(Action.SEE_FILE), this::read),
        Route.delete(ONE, Access.to(Action.DELETE_FILE), this::delete),
        Route.post(ONE + "/link", Access.to(Action.DOWNLOAD_ORDER_FILE), this::link)
            .neverRepeated(),
        Route.get(ONE + "/content", Access.to(Action.DOWNLOAD_ORDER_FILE), this::content),
        Route.post(ONE + "/model", Access.to(Action.QUOTE_FILE), this::model).neverRepeated());
  }

  /** A file on the wire. */
  record FileView(
      FileId id,
      String name,
      String mediaType,
      long bytes,
      String sha256,
      List<String> findings,
      Instant uploaded,
      @Nullable Instant expires) {
    static FileView of(StoredFile file) {
      return new FileView(
          file.id(),
          file.name().value(),
          file.content().mediaType(),
          file.content().length(),
          file.content().sha256().hex(),
          file.findings().stream().map(Enum::name).sorted().toList(),
          file.kept(),
          file.expires());
    }
  }

  /** A link on the wire. */
  record LinkView(String url, Instant expires) {}

  private Answer list(Call call) {
    call.require(Action.SEE_FILE, Standing.ownIf(true));
    Page page = call.page();
    FileId after = page.after().map(FileId.FORM::parse).orElse(null);
    return Answer.json(
        200,
        page.of(
            keeping.list(UploadEndpoints.owner(call.account()), after, page.fetch()),
            file -> file.id().toString(),
            FileView::of,
            call.seal()));
  }

  private Answer read(Call call) {
    return Answer.json(200, FileView.of(find(call, Action.SEE_FILE)));
  }

  private Answer delete(Call call) {
    StoredFile file = find(call, Action.DELETE_FILE);
    if (!keeping.delete(file.id(), file.owner())) {
      throw new ProblemException(Problem.noSuchThing());
    }
    return Answer.nothing(204);
  }

  /** Good for this session alone, so that a copied address opens nothing. */
  private Answer link(Call call) {
    StoredFile file = find(call, Action.DOWNLOAD_ORDER_FILE);
    String token = links.sign(file.id(), "", session(call), LINK);
    String url = ONE.replace("{id}", file.id().toString()) + "/content?token=" + token;
    return Answer.json(201, new LinkView(url, call.now().plus(LINK)));
  }

  private Answer content(Call call) {
    StoredFile file = find(call, Action.DOWNLOAD_ORDER_FILE);
    Downloads.Response response =
        downloads.answer(
            new Downloads.Request(
                file.id(),
                "",
                call.query("token").orElse(""),
                session(call),
                new Viewer.Customer(file.owner()),
                call.request().headers().first(HeaderNames.RANGE).orElse(null),
                call.request().headers().first(HeaderNames.create("If-Range")).orElse(null)));
    return switch (response.status()) {
      case 403 ->
          throw new ProblemException(
              Problem.of(
                  403,
                  "link.not-valid",
                  "The link is not good for this.",
                  "It is over, or was made for another session; ask for a new one."));
      case 404 -> throw new ProblemException(Problem.noSuchThing());
      default -> answer(response);
    };
  }

  private static Answer answer(Downloads.Response response) {
    Map<String, String> headers = new LinkedHashMap<>(response.headers());
    long length = Long.parseLong(headers.getOrDefault("Content-Length", "0"));
    headers.remove("Content-Length");
    String type = headers.getOrDefault("Content-Type", "");
    headers.remove("Content-Type");
    return new Answer(
        response.status(),
        type,
        headers,
        new Answer.Content.Written(
            length,
            out -> {
              try (InputStream content = response.content()) {
                content.transferTo(out);
              } catch (AccessEndedException over) {
                // The client sees that fewer bytes came than were promised.
                throw new IOException("access ended", over);
              }
            }));
  }

  /** Reads the file through the vault and takes it in like one that was just sent. */
  private Answer model(Call call) throws IOException {
    StoredFile file = find(call, Action.QUOTE_FILE);
    if (file.content().length() > intake.mostBytes()) {
      throw new ProblemException(Wire.tooLarge(intake.mostBytes()));
    }
    Opening opening = access.open(file.id(), new Viewer.Customer(file.owner()), ByteRange.ALL);
    return switch (opening) {
      case Opening.Opened opened -> {
        try (InputStream content = opened.content()) {
          yield ModelEndpoints.answer(
              intake.receive(file.name().value(), file.content().length(), content));
        }
      }
      case Opening.Refused refused -> throw new ProblemException(Problem.noSuchThing());
      case Opening.Missing missing -> throw new ProblemException(Problem.noSuchThing());
    };
  }

  /** The file in the path, if the caller may do this to it. */
  private StoredFile find(Call call, Action action) {
    StoredFile file = catalogue.file(call.id("id", FileId.FORM)).orElse(null);
    Owner own = call.caller() instanceof Caller.Visitor ? null : ownerOf(call.account());
    call.require(action, Standing.ownIf(file != null && file.owner().equals(own)));
    if (file == null) {
      throw new ProblemException(Problem.noSuchThing());
    }
    if (!file.owner().equals(own)) {
      call.recordLook(AccountId.FORM.parse(file.owner().value()), "file", file.id().toString());
    }
    return file;
  }

  private static Owner ownerOf(AccountId account) {
    return UploadEndpoints.owner(account);
  }

  /** What links are bound to. */
  private static String session(Call call) {
    return switch (call.caller()) {
      case Caller.Person person -> person.session().id().toString();
      case Caller.Key key -> key.key().id().toString();
      case Caller.Visitor visitor -> throw new ProblemException(Problem.signInFirst());
    };
  }
}

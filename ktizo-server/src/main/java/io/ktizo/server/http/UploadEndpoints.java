package io.ktizo.server.http;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.ktizo.core.account.AccountId;
import io.ktizo.core.account.Permissions.Action;
import io.ktizo.storage.Owner;
import io.ktizo.storage.tus.TusHandler;
import io.ktizo.storage.tus.TusRequest;
import io.ktizo.storage.tus.TusResponse;
import io.ktizo.storage.upload.Uploading;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Uploads that go on after an interruption: tus 1.0.0 for whoever is signed in, and for API keys
 * that may send models. What belongs to somebody else is not there.
 */
public final class UploadEndpoints {
  static final String PATH = "/api/v1/uploads";

  /** Nobody's; asked only for what the server can. */
  private static final Owner NOBODY = new Owner("nobody");

  private final TusHandler tus;

  /** Over a use case. */
  public UploadEndpoints(Uploading uploading) {
    this.tus = new TusHandler(uploading, PATH);
  }

  /** The routes. */
  public List<Route> routes() {
    Access access = Access.to(Action.SEND_FILE);
    String one = PATH + "/{id}";
    return List.of(
        new Route("OPTIONS", PATH, Access.everybody(), this::options, Route.Repeat.NEVER),
        Route.post(PATH, access, this::send).neverRepeated(),
        new Route("OPTIONS", one, Access.everybody(), this::options, Route.Repeat.NEVER),
        new Route("HEAD", one, access, this::send, Route.Repeat.NEVER),
        Route.patch(one, access, this::send),
        // For clients that cannot send PATCH, as the JDK's: they say it in X-HTTP-Method-Override.
        Route.post(one, access, this::send).neverRepeated(),
        Route.delete(one, access, this::send));
  }

  /** Whether a request may come with a chunked body: the clients for the JVM send nothing else. */
  static boolean takesChunks(ServerRequest request) {
    String method = request.prologue().method().text();
    String path = request.path().path();
    return (method.equals("PATCH") || method.equals("POST"))
        && (path.equals(PATH) || path.startsWith(PATH + "/"));
  }

  /** Whose the files of an account are. */
  public static Owner owner(AccountId account) {
    return new Owner(account.toString());
  }

  private Answer options(Call call) {
    return answer(tus.handle(request(call, NOBODY, InputStream.nullInputStream())), call);
  }

  private Answer send(Call call) {
    call.require(Action.SEND_FILE, Standing.anybody());
    return answer(tus.handle(request(call, owner(call.account()), body(call.request()))), call);
  }

  private static TusRequest request(Call call, Owner owner, InputStream body) {
    ServerRequest request = call.request();
    String id = request.path().pathParameters().first("id").orElse("");
    return new TusRequest(
        owner,
        request.prologue().method().text(),
        id,
        name -> {
          List<String> values = request.headers().all(HeaderNames.create(name), List::of);
          return values.isEmpty() ? null : String.join(",", values);
        },
        body);
  }

  private static InputStream body(ServerRequest request) {
    Optional<ChunkedBody> chunks = request.context().get(ChunkedBody.class);
    if (chunks.isPresent()) {
      return chunks.get();
    }
    return request.content().hasEntity() ? new CutBody(request) : InputStream.nullInputStream();
  }

  /** Errors as everywhere here, beside the headers of the protocol. */
  private static Answer answer(TusResponse response, Call call) {
    Answer answer =
        response.status() < 400
            ? Answer.nothing(response.status())
            : problem(response).answer(Edge.requestId(call.request()));
    for (Map.Entry<String, String> header : response.headers().entrySet()) {
      answer = answer.with(header.getKey(), header.getValue());
    }
    return answer;
  }

  private static final Map<Integer, String> CODES = codes();

  private static Map<Integer, String> codes() {
    Map<Integer, String> codes = new LinkedHashMap<>();
    codes.put(400, "upload.malformed");
    codes.put(403, "upload.final");
    codes.put(404, "object.not-found");
    codes.put(405, "request.method-not-allowed");
    codes.put(408, "request.too-slow");
    codes.put(409, "upload.wrong-offset");
    codes.put(410, "upload.gone");
    codes.put(412, "upload.precondition");
    codes.put(413, "upload.too-large");
    codes.put(415, "request.unsupported-media-type");
    codes.put(422, "upload.refused");
    codes.put(429, "upload.too-frequent");
    codes.put(460, "upload.checksum-mismatch");
    codes.put(503, "server.busy");
    codes.put(507, "server.no-room");
    return Map.copyOf(codes);
  }

  private static Problem problem(TusResponse response) {
    return Problem.of(
        response.status(),
        CODES.getOrDefault(response.status(), "upload.failed"),
        "The upload cannot go on like this.",
        response.text().isEmpty() ? "" : sentence(response.text()));
  }

  private static String sentence(String text) {
    return Character.toUpperCase(text.charAt(0)) + text.substring(1) + ".";
  }

  /**
   * The body once it is wanted, since an answer without it leaves it to the edge. An end before the
   * end comes as what it is; Helidon has several types for it, none of them this.
   */
  private static final class CutBody extends InputStream {
    private final ServerRequest request;
    private @Nullable InputStream body;

    CutBody(ServerRequest request) {
      this.request = request;
    }

    @Override
    public int read() throws IOException {
      byte[] next = new byte[1];
      return read(next, 0, 1) < 0 ? -1 : next[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      try {
        return body().read(into, offset, length);
      } catch (RuntimeException e) {
        throw new IOException("the body ended early", e);
      }
    }

    @Override
    public int available() throws IOException {
      return body().available();
    }

    private InputStream body() {
      InputStream opened = body;
      if (opened == null) {
        opened = request.content().inputStream();
        body = opened;
      }
      return opened;
    }
  }
}

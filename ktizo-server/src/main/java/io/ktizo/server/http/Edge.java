package io.ktizo.server.http;

import io.helidon.http.DirectHandler;
import io.helidon.http.Header;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.HttpException;
import io.helidon.http.Method;
import io.helidon.http.RequestException;
import io.helidon.http.ServerResponseHeaders;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.ktizo.core.shop.TooManyException;
import io.ktizo.core.sql.ConcurrencyException;
import io.ktizo.core.sql.StaleVersionException;
import io.ktizo.core.sql.TimedOutException;
import io.ktizo.core.sql.UnavailableException;
import io.ktizo.server.desk.BusyException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * What every request and every answer has in common. Outermost filter, handler of all errors, and
 * the only place that writes an answer.
 */
final class Edge implements Filter {
  private static final Logger LOG = System.getLogger(Edge.class.getName());
  private static final String REQUEST_ID = "ktizo.request-id";

  /** After an early refusal, how much of the body is still read, and for how long. */
  private static final long LINGER_BYTES = 64L << 20;

  private static final long LINGER_MILLIS = 1_000;

  /**
   * For pages: only what this server holds, no inline script or style, no frames. Blobs are the
   * pictures that the page itself makes.
   */
  private static final String PAGE_POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:;"
          + " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

  /** For everything else: nothing at all, should a browser ever take it for a page. */
  private static final String DATA_POLICY =
      "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox";

  /** As bytes from the beginning, since they go with each answer. */
  private static final List<Header> ALWAYS =
      List.of(
          HeaderValues.createCached("X-Content-Type-Options", "nosniff"),
          HeaderValues.createCached("Referrer-Policy", "no-referrer"),
          HeaderValues.createCached("Cross-Origin-Opener-Policy", "same-origin"),
          HeaderValues.createCached("Cross-Origin-Resource-Policy", "same-origin"),
          HeaderValues.createCached("X-Frame-Options", "DENY"),
          HeaderValues.createCached(
              "Permissions-Policy",
              "camera=(), geolocation=(), microphone=(), payment=(), usb=()"));

  private static final Header FOR_PAGES =
      HeaderValues.createCached("Content-Security-Policy", PAGE_POLICY);
  private static final Header FOR_DATA =
      HeaderValues.createCached("Content-Security-Policy", DATA_POLICY);
  private static final Header NO_STORE =
      HeaderValues.createCached(HeaderNames.CACHE_CONTROL, "no-store");
  private static final HeaderName REQUEST_ID_FIELD = HeaderNames.create("X-Request-Id");
  private static final HeaderName SEC_FETCH_SITE = HeaderNames.create("Sec-Fetch-Site");

  private final ScheduledExecutorService watch;
  private final Doorkeeper door;
  private final Repeats repeats;
  private final Runnable changed;
  private final Connections connections;
  private final Deadlines deadlines;
  private final Patience patience;

  /**
   * An edge.
   *
   * @param watch ends connections that linger; lent
   * @param door tells who sends a request
   * @param repeats knows requests that are sent again
   * @param connections below the requests
   * @param deadlines of those who wait for clients
   * @param patience with clients
   * @param changed is told of each request that may have changed something
   */
  Edge(
      ScheduledExecutorService watch,
      Doorkeeper door,
      Repeats repeats,
      Connections connections,
      Deadlines deadlines,
      Patience patience,
      Runnable changed) {
    this.watch = watch;
    this.door = door;
    this.repeats = repeats;
    this.connections = connections;
    this.deadlines = deadlines;
    this.patience = patience;
    this.changed = changed;
  }

  @Override
  public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
    request.context().register(REQUEST_ID, newRequestId());
    if (request.headers().contains(HeaderNames.TRANSFER_ENCODING)) {
      // Helidon parses chunks leniently; what a proxy in front takes for their end may be another.
      // Uploads read them by themselves, since their clients for the JVM can send nothing else.
      Optional<ChunkedBody> chunks =
          UploadEndpoints.takesChunks(request)
              ? connections.chunked(request)
              : Optional.<ChunkedBody>empty();
      if (chunks.isEmpty()) {
        send(request, response, Wire.lengthRequired().answer(requestId(request)));
        return;
      }
      request.context().register(chunks.get());
    }
    if (request.prologue().method().text().equals("CONNECT") || hasNamelessHeader(request)) {
      // Helidon takes the one for a path and lets the other pass.
      send(request, response, generic(Status.BAD_REQUEST_400).answer(requestId(request)));
      return;
    }
    Optional<Problem> foreign = foreignChange(request);
    if (foreign.isPresent()) {
      send(request, response, foreign.get().answer(requestId(request)));
      return;
    }
    chain.proceed();
  }

  private static boolean hasNamelessHeader(ServerRequest request) {
    for (Header header : request.headers()) {
      if (header.name().isBlank()) {
        return true;
      }
    }
    return false;
  }

  /** Serves a route. */
  Handler handler(Route route) {
    return (request, response) -> send(request, response, answer(route, request));
  }

  private Answer answer(Route route, ServerRequest request) {
    request.context().register(Watching.ROUTE, route.path());
    Call call = new Call(route, request, door);
    Answer answer = answer(route, call);
    if (!Doorkeeper.SAFE_METHODS.contains(route.method())) {
      changed.run();
    }
    // What somebody sees who is signed in must not come back from a cache when he is not.
    return call.isPersonal() ? answer.with("Cache-Control", "no-store") : answer;
  }

  /** Not left to Helidon's error handling, from within which no connection can be closed. */
  private Answer answer(Route route, Call call) {
    ServerRequest request = call.request();
    try {
      call.admit();
      door.guesses().admit(call);
      return route.repeat() == Route.Repeat.NEVER
          ? carryOut(route, call)
          : repeats.answer(call, () -> carryOut(route, call));
    } catch (CloseConnectionException gone) {
      // The client is gone; there is nobody to tell.
      throw gone;
    } catch (Throwable thrown) {
      Problem problem = problem(request, thrown);
      request.context().register(Watching.CODE, problem.code());
      door.guesses().answered(call, problem);
      return problem.answer(requestId(request));
    }
  }

  private static Answer carryOut(Route route, Call call) throws IOException {
    Answer answer = route.endpoint().answer(call);
    call.checkAsked();
    return answer;
  }

  /** Serves what no route does. */
  Handler nothing() {
    return (request, response) ->
        send(request, response, Problem.notFound().answer(requestId(request)));
  }

  /** Serves what other methods of a path ask for. */
  Handler otherMethods(String allowed) {
    return (request, response) ->
        send(
            request,
            response,
            request.prologue().method().equals(Method.OPTIONS)
                ? Answer.nothing(204).with("Allow", allowed)
                : Problem.methodNotAllowed(allowed).answer(requestId(request)));
  }

  /** What no endpoint threw: Helidon's own refusals on the way to one. */
  void failed(ServerRequest request, ServerResponse response, Throwable thrown) {
    if (thrown instanceof CloseConnectionException gone) {
      throw gone;
    }
    send(request, response, problem(request, thrown).answer(requestId(request)));
  }

  private static Problem problem(ServerRequest request, Throwable thrown) {
    return switch (thrown) {
      case ProblemException refused -> refused.problem();
      case BusyException busy -> Problem.busy(busy.retryAfter().toSeconds());
      // Changed between the look at the version and the save, which has it as its condition.
      case StaleVersionException stale ->
          request.headers().contains(HeaderNames.IF_MATCH)
              ? Problem.preconditionFailed()
              : Problem.stale();
      case TooManyException full -> Problem.full(full.most());
      case ConcurrencyException inTheWay -> Problem.busy(1);
      case UnavailableException gone -> {
        LOG.log(Level.WARNING, "request {0}: the database is not there", requestId(request));
        yield Problem.busy(5);
      }
      case TimedOutException slow -> {
        LOG.log(Level.WARNING, "request {0}: the database is too slow", requestId(request));
        yield Problem.busy(5);
      }
      case HttpException helidons when helidons.status().code() < 500 -> generic(helidons.status());
      case RequestException helidons when helidons.status().code() < 500 ->
          generic(helidons.status());
      default -> {
        LOG.log(Level.ERROR, "request " + requestId(request) + " failed", thrown);
        yield Problem.internal();
      }
    };
  }

  /** For requests that are refused before there is anything to route. */
  DirectHandler.TransportResponse refused(
      DirectHandler.TransportRequest request,
      DirectHandler.EventType type,
      Status status,
      ServerResponseHeaders headers,
      String message) {
    // Helidon's message may repeat what was sent.
    // What fails here failed over the head of a request: errors of routes come to failed().
    Status said = type == DirectHandler.EventType.INTERNAL_ERROR ? Status.BAD_REQUEST_400 : status;
    Answer answer = generic(said).answer(newRequestId());
    DirectHandler.TransportResponse.Builder builder =
        DirectHandler.TransportResponse.builder()
            .status(Status.create(answer.status()))
            .headers(headers)
            .keepAlive(false);
    ALWAYS.forEach(headers::set);
    headers.set(FOR_DATA);
    headers.set(NO_STORE);
    headers.set(HeaderNames.CONTENT_TYPE, answer.mediaType());
    answer.headers().forEach((name, value) -> headers.set(HeaderNames.create(name), value));
    return builder.entity(((Answer.Content.Bytes) answer.content()).bytes()).build();
  }

  static String requestId(ServerRequest request) {
    return request.context().get(REQUEST_ID, String.class).orElse("unknown");
  }

  /** Tells requests apart and proves nothing, so it need not be hard to guess. */
  private static String newRequestId() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    return HexFormat.of().toHexDigits(random.nextLong())
        + HexFormat.of().toHexDigits(random.nextInt());
  }

  private static Problem generic(Status status) {
    return switch (status.code()) {
      case 404 -> Problem.notFound();
      case 411 -> Wire.lengthRequired();
      case 413 ->
          Problem.of(413, "request.too-large", "The body is larger than is taken here.", "");
      case 414 -> Problem.of(414, "request.uri-too-long", "The address is too long.", "");
      case 431 ->
          Problem.of(431, "request.headers-too-large", "The header fields are too large.", "");
      case 503 -> Problem.busy(1);
      default ->
          Problem.of(
              status.code(),
              "request.bad",
              "The request breaks the rules of HTTP, or of this server.",
              "");
    };
  }

  /**
   * Whether another site's page tries to change something here. Also where no cookie counts: a page
   * must not fill the disk of whoever looks at it either.
   */
  private static Optional<Problem> foreignChange(ServerRequest request) {
    if (Doorkeeper.SAFE_METHODS.contains(request.prologue().method().text())) {
      return Optional.empty();
    }
    String site = request.headers().first(SEC_FETCH_SITE).orElse("");
    boolean foreign = site.equals("cross-site") || site.equals("same-site");
    Optional<String> origin = request.headers().first(HeaderNames.ORIGIN);
    if (!foreign && site.isEmpty() && origin.isPresent()) {
      String host = request.headers().first(HeaderNames.HOST).orElse("");
      foreign = !host.equalsIgnoreCase(authority(origin.get()));
    }
    return foreign
        ? Optional.of(
            Problem.of(
                403,
                "request.cross-site",
                "Pages of other sites must not change anything here.",
                ""))
        : Optional.empty();
  }

  private static String authority(String origin) {
    try {
      String authority = new URI(origin).getRawAuthority();
      return authority == null ? "" : authority;
    } catch (URISyntaxException e) {
      return "";
    }
  }

  private void send(ServerRequest request, ServerResponse response, Answer answer) {
    boolean unread =
        request.headers().contains(HeaderNames.TRANSFER_ENCODING)
            || (request.content().hasEntity() && !request.content().consumed());
    dress(request, response, answer);
    if (unread || request.headers().contains(HeaderValues.CONNECTION_CLOSE)) {
      response.header(HeaderValues.CONNECTION_CLOSE);
    }
    deadlines.begin(
        patience
            .answer()
            .plusSeconds(answer.content().length() / PacedBody.LEAST_BYTES_PER_SECOND));
    try {
      write(request, response, answer);
    } finally {
      deadlines.end();
    }
    if (unread) {
      // The header alone would leave the connection open, and the body for the next request.
      Optional<ChunkedBody> chunks = request.context().get(ChunkedBody.class);
      if (chunks.isEmpty()) {
        linger(() -> request.content().inputStream());
      } else if (!chunks.get().isRead()) {
        linger(chunks::get);
      }
      throw new CloseConnectionException("answered before the body was read");
    }
    if (request.headers().contains(HeaderValues.CONNECTION_CLOSE)) {
      // RFC 9112 §9.6; Helidon would wait for another request all the same.
      throw new CloseConnectionException("the client asked for it");
    }
  }

  private static void write(ServerRequest request, ServerResponse response, Answer answer) {
    boolean head = request.prologue().method().equals(Method.HEAD);
    switch (answer.content()) {
      case Answer.Content.Bytes content when !head && answer.status() != 304 -> {
        if (content.bytes().length == 0) {
          response.send();
        } else {
          response.send(content.bytes());
        }
      }
      case Answer.Content.Written content when !head -> {
        response.header(HeaderNames.CONTENT_LENGTH, Long.toString(content.length()));
        write(response, content);
      }
      default -> {
        if (answer.status() != 304) {
          response.header(HeaderNames.CONTENT_LENGTH, Long.toString(answer.content().length()));
        }
        response.send();
      }
    }
  }

  private static void dress(ServerRequest request, ServerResponse response, Answer answer) {
    response.status(answer.status());
    ALWAYS.forEach(response::header);
    response.header(answer.mediaType().startsWith("text/html") ? FOR_PAGES : FOR_DATA);
    response.header(REQUEST_ID_FIELD, requestId(request));
    if (!answer.headers().containsKey("Cache-Control")) {
      response.header(NO_STORE);
    }
    if (!answer.mediaType().isEmpty()) {
      response.header(HeaderNames.CONTENT_TYPE, answer.mediaType());
    }
    answer.headers().forEach((name, value) -> response.header(name, value));
  }

  private static void write(ServerResponse response, Answer.Content.Written content) {
    try (OutputStream out = new BufferedOutputStream(response.outputStream(), 1 << 16)) {
      content.writer().writeTo(out);
    } catch (IOException | UncheckedIOException e) {
      throw new CloseConnectionException("the client went away", e);
    }
  }

  /**
   * Reads on for a moment. A connection that is closed with unread bytes is reset, and a client
   * that still writes would then never see the answer (RFC 9112 §9.6).
   */
  private void linger(Supplier<InputStream> rest) {
    Thread reading = Thread.currentThread();
    // Interrupting a virtual thread that reads a socket closes the socket.
    ScheduledFuture<?> end =
        watch.schedule(reading::interrupt, LINGER_MILLIS, TimeUnit.MILLISECONDS);
    try (InputStream body = rest.get()) {
      byte[] block = new byte[1 << 14];
      long read = 0;
      while (read < LINGER_BYTES) {
        int more = body.read(block);
        if (more < 0) {
          break;
        }
        read += more;
      }
    } catch (IOException | RuntimeException e) {
      LOG.log(Level.DEBUG, "a connection ended while its refused body was read", e);
    } finally {
      end.cancel(false);
    }
  }
}

package io.ktizo.server.http;

import io.helidon.common.buffers.BufferData;
import io.helidon.http.HeaderNames;
import io.helidon.http.Headers;
import io.helidon.http.HttpPrologue;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http1.Http1ConnectionListener;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The connection below a request: how long its head may take, and the one kind of body that is not
 * left to Helidon. Helidon serves a connection on one thread, which hears of it here before it is
 * asked for.
 */
final class Connections implements Http1ConnectionListener {
  private static final byte[] CONTINUE =
      "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  /** Of this listener, not of the process: two servers in one JVM have their own. */
  @SuppressWarnings("ThreadLocalUsage")
  private final ThreadLocal<ConnectionContext> current = new ThreadLocal<>();

  private final Deadlines deadlines;
  private final Duration longestHead;

  Connections(Deadlines deadlines, Duration longestHead) {
    this.deadlines = deadlines;
    this.longestHead = longestHead;
  }

  @Override
  public void prologue(ConnectionContext connection, HttpPrologue prologue) {
    deadlines.begin(longestHead);
  }

  @Override
  public void headers(ConnectionContext connection, Headers headers) {
    deadlines.end();
    if (headers.contains(HeaderNames.TRANSFER_ENCODING)) {
      current.set(connection);
    }
  }

  /**
   * The chunked body of a request on this thread, if it is chunked and nothing else. It must be
   * read instead of the request's own content, and the connection closed afterwards.
   */
  Optional<ChunkedBody> chunked(ServerRequest request) {
    ConnectionContext connection = current.get();
    current.remove();
    List<String> codings = request.headers().all(HeaderNames.TRANSFER_ENCODING, List::of);
    if (connection == null
        || codings.size() != 1
        || !codings.getFirst().strip().equalsIgnoreCase("chunked")
        || request.headers().contains(HeaderNames.CONTENT_LENGTH)) {
      return Optional.empty();
    }
    boolean waits =
        request.headers().first(HeaderNames.EXPECT).orElse("").equalsIgnoreCase("100-continue");
    return Optional.of(
        new ChunkedBody(
            connection.dataReader(),
            () -> {
              if (waits) {
                connection.dataWriter().writeNow(BufferData.create(CONTINUE));
              }
            }));
  }
}

package io.ktizo.server.outside;

import io.ktizo.core.webhook.AddressGuard;
import io.ktizo.core.webhook.WebhookTransport;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * Posts webhooks' messages over sockets of the JDK.
 *
 * <p>The host is resolved here, every address of it is checked, and the connection goes to an
 * address that was checked, whatever the name resolves to a moment later. A name with one address
 * inside is refused altogether. TLS checks the certificate against the name. No proxy and no
 * redirect is followed; of the answer the status line and the fields are read, up to {@link
 * #MOST_ANSWER}, and the connection is closed. All of it takes {@link #PATIENCE} at the most: the
 * socket is closed then, whoever holds it up. At most so many messages as the caller says are under
 * way at once; others wait.
 *
 * <p>HTTP is written by hand because no client of the JDK or of Helidon lets its user say which
 * address a TLS connection to a name goes to.
 */
public final class WebhookSender implements WebhookTransport, AutoCloseable {
  /** How long resolving, connecting, sending and the answer may take together. */
  public static final Duration PATIENCE = Duration.ofSeconds(5);

  /** How much of an answer is read. */
  public static final int MOST_ANSWER = 64 << 10;

  private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] ([1-5][0-9]{2})(?: .*)?");
  private static final Pattern FIELD = Pattern.compile("[\\x20-\\x7e]*");

  private final AddressGuard guard;
  private final Resolver resolver;
  private final SSLSocketFactory tls;
  private final Duration patience;
  private final Semaphore places;
  private final ScheduledExecutorService watch =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("ktizo-webhook-watch").factory());
  private final ExecutorService lookups = Executors.newVirtualThreadPerTaskExecutor();

  /** Finds the addresses of a host. */
  @FunctionalInterface
  public interface Resolver {
    /** All of them. */
    List<InetAddress> resolve(String host) throws UnknownHostException;
  }

  /** Sending where the guard allows, trusting the authorities that the JDK trusts. */
  public WebhookSender(AddressGuard guard, int parallel) {
    this(
        guard,
        host -> List.of(InetAddress.getAllByName(host)),
        (SSLSocketFactory) SSLSocketFactory.getDefault(),
        PATIENCE,
        parallel);
  }

  WebhookSender(
      AddressGuard guard,
      Resolver resolver,
      SSLSocketFactory tls,
      Duration patience,
      int parallel) {
    this.guard = guard;
    this.resolver = resolver;
    this.tls = tls;
    this.patience = patience;
    this.places = new Semaphore(parallel);
  }

  @Override
  public Answer post(URI url, Map<String, String> headers, byte[] body) {
    if (guard.fault(url).isPresent() || !areFields(headers)) {
      return failed(Failure.REFUSED_ADDRESS);
    }
    long deadline = System.nanoTime() + patience.toNanos();
    boolean entered = false;
    try {
      entered = places.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS);
      if (!entered) {
        return failed(Failure.TIMED_OUT);
      }
      return postTo(url, headers, body, deadline);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return failed(Failure.TIMED_OUT);
    } finally {
      if (entered) {
        places.release();
      }
    }
  }

  private static boolean areFields(Map<String, String> headers) {
    return headers.entrySet().stream()
        .allMatch(
            field ->
                field.getKey().matches("[A-Za-z0-9-]{1,60}")
                    && FIELD.matcher(field.getValue()).matches());
  }

  private Answer postTo(URI url, Map<String, String> headers, byte[] body, long deadline) {
    List<InetAddress> addresses;
    try {
      addresses = resolved(hostOf(url), deadline);
    } catch (UnknownHostException e) {
      return failed(Failure.UNKNOWN_HOST);
    } catch (TimeoutException e) {
      return failed(Failure.TIMED_OUT);
    }
    if (addresses.isEmpty()) {
      return failed(Failure.UNKNOWN_HOST);
    }
    if (!addresses.stream().allMatch(guard::allows)) {
      return failed(Failure.REFUSED_ADDRESS);
    }
    Answer answer = failed(Failure.UNREACHABLE);
    for (InetAddress address : addresses.subList(0, Math.min(3, addresses.size()))) {
      answer = exchange(url, address, headers, body, deadline);
      if (!answer.equals(failed(Failure.UNREACHABLE))) {
        break;
      }
    }
    return answer;
  }

  private static String hostOf(URI url) {
    String host = url.getHost();
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  /** A name server that does not answer must not hold up more than a lookup. */
  private List<InetAddress> resolved(String host, long deadline)
      throws UnknownHostException, TimeoutException {
    CompletableFuture<List<InetAddress>> lookup = new CompletableFuture<>();
    lookups.execute(
        () -> {
          try {
            lookup.complete(resolver.resolve(host));
          } catch (UnknownHostException | RuntimeException e) {
            lookup.completeExceptionally(e);
          }
        });
    try {
      return lookup.get(Math.max(1, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      throw new UnknownHostException("not resolved");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TimeoutException("interrupted");
    }
  }

  private Answer exchange(
      URI url, InetAddress address, Map<String, String> headers, byte[] body, long deadline) {
    boolean[] isOver = new boolean[1];
    try (Socket plain = new Socket(Proxy.NO_PROXY)) {
      ScheduledFuture<?> end =
          watch.schedule(
              () -> {
                synchronized (isOver) {
                  isOver[0] = true;
                }
                closed(plain);
              },
              Math.max(1, deadline - System.nanoTime()),
              TimeUnit.NANOSECONDS);
      try {
        int left = (int) Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime()));
        plain.connect(new InetSocketAddress(address, AddressGuard.portOf(url)), left);
        plain.setSoTimeout(left);
        if ("https".equalsIgnoreCase(url.getScheme())) {
          try (SSLSocket secure = secured(plain, url)) {
            return converse(secure, url, headers, body);
          }
        }
        return converse(plain, url, headers, body);
      } finally {
        end.cancel(false);
      }
    } catch (SocketTimeoutException e) {
      return failed(Failure.TIMED_OUT);
    } catch (SSLException e) {
      return failed(isOver(isOver) ? Failure.TIMED_OUT : Failure.UNTRUSTED);
    } catch (IOException e) {
      return failed(isOver(isOver) ? Failure.TIMED_OUT : Failure.UNREACHABLE);
    }
  }

  private static boolean isOver(boolean[] flag) {
    synchronized (flag) {
      return flag[0];
    }
  }

  private static void closed(Closeable socket) {
    try {
      socket.close();
    } catch (IOException e) {
      System.getLogger(WebhookSender.class.getName())
          .log(System.Logger.Level.DEBUG, "a socket was closed already");
    }
  }

  private SSLSocket secured(Socket plain, URI url) throws IOException {
    SSLSocket secure =
        (SSLSocket) tls.createSocket(plain, hostOf(url), AddressGuard.portOf(url), true);
    SSLParameters parameters = secure.getSSLParameters();
    // Without it the JDK takes any certificate of a trusted authority for any host.
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    parameters.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
    secure.setSSLParameters(parameters);
    secure.startHandshake();
    return secure;
  }

  private static Answer converse(Socket socket, URI url, Map<String, String> headers, byte[] body)
      throws IOException {
    OutputStream out = socket.getOutputStream();
    out.write(head(url, headers, body.length).getBytes(StandardCharsets.US_ASCII));
    out.write(body);
    out.flush();
    return answer(socket.getInputStream());
  }

  private static String head(URI url, Map<String, String> headers, int length) {
    String path = url.getRawPath() == null || url.getRawPath().isEmpty() ? "/" : url.getRawPath();
    String query = url.getRawQuery() == null ? "" : "?" + url.getRawQuery();
    String port = url.getPort() < 0 ? "" : ":" + url.getPort();
    StringBuilder head =
        new StringBuilder("POST ")
            .append(path)
            .append(query)
            .append(" HTTP/1.1\r\nHost: ")
            .append(url.getHost())
            .append(port)
            .append("\r\nUser-Agent: KTIZO-Webhooks/1\r\nConnection: close\r\nContent-Length: ")
            .append(length)
            .append("\r\n");
    headers.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
    return head.append("\r\n").toString();
  }

  /** Reads status and fields; what follows is nobody's business. */
  private static Answer answer(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    String status = "";
    for (int read = 0; read < MOST_ANSWER; read++) {
      int next = in.read();
      if (next < 0) {
        break;
      }
      if (next != '\n') {
        line.write(next);
        continue;
      }
      String text = line.toString(StandardCharsets.ISO_8859_1);
      text = text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
      line.reset();
      if (status.isEmpty()) {
        status = text;
        if (!STATUS.matcher(status).matches()) {
          return failed(Failure.BAD_ANSWER);
        }
      } else if (text.isEmpty()) {
        Matcher matcher = STATUS.matcher(status);
        int code = matcher.matches() ? Integer.parseInt(matcher.group(1)) : 0;
        if (code >= 200) {
          return new Answer.Status(code);
        }
        // 100 Continue and its kind come before the answer.
        status = "";
      }
    }
    return failed(Failure.BAD_ANSWER);
  }

  private static Answer failed(Failure failure) {
    return new Answer.Failed(failure);
  }

  /** Ends what is under way. */
  @Override
  public void close() {
    watch.shutdownNow();
    lookups.shutdownNow();
  }
}

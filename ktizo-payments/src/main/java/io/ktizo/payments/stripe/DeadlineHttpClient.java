package io.ktizo.payments.stripe;

import com.stripe.exception.ApiConnectionException;
import com.stripe.exception.StripeException;
import com.stripe.net.HttpClient;
import com.stripe.net.HttpContent;
import com.stripe.net.HttpHeaders;
import com.stripe.net.StripeRequest;
import com.stripe.net.StripeResponse;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Sends calls to Stripe, each within a time that nothing prolongs. The client's own connection
 * counts its time-out anew with every byte: an answer that drips would hold a thread for as long as
 * it pleases. Retries, with jitter and the same key, stay the library's.
 */
final class DeadlineHttpClient extends HttpClient {
  /** Names that the JDK's client sets by itself. */
  private static final Set<String> RESERVED =
      Set.of("connection", "content-length", "expect", "host", "upgrade");

  private final java.net.http.HttpClient client;
  private final Duration limit;

  /**
   * With time-outs of one try.
   *
   * @param connect until there is a connection
   * @param limit from the first byte sent to the last received
   */
  DeadlineHttpClient(Duration connect, Duration limit) {
    this.client =
        java.net.http.HttpClient.newBuilder()
            .connectTimeout(connect)
            .followRedirects(java.net.http.HttpClient.Redirect.NEVER)
            .build();
    this.limit = limit;
  }

  @Override
  public StripeResponse request(StripeRequest request) throws StripeException {
    CompletableFuture<HttpResponse<String>> sent =
        client.sendAsync(
            translated(request), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
    try {
      HttpResponse<String> response = sent.get(limit.toMillis(), TimeUnit.MILLISECONDS);
      return new StripeResponse(
          response.statusCode(), HttpHeaders.of(response.headers().map()), response.body());
    } catch (TimeoutException e) {
      sent.cancel(true);
      throw lost(new SocketTimeoutException("no whole answer in time"));
    } catch (InterruptedException e) {
      sent.cancel(true);
      Thread.currentThread().interrupt();
      throw lost(new IOException("interrupted", e));
    } catch (ExecutionException e) {
      throw lost(retried(e.getCause()));
    }
  }

  /** As the library expects it of what it repeats: by its class. */
  private static IOException retried(@Nullable Throwable cause) {
    if (cause instanceof java.net.http.HttpTimeoutException) {
      return new SocketTimeoutException("no connection in time");
    }
    ConnectException broken = new ConnectException("the connection broke");
    if (cause != null) {
      broken.initCause(cause);
    }
    return broken;
  }

  private static ApiConnectionException lost(IOException cause) {
    return new ApiConnectionException("Stripe could not be reached", cause);
  }

  private static HttpRequest translated(StripeRequest request) {
    HttpContent content = request.content();
    HttpRequest.BodyPublisher body =
        content == null
            ? HttpRequest.BodyPublishers.noBody()
            : HttpRequest.BodyPublishers.ofByteArray(content.byteArrayContent());
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(URI.create(request.url().toString()))
            .method(request.method().name(), body);
    request
        .headers()
        .map()
        .forEach(
            (name, values) -> {
              if (!RESERVED.contains(name.toLowerCase(java.util.Locale.ROOT))) {
                values.forEach(value -> builder.header(name, value));
              }
            });
    builder.setHeader("User-Agent", buildUserAgentString(request));
    builder.setHeader("X-Stripe-Client-User-Agent", buildXStripeClientUserAgentString());
    if (content != null) {
      builder.setHeader("Content-Type", content.contentType());
    }
    return builder.build();
  }
}

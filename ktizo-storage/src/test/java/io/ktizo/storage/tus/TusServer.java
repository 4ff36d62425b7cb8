package io.ktizo.storage.tus;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.ktizo.storage.Owner;
import io.ktizo.storage.upload.Uploading;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The JDK's HTTP server with a handler on it; everybody is the same owner. */
final class TusServer implements AutoCloseable {
  static final String PATH = "/uploads";
  static final Owner OWNER = new Owner("account_1");

  private final HttpServer server;
  private final ExecutorService threads;

  private TusServer(HttpServer server, ExecutorService threads) {
    this.server = server;
    this.threads = threads;
  }

  static TusServer start(Uploading uploading) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
    ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    TusHandler handler = new TusHandler(uploading, PATH);
    server.createContext(PATH, exchange -> answer(handler, exchange));
    server.setExecutor(threads);
    server.start();
    return new TusServer(server, threads);
  }

  private static void answer(TusHandler handler, HttpExchange exchange) throws IOException {
    try (exchange) {
      String id = exchange.getRequestURI().getPath().substring(PATH.length()).replace("/", "");
      TusResponse response =
          handler.handle(
              new TusRequest(
                  OWNER,
                  exchange.getRequestMethod(),
                  id,
                  exchange.getRequestHeaders()::getFirst,
                  exchange.getRequestBody()));
      response.headers().forEach(exchange.getResponseHeaders()::set);
      byte[] text = response.text().getBytes(StandardCharsets.UTF_8);
      boolean empty = text.length == 0 || exchange.getRequestMethod().equals("HEAD");
      exchange.sendResponseHeaders(response.status(), empty ? -1 : text.length);
      if (!empty) {
        try (OutputStream out = exchange.getResponseBody()) {
          out.write(text);
        }
      }
    }
  }

  int port() {
    return server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}

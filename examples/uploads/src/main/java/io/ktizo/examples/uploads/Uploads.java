package io.ktizo.examples.uploads;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.ktizo.storage.Owner;
import io.ktizo.storage.crypto.EncryptedStore;
import io.ktizo.storage.crypto.LocalMasterKeys;
import io.ktizo.storage.crypto.MemoryWrappedKeys;
import io.ktizo.storage.directory.DirectoryStore;
import io.ktizo.storage.store.MemoryCatalogue;
import io.ktizo.storage.tus.TusHandler;
import io.ktizo.storage.tus.TusRequest;
import io.ktizo.storage.tus.TusResponse;
import io.ktizo.storage.upload.Uploading;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.Executors;

/** Takes models from any tus client: {@code Uploads DIRECTORY "1 $(openssl rand -base64 32)"}. */
public final class Uploads {
  private Uploads() {}

  /** Starts on port 8080 of this machine. */
  public static void main(String[] arguments) throws IOException {
    start(Path.of(arguments[0]), arguments[1], 8080);
  }

  /** Catalogue and wrapped keys live in memory here; see SqlCatalogue and SqlWrappedKeys. */
  static HttpServer start(Path directory, String masterKeys, int port) throws IOException {
    EncryptedStore vault =
        new EncryptedStore(
            DirectoryStore.open(directory),
            new MemoryWrappedKeys(),
            LocalMasterKeys.fromText(masterKeys));
    Uploading uploading = Uploading.builder(vault, new MemoryCatalogue(), UUID::randomUUID).build();
    TusHandler handler = new TusHandler(uploading, "/uploads");
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/uploads", exchange -> answer(handler, exchange));
    server.start();
    return server;
  }

  private static void answer(TusHandler handler, HttpExchange exchange) throws IOException {
    try (exchange) {
      TusResponse response =
          handler.handle(
              new TusRequest(
                  new Owner("everybody"), // Whoever is signed in, in a real application.
                  exchange.getRequestMethod(),
                  exchange.getRequestURI().getPath().replaceFirst("^/uploads/?", ""),
                  exchange.getRequestHeaders()::getFirst,
                  exchange.getRequestBody()));
      response.headers().forEach(exchange.getResponseHeaders()::set);
      byte[] text = response.text().getBytes(StandardCharsets.UTF_8);
      boolean bare = text.length == 0 || exchange.getRequestMethod().equals("HEAD");
      exchange.sendResponseHeaders(response.status(), bare ? -1 : text.length);
      exchange.getResponseBody().write(text, 0, bare ? 0 : text.length);
    }
  }
}

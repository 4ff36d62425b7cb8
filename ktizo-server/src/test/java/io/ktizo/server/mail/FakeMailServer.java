package io.ktizo.server.mail;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A mail server that answers as a test wants it to; for answers that a real one does not give. */
final class FakeMailServer implements AutoCloseable {
  final AtomicInteger taken = new AtomicInteger();
  private final ServerSocket server;
  private final String answerToRecipient;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  /**
   * Begins to answer.
   *
   * @param answerToRecipient to RCPT TO; empty to say nothing at all from the beginning
   */
  FakeMailServer(String answerToRecipient) throws IOException {
    this.answerToRecipient = answerToRecipient;
    this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    threads.execute(this::accept);
  }

  int port() {
    return server.getLocalPort();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        threads.execute(() -> talk(socket));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void talk(Socket socket) {
    try (socket;
        BufferedReader in =
            new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
        OutputStream out = socket.getOutputStream()) {
      if (!answerToRecipient.isEmpty()) {
        say(out, "220 fake");
      }
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        if (answerToRecipient.isEmpty()) {
          continue;
        }
        String command = line.toUpperCase(Locale.ROOT);
        if (command.startsWith("RCPT")) {
          say(out, answerToRecipient);
        } else if (command.startsWith("DATA")) {
          say(out, "354 go on");
          while (!".".equals(in.readLine())) {
            // The letter itself is of no interest here.
          }
          taken.incrementAndGet();
          say(out, "250 ok");
        } else {
          say(out, "250 ok");
        }
      }
    } catch (IOException e) {
      // The client went away, as it does when it has waited long enough.
    }
  }

  private static void say(OutputStream out, String line) throws IOException {
    out.write((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
    out.flush();
  }

  @Override
  public void close() throws IOException {
    server.close();
    threads.shutdownNow();
  }
}

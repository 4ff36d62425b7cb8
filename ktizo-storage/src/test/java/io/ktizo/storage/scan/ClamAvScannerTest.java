package io.ktizo.storage.scan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Against a daemon that speaks the other side of clamd(8) as its manual says. The one signature it
 * knows is the EICAR test string, split here so that no scanner stops at this file.
 */
final class ClamAvScannerTest {
  private static final String EICAR =
      "X5O!P%@AP[4\\PZX54(P^)7CC)7}" + "$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*";

  private ServerSocket daemon;

  @BeforeEach
  void listen() throws IOException {
    daemon = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
  }

  @AfterEach
  void close() throws IOException {
    daemon.close();
  }

  /** Serves one connection; gives what it received. */
  private CompletableFuture<byte[]> serve(int limit) {
    CompletableFuture<byte[]> received = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(
            () -> {
              try (Socket client = daemon.accept();
                  DataInputStream in = new DataInputStream(client.getInputStream())) {
                String command = new String(in.readNBytes(10), StandardCharsets.US_ASCII);
                ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                String answer = command.equals("zINSTREAM\0") ? "" : "UNKNOWN COMMAND";
                for (int length = in.readInt(); length > 0; length = in.readInt()) {
                  bytes.write(in.readNBytes(length));
                  if (bytes.size() > limit) {
                    answer = "INSTREAM size limit exceeded. ERROR";
                    break;
                  }
                }
                if (answer.isEmpty()) {
                  answer =
                      bytes.toString(StandardCharsets.ISO_8859_1).contains(EICAR)
                          ? "stream: Eicar-Signature FOUND"
                          : "stream: OK";
                }
                client.getOutputStream().write((answer + "\0").getBytes(StandardCharsets.US_ASCII));
                client.getOutputStream().flush();
                received.complete(bytes.toByteArray());
              } catch (IOException e) {
                received.completeExceptionally(e);
              }
            });
    return received;
  }

  private ClamAvScanner scanner() {
    return new ClamAvScanner(
        "127.0.0.1", daemon.getLocalPort(), Duration.ofSeconds(2), Duration.ofSeconds(5));
  }

  private static ByteArrayInputStream bytes(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  @Test
  void clean_content_is_clean_and_was_seen_whole() throws Exception {
    CompletableFuture<byte[]> received = serve(1 << 20);
    byte[] content = new byte[200_000];

    assertThat(scanner().scan(new ByteArrayInputStream(content), content.length))
        .isEqualTo(new Scanner.Verdict.Clean());
    assertThat(received.get()).isEqualTo(content);
  }

  @Test
  void what_the_daemon_finds_is_named() throws IOException {
    CompletableFuture<byte[]> received = serve(1 << 20);

    assertThat(scanner().scan(bytes(EICAR), EICAR.length()))
        .isEqualTo(new Scanner.Verdict.Infected("Eicar-Signature"));
    assertThat(received).succeedsWithin(Duration.ofSeconds(5));
  }

  @Test
  void what_is_too_long_for_the_daemon_is_not_judged() throws IOException {
    CompletableFuture<byte[]> received = serve(1_000);

    assertThat(scanner().scan(new ByteArrayInputStream(new byte[5_000]), 5_000))
        .isInstanceOf(Scanner.Verdict.Unavailable.class);
    assertThat(received).succeedsWithin(Duration.ofSeconds(5));
  }

  @Test
  void no_daemon_and_a_silent_one_are_unavailable() throws IOException {
    ClamAvScanner impatient =
        new ClamAvScanner(
            "127.0.0.1", daemon.getLocalPort(), Duration.ofMillis(500), Duration.ofMillis(200));
    assertThat(impatient.scan(bytes("x"), 1)).isInstanceOf(Scanner.Verdict.Unavailable.class);
    int port = daemon.getLocalPort();
    daemon.close();

    assertThat(
            new ClamAvScanner("127.0.0.1", port, Duration.ofMillis(500), Duration.ofMillis(200))
                .scan(bytes("x"), 1))
        .isInstanceOf(Scanner.Verdict.Unavailable.class);
  }

  @Test
  void a_content_that_cannot_be_read_is_no_verdict() {
    CompletableFuture<byte[]> received = serve(1 << 20);
    InputStream failing =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("disk");
          }

          @Override
          public int read(byte[] into, int offset, int length) throws IOException {
            return read();
          }
        };

    assertThatThrownBy(() -> scanner().scan(failing, 10))
        .isInstanceOf(IOException.class)
        .hasMessage("disk");
    assertThat(received).failsWithin(Duration.ofSeconds(5));
  }

  @Test
  void signatures_keep_no_characters_that_could_hurt() {
    assertThat(new Scanner.Verdict.Infected("a b\n<c>").signature()).isEqualTo("a_b__c_");
    assertThat(new Scanner.Verdict.Infected("").signature()).isEqualTo("unnamed");
  }
}

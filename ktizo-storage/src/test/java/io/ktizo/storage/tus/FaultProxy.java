package io.ktizo.storage.tus;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A connection that breaks: passes bytes on to one of several servers in turn, no faster than it is
 * told, and resets every connection that has lived for a while. Resets, not closes: what is on its
 * way in either direction is lost.
 */
final class FaultProxy implements AutoCloseable {
  private final ServerSocket listening;
  private final List<Integer> ports;
  private final Duration life;
  private final long bytesPerSecond;
  private final AtomicInteger next = new AtomicInteger();
  private final AtomicInteger cuts = new AtomicInteger();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();

  FaultProxy(List<Integer> ports, Duration life, long bytesPerSecond) throws IOException {
    this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    this.ports = ports;
    this.life = life;
    this.bytesPerSecond = bytesPerSecond;
    Thread.ofVirtual().start(this::accept);
  }

  int port() {
    return listening.getLocalPort();
  }

  /** How many connections were cut while they were in use. */
  int cuts() {
    return cuts.get();
  }

  private void accept() {
    while (!listening.isClosed()) {
      try {
        Socket client = listening.accept();
        Socket server =
            new Socket(
                InetAddress.getLoopbackAddress(),
                ports.get(Math.floorMod(next.getAndIncrement(), ports.size())));
        open.add(client);
        open.add(server);
        Thread.ofVirtual().start(() -> pass(client, server, bytesPerSecond));
        Thread.ofVirtual().start(() -> pass(server, client, Long.MAX_VALUE));
        Thread.ofVirtual().start(() -> cutAfterItsLife(client, server));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void cutAfterItsLife(Socket client, Socket server) {
    try {
      Thread.sleep(life);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (!client.isClosed() && !server.isClosed()) {
      cuts.incrementAndGet();
    }
    reset(client);
    reset(server);
  }

  private void pass(Socket from, Socket to, long limit) {
    byte[] buffer = new byte[1 << 16];
    long start = System.nanoTime();
    long passed = 0;
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      int read = in.read(buffer);
      while (read >= 0) {
        out.write(buffer, 0, read);
        passed += read;
        long due = limit == Long.MAX_VALUE ? 0 : passed * 1_000_000_000L / limit;
        long early = due - (System.nanoTime() - start);
        if (early > 1_000_000) {
          Thread.sleep(Duration.ofNanos(early));
        }
        read = in.read(buffer);
      }
    } catch (IOException cut) {
      // That is what it is for.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    close(from);
    close(to);
  }

  private void reset(Socket socket) {
    try {
      if (!socket.isClosed()) {
        socket.setSoLinger(true, 0);
      }
    } catch (IOException closedMeanwhile) {
      return;
    }
    close(socket);
  }

  private void close(Socket socket) {
    open.remove(socket);
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    listening.close();
    open.forEach(this::reset);
  }
}

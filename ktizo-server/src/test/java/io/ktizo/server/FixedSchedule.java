package io.ktizo.server;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Requests at moments that are fixed before the first is sent. A request that leaves late, because
 * all connections still wait for answers, is timed from the moment at which it was due: a server
 * that stands still for a second is charged with every request of that second, and not with the one
 * that happened to be on its way (coordinated omission).
 *
 * <p>One thread for each connection, which stays open over all runs. HTTP/1.1 by hand: a client's
 * own work would be taken from the server, which runs on the same cores.
 */
final class FixedSchedule implements AutoCloseable {
  private static final int SILENCE_MILLIS = 30_000;

  private final int port;
  private final List<Connection> connections = new ArrayList<>();

  /** What is sent next, given what this connection has seen. */
  interface Script {
    /** The kind of the request, as it stands in the results. */
    String kind();

    /** All bytes of it. */
    byte[] bytes();

    /**
     * Is shown the answer.
     *
     * @param tag its ETag, if it has one
     * @param location its Location, if it has one
     */
    default void answered(int status, @Nullable String tag, @Nullable String location) {}
  }

  /** One connection's sequence of requests. */
  interface Visitor {
    Script next(long number);
  }

  /**
   * What became of one request.
   *
   * @param status of the answer; 0 if the connection broke
   * @param nanos from the moment at which it was due
   */
  record Timed(String kind, int status, long nanos) {
    boolean isGood() {
      return status >= 200 && status < 400;
    }
  }

  /**
   * What came of a run.
   *
   * @param asked how many requests the schedule had
   * @param seconds from the first request that was due to the last answer
   */
  record Result(long asked, double seconds, List<Timed> timed) {
    Result {
      timed = List.copyOf(timed);
    }

    long good() {
      return timed.stream().filter(Timed::isGood).count();
    }

    long withStatus(int status) {
      return timed.stream().filter(each -> each.status() == status).count();
    }

    /** Good answers in a second. */
    double goodput() {
      return good() / seconds;
    }

    /** Which part of the good answers came within so many milliseconds. */
    double millis(double share) {
      return millis(share, "");
    }

    /** The same for one kind of request; all for the empty name. */
    double millis(double share, String kind) {
      long[] nanos =
          timed.stream()
              .filter(Timed::isGood)
              .filter(each -> kind.isEmpty() || each.kind().equals(kind))
              .mapToLong(Timed::nanos)
              .sorted()
              .toArray();
      return nanos.length == 0
          ? Double.NaN
          : nanos[(int) Math.min(nanos.length - 1, Math.floor(share * nanos.length))] / 1e6;
    }
  }

  /** Opens connections to a server on this machine, one for each visitor. */
  FixedSchedule(int port, int connections, LongFunction<Visitor> visitors) {
    this.port = port;
    for (int i = 0; i < connections; i++) {
      this.connections.add(new Connection(visitors.apply(i)));
    }
  }

  /**
   * Sends at a fixed rate.
   *
   * @param most of the connections that are used
   * @param rate requests in a second; infinite for each as soon as the last was answered
   */
  Result run(int most, double rate, int seconds) throws InterruptedException {
    List<Connection> used = connections.subList(0, most);
    boolean open = !Double.isInfinite(rate);
    long asked = open ? Math.round(rate * seconds) : Long.MAX_VALUE;
    AtomicLong number = new AtomicLong();
    long begin = System.nanoTime() + 50_000_000L;
    // Of a schedule that cannot be kept, the rest is not sent; it counts as not answered.
    long end = begin + seconds * 1_000_000_000L;
    List<Thread> threads = new ArrayList<>();
    for (Connection connection : used) {
      threads.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    LockSupport.parkNanos(begin - System.nanoTime());
                    long next = number.getAndIncrement();
                    while (next < asked) {
                      long due =
                          open
                              ? begin + (long) (next * (1e9 / rate))
                              : Math.max(begin, System.nanoTime());
                      waitUntil(due);
                      if (System.nanoTime() >= end) {
                        break;
                      }
                      connection.send(next, due);
                      next = number.getAndIncrement();
                    }
                  }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    double took = Math.max(seconds, (System.nanoTime() - begin) / 1e9);
    List<Timed> timed = new ArrayList<>();
    used.forEach(connection -> timed.addAll(connection.takeTimes()));
    return new Result(open ? asked : timed.size(), took, timed);
  }

  private static void waitUntil(long due) {
    long left = due - System.nanoTime();
    while (left > 0) {
      LockSupport.parkNanos(left);
      left = due - System.nanoTime();
    }
  }

  @Override
  public void close() {
    connections.forEach(Connection::hangUp);
  }

  private final class Connection {
    private final Visitor visitor;
    private final List<Timed> times = new ArrayList<>();
    private @Nullable Socket socket;
    private InputStream in = InputStream.nullInputStream();
    private final byte[] line = new byte[8 << 10];

    Connection(Visitor visitor) {
      this.visitor = visitor;
    }

    List<Timed> takeTimes() {
      List<Timed> taken = List.copyOf(times);
      times.clear();
      return taken;
    }

    void send(long number, long due) {
      Script script = visitor.next(number);
      int status;
      try {
        Socket to = socket();
        to.getOutputStream().write(script.bytes());
        status = readAnswer(script);
      } catch (IOException e) {
        hangUp();
        status = 0;
      }
      times.add(new Timed(script.kind(), status, System.nanoTime() - due));
    }

    private Socket socket() throws IOException {
      Socket known = socket;
      if (known == null) {
        known = new Socket(InetAddress.getLoopbackAddress(), port);
        known.setTcpNoDelay(true);
        known.setSoTimeout(SILENCE_MILLIS);
        in = new BufferedInputStream(known.getInputStream(), 16 << 10);
        socket = known;
      }
      return known;
    }

    private int readAnswer(Script script) throws IOException {
      int status = Integer.parseInt(readLine().substring(9, 12));
      long length = 0;
      String tag = null;
      String location = null;
      boolean last = false;
      for (String header = readLine(); !header.isEmpty(); header = readLine()) {
        int colon = header.indexOf(':');
        String value = header.substring(colon + 1).strip();
        switch (header.substring(0, colon).toLowerCase(Locale.ROOT)) {
          case "content-length" -> length = Long.parseLong(value);
          case "etag" -> tag = value;
          case "location" -> location = value;
          case "connection" -> last = value.equalsIgnoreCase("close");
          default -> {}
        }
      }
      in.skipNBytes(length);
      script.answered(status, tag, location);
      if (last) {
        hangUp();
      }
      return status;
    }

    private String readLine() throws IOException {
      int length = 0;
      for (int c = in.read(); c != '\n'; c = in.read()) {
        if (c < 0 || length == line.length) {
          throw new EOFException("the answer broke off");
        }
        line[length++] = (byte) c;
      }
      int end = length > 0 && line[length - 1] == '\r' ? length - 1 : length;
      return new String(line, 0, end, StandardCharsets.ISO_8859_1);
    }

    void hangUp() {
      Socket closing = socket;
      socket = null;
      in = InputStream.nullInputStream();
      try {
        if (closing != null) {
          closing.close();
        }
      } catch (IOException e) {
        throw new IllegalStateException("a socket could not be closed", e);
      }
    }
  }

  /** One request as it stands on the wire. */
  static byte[] request(
      int port, String method, String path, String headers, String type, byte[] body) {
    String head =
        method
            + " "
            + path
            + " HTTP/1.1\r\nHost: 127.0.0.1:"
            + port
            + "\r\n"
            + headers
            + (type.isEmpty()
                ? ""
                : "Content-Type: " + type + "\r\nContent-Length: " + body.length + "\r\n")
            + "\r\n";
    byte[] first = head.getBytes(StandardCharsets.US_ASCII);
    byte[] all = Arrays.copyOf(first, first.length + body.length);
    System.arraycopy(body, 0, all, first.length, body.length);
    return all;
  }
}

package io.ktizo.server.http;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.ktizo.server.config.Network;
import io.ktizo.server.config.ProxyHeaders;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who is at the other end: the peer of the connection, or whom a proxy names that is trusted.
 *
 * <p>Proxies append, so the list is read from its end, and only as far as those who wrote it are
 * trusted: what stands before may be the client's invention. Only one kind of header is read, the
 * one that the proxy is known to write; the other one it may let through as it came.
 */
public final class Proxies {
  private static final HeaderName FORWARDED_FOR = HeaderNames.create("X-Forwarded-For");
  private static final HeaderName FORWARDED_PROTO = HeaderNames.create("X-Forwarded-Proto");
  private static final HeaderName FORWARDED = HeaderNames.create("Forwarded");
  private static final Pattern FOR =
      Pattern.compile("(?:^|;)\\s*for=(?:\"([^\"]*)\"|([^;\"\\s]*))", Pattern.CASE_INSENSITIVE);
  private static final Pattern PROTO =
      Pattern.compile("(?:^|;)\\s*proto=\"?([a-z]{1,10})\"?", Pattern.CASE_INSENSITIVE);
  private static final int MOST_HOPS = 20;

  private final List<Network> trusted;
  private final ProxyHeaders headers;

  /**
   * Proxies.
   *
   * @param trusted from where their word is believed
   * @param headers which they write
   */
  public Proxies(List<Network> trusted, ProxyHeaders headers) {
    this.trusted = List.copyOf(trusted);
    this.headers = headers;
  }

  /** Nobody is trusted. */
  public static Proxies none() {
    return new Proxies(List.of(), ProxyHeaders.X_FORWARDED);
  }

  /** The client's address; nothing if the connection has none. */
  Optional<InetAddress> client(ServerRequest request) {
    Optional<InetAddress> peer = peer(request);
    return peer.isPresent() && isTrusted(peer.get())
        ? Optional.of(client(peer.get(), hops(request)))
        : peer;
  }

  /** Whether a trusted proxy says that the client came over TLS. */
  boolean sayTls(ServerRequest request) {
    if (peer(request).filter(this::isTrusted).isEmpty()) {
      return false;
    }
    List<String> protocols =
        switch (headers) {
          case X_FORWARDED -> parts(request, FORWARDED_PROTO);
          case FORWARDED ->
              parts(request, FORWARDED).stream().map(part -> found(PROTO, part)).toList();
        };
    return !protocols.isEmpty() && protocols.getLast().equalsIgnoreCase("https");
  }

  private InetAddress client(InetAddress peer, List<String> hops) {
    InetAddress client = peer;
    int first = Math.max(0, hops.size() - MOST_HOPS);
    for (int at = hops.size() - 1; at >= first && isTrusted(client); at--) {
      Optional<InetAddress> next = Network.literal(withoutPort(hops.get(at)));
      if (next.isEmpty()) {
        break;
      }
      client = next.get();
    }
    return client;
  }

  private boolean isTrusted(InetAddress address) {
    return trusted.stream().anyMatch(network -> network.contains(address));
  }

  private static Optional<InetAddress> peer(ServerRequest request) {
    return request.remotePeer().address() instanceof InetSocketAddress socket
        ? Optional.ofNullable(socket.getAddress())
        : Optional.empty();
  }

  private List<String> hops(ServerRequest request) {
    return switch (headers) {
      case X_FORWARDED -> parts(request, FORWARDED_FOR);
      case FORWARDED -> parts(request, FORWARDED).stream().map(part -> found(FOR, part)).toList();
    };
  }

  private static List<String> parts(ServerRequest request, HeaderName name) {
    List<String> parts = new ArrayList<>();
    for (String line : request.headers().all(name, List::of)) {
      Arrays.stream(line.split(",", -1)).map(String::strip).forEach(parts::add);
    }
    return parts;
  }

  private static String found(Pattern pattern, String part) {
    Matcher matcher = pattern.matcher(part);
    if (!matcher.find()) {
      return "";
    }
    @Nullable String quoted = matcher.group(1);
    return quoted != null ? quoted : String.valueOf(matcher.group(matcher.groupCount()));
  }

  /** {@code 192.0.2.1:80}, {@code [2001:db8::1]:80}, or without the port. */
  private static String withoutPort(String hop) {
    if (hop.startsWith("[")) {
      int end = hop.indexOf(']');
      return end < 0 ? "" : hop.substring(1, end);
    }
    int colon = hop.indexOf(':');
    return colon >= 0 && colon == hop.lastIndexOf(':') ? hop.substring(0, colon) : hop;
  }

  /** An address cut to the network that says little about a person: 24 bits, or 48 of IPv6. */
  static String network(InetAddress address) {
    byte[] bytes = address.getAddress();
    if (bytes.length == 4) {
      return (bytes[0] & 0xff) + "." + (bytes[1] & 0xff) + "." + (bytes[2] & 0xff) + ".0/24";
    }
    return String.format(
        Locale.ROOT,
        "%x:%x:%x::/48",
        (bytes[0] & 0xff) << 8 | (bytes[1] & 0xff),
        (bytes[2] & 0xff) << 8 | (bytes[3] & 0xff),
        (bytes[4] & 0xff) << 8 | (bytes[5] & 0xff));
  }
}

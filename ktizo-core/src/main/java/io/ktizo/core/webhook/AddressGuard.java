package io.ktizo.core.webhook;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.regex.Pattern;

/**
 * Where messages may go: addresses that anybody can reach, and nothing inside (server-side request
 * forgery, CWE-918).
 *
 * <p>Refused are all addresses that the IANA registries of special-purpose addresses (RFC 6890 and
 * its updates) do not call globally reachable: this host, private nets, link-local with the
 * metadata services of clouds, carrier-grade NAT, documentation, benchmarks, multicast, reserved.
 * IPv6 addresses that carry an IPv4 address (mapped, NAT64, 6to4, Teredo) are refused unless that
 * one is public; those of which nothing good can be expected, always.
 *
 * @param schemes allowed schemes
 * @param ports allowed ports
 * @param loopback whether this host itself may be asked: on a developer's machine and in tests
 */
public record AddressGuard(List<String> schemes, IntPredicate ports, boolean loopback) {
  private static final Pattern HOST =
      Pattern.compile("(?i)[a-z0-9](?:[a-z0-9-]{0,62})(?:\\.[a-z0-9](?:[a-z0-9-]{0,62}))*+\\.?");
  private static final Pattern IPV4 =
      Pattern.compile("(?:(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)(?:\\.(?!$)|$)){4}");

  /** For production: HTTPS on its port or 8443, public addresses. */
  public static AddressGuard strict() {
    return new AddressGuard(List.of("https"), port -> port == 443 || port == 8443, false);
  }

  /** For a developer's machine: HTTP as well, ports from 1024, this host as well. */
  public static AddressGuard local() {
    return new AddressGuard(
        List.of("https", "http"), port -> port == 443 || port == 80 || port >= 1024, true);
  }

  public AddressGuard {
    schemes = List.copyOf(schemes);
  }

  /** What is wrong with an address as somebody typed it, as far as that shows without resolving. */
  public Optional<String> fault(String text) {
    if (text.length() > 1_000) {
      return Optional.of("must have at most 1,000 characters");
    }
    URI url;
    try {
      url = new URI(text);
    } catch (java.net.URISyntaxException e) {
      return Optional.of("must be an address of the web");
    }
    return fault(url);
  }

  /** The same for an address that was parsed. */
  public Optional<String> fault(URI url) {
    String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
    if (!schemes.contains(scheme)) {
      return Optional.of("must begin with " + String.join(":// or ", schemes) + "://");
    }
    String host = url.getHost();
    if (host == null || url.getRawUserInfo() != null || url.getRawFragment() != null) {
      return Optional.of("must name a host, and neither a user nor a fragment");
    }
    if (!url.toASCIIString().equals(url.toString())) {
      return Optional.of("must be in ASCII; write the host in its xn-- form");
    }
    if (!ports.test(portOf(url))) {
      return Optional.of("must use another port");
    }
    return hostFault(host);
  }

  private Optional<String> hostFault(String host) {
    if (host.startsWith("[") && host.endsWith("]") && !host.contains("%")) {
      return literal(host.substring(1, host.length() - 1));
    }
    if (IPV4.matcher(host).matches()) {
      return literal(host);
    }
    String lastLabel = host.replaceAll("\\.$", "").replaceAll("^.*\\.", "");
    // 2130706433, 0x7f.1, 017700000001: ways to write 127.0.0.1 that some resolvers understand.
    if (!HOST.matcher(host).matches()
        || host.length() > 253
        || lastLabel.matches("(?i)\\d+|0x[0-9a-f]*")) {
      return Optional.of("must name a host");
    }
    return Optional.empty();
  }

  private Optional<String> literal(String address) {
    try {
      return allows(InetAddress.getByName(address))
          ? Optional.empty()
          : Optional.of("must be a public address");
    } catch (UnknownHostException e) {
      return Optional.of("must name a host");
    }
  }

  /** The port of an address, that of its scheme if it names none. */
  public static int portOf(URI url) {
    if (url.getPort() >= 0) {
      return url.getPort();
    }
    return "http".equalsIgnoreCase(url.getScheme()) ? 80 : 443;
  }

  /** Whether a resolved address may be connected to. */
  public boolean allows(InetAddress address) {
    byte[] bytes = address.getAddress();
    return switch (address) {
      case Inet4Address four -> allowsFour(bytes);
      case Inet6Address six -> allowsSix(bytes);
      default -> false;
    };
  }

  private boolean allowsFour(byte[] a) {
    int first = a[0] & 255;
    int second = a[1] & 255;
    int third = a[2] & 255;
    if (first == 127) {
      return loopback;
    }
    return !(first == 0
        || first == 10
        || (first == 100 && second >= 64 && second <= 127)
        || (first == 169 && second == 254)
        || (first == 172 && second >= 16 && second <= 31)
        || (first == 192 && second == 168)
        || (first == 192 && second == 0 && (third == 0 || third == 2))
        || (first == 192 && second == 88 && third == 99)
        || (first == 192 && second == 31 && third == 196)
        || (first == 192 && second == 52 && third == 193)
        || (first == 192 && second == 175 && third == 48)
        || (first == 198 && (second == 18 || second == 19))
        || (first == 198 && second == 51 && third == 100)
        || (first == 203 && second == 0 && third == 113)
        || first >= 224
        // Metadata and host services of clouds on addresses that look public.
        || (first == 168 && second == 63 && third == 129 && (a[3] & 255) == 16));
  }

  private boolean allowsSix(byte[] a) {
    if (isLoopback(a)) {
      return loopback;
    }
    // ::ffff:a.b.c.d. The JDK makes an Inet4Address of it; other paths need not.
    if (startsWith(a, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff)) {
      return allowsFour(Arrays.copyOfRange(a, 12, 16));
    }
    // 64:ff9b::/96 (RFC 6052): through a gateway to the IPv4 address at its end.
    if (startsWith(a, 0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0)) {
      return allowsFour(Arrays.copyOfRange(a, 12, 16)) && (a[12] & 255) != 127;
    }
    // 2002::/16, 6to4 (RFC 3056), carries one in its middle.
    if (startsWith(a, 0x20, 0x02)) {
      return false;
    }
    // Only 2000::/3 is given out, and these parts of it are not for hosts that anybody reaches.
    return (a[0] & 0xe0) == 0x20
        && !startsWith(a, 0x20, 0x01, 0x0d, 0xb8)
        // 2001::/23: Teredo, ORCHID, benchmarks and other protocols.
        && !(startsWith(a, 0x20, 0x01) && (a[2] & 0xfe) == 0)
        && !startsWith(a, 0x3f, 0xff)
        // Local services of clouds: 2620:4f:8000::/48 is AS112.
        && !startsWith(a, 0x26, 0x20, 0x00, 0x4f, 0x80, 0x00);
  }

  private static boolean isLoopback(byte[] a) {
    for (int i = 0; i < 15; i++) {
      if (a[i] != 0) {
        return false;
      }
    }
    return a[15] == 1;
  }

  private static boolean startsWith(byte[] address, int... start) {
    for (int i = 0; i < start.length; i++) {
      if ((address[i] & 255) != start[i]) {
        return false;
      }
    }
    return true;
  }
}

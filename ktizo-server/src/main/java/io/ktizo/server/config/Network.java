package io.ktizo.server.config;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A range of network addresses, in the notation of RFC 4632 §3.1 and RFC 4291 §2.3: {@code
 * 10.0.0.0/8}, {@code fd00::/8}; without a slash, one address. Never a name: who answers for a name
 * may change.
 *
 * @param address the first one, as written
 * @param prefix how many leading bits are the network's
 */
public record Network(InetAddress address, int prefix) {
  private static final Pattern LITERAL =
      Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}|(?=[0-9a-fA-F.]*:)[0-9a-fA-F:.]+");

  /** Reads a range; nothing if the text is none. */
  public static Optional<Network> parse(String text) {
    int slash = text.indexOf('/');
    Optional<InetAddress> address = literal(slash < 0 ? text : text.substring(0, slash));
    if (address.isEmpty()) {
      return Optional.empty();
    }
    int most = address.get().getAddress().length * 8;
    if (slash < 0) {
      return Optional.of(new Network(address.get(), most));
    }
    String bits = text.substring(slash + 1);
    if (!bits.matches("[0-9]{1,3}") || Integer.parseInt(bits) > most) {
      return Optional.empty();
    }
    return Optional.of(new Network(address.get(), Integer.parseInt(bits)));
  }

  /** An address that is written in digits; names are not looked up. */
  public static Optional<InetAddress> literal(String text) {
    String plain =
        text.startsWith("[") && text.endsWith("]") ? text.substring(1, text.length() - 1) : text;
    if (plain.length() > 45 || !LITERAL.matcher(plain).matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(InetAddress.getByName(plain));
    } catch (UnknownHostException e) {
      return Optional.empty();
    }
  }

  /** Whether an address is in the range. */
  public boolean contains(InetAddress other) {
    byte[] mine = address.getAddress();
    byte[] others = other.getAddress();
    if (mine.length != others.length) {
      return false;
    }
    for (int bit = 0; bit < prefix; bit++) {
      int mask = 0x80 >> (bit & 7);
      if ((mine[bit >> 3] & mask) != (others[bit >> 3] & mask)) {
        return false;
      }
    }
    return true;
  }

  /** As it was read. */
  @Override
  public String toString() {
    return address.getHostAddress().toLowerCase(Locale.ROOT) + "/" + prefix;
  }
}

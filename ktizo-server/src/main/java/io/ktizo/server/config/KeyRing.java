package io.ktizo.server.config;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Keys for one purpose, the one in use first, then those that are still needed to read what was
 * made with them. In text each is {@code id=base64}, on a line of its own or after a space.
 *
 * @param keys at least one, with different ids
 * @param source where they came from
 */
public record KeyRing(List<Key> keys, Secret source) {
  /** Bytes that a key has at least. */
  public static final int KEY_BYTES = 32;

  private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,30}");

  /**
   * One key.
   *
   * @param id is stored beside what was made with the key; no secret
   * @param base64 of its bytes, at least 32
   */
  public record Key(String id, String base64) {
    /** A fresh copy of the bytes. */
    public byte[] bytes() {
      return Base64.getDecoder().decode(base64);
    }

    /** Without the key. */
    @Override
    public String toString() {
      return "Key[" + id + "]";
    }
  }

  public KeyRing {
    keys = List.copyOf(keys);
    if (keys.isEmpty()) {
      throw new IllegalArgumentException("no key");
    }
  }

  /** The key in use. */
  public Key current() {
    return keys.getFirst();
  }

  /** Keys that were in use before. */
  public List<Key> former() {
    return keys.subList(1, keys.size());
  }

  /**
   * Reads a ring.
   *
   * @throws IllegalArgumentException if it is none; the message tells the place, not the content
   */
  static KeyRing parse(Secret source) {
    List<Key> keys = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    List<String> entries =
        Arrays.stream(source.value().split("\\s+")).filter(entry -> !entry.isEmpty()).toList();
    for (int at = 0; at < entries.size(); at++) {
      String place = "key " + (at + 1);
      String entry = entries.get(at);
      int equals = entry.indexOf('=');
      if (equals < 1 || !ID.matcher(entry.substring(0, equals)).matches()) {
        throw new IllegalArgumentException(place + " is not of the form id=base64");
      }
      String id = entry.substring(0, equals);
      String base64 = entry.substring(equals + 1);
      if (lengthOf(base64, place) < KEY_BYTES) {
        throw new IllegalArgumentException(place + " (" + id + ") has fewer than 32 bytes");
      }
      if (!ids.add(id)) {
        throw new IllegalArgumentException(place + " has the id of another one: " + id);
      }
      keys.add(new Key(id, base64));
    }
    return new KeyRing(keys, source);
  }

  private static int lengthOf(String base64, String place) {
    try {
      return Base64.getDecoder().decode(base64).length;
    } catch (IllegalArgumentException e) {
      // The decoder's message quotes a character of the key.
      throw new IllegalArgumentException(place + " is not Base64");
    }
  }
}

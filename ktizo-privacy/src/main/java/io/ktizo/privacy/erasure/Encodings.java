package io.ktizo.privacy.erasure;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The ways in which a text is written down in databases and files. */
final class Encodings {
  /** Shorter pieces turn up by chance. */
  static final int SHORTEST = 5;

  private Encodings() {}

  /**
   * One way of writing.
   *
   * @param name for the report
   * @param bytes what to look for
   * @param anyCase whether upper and lower case of ASCII letters are one; the bytes are then lower
   *     case
   */
  @SuppressWarnings("ArrayRecordComponent") // each pattern is equal to itself only
  record Pattern(String name, byte[] bytes, boolean anyCase) {}

  /**
   * Every way of writing a value.
   *
   * @param hashed whether plain hashes of it are ways of writing it too: for values that can be
   *     guessed, as e-mail addresses
   */
  static List<Pattern> of(String value, boolean hashed) {
    List<Pattern> patterns = new ArrayList<>();
    // What an encoder saw may have been as it was typed, or in either case.
    Set<String> spellings =
        new LinkedHashSet<>(
            List.of(value, value.toLowerCase(Locale.ROOT), value.toUpperCase(Locale.ROOT)));
    for (String spelling : spellings) {
      // Searching folds the case of ASCII letters; of other letters each case is a pattern.
      String folded = folded(spelling);
      add(patterns, "plain", bytes(folded), true);
      add(patterns, "latin-1", folded.getBytes(StandardCharsets.ISO_8859_1), true);
      String url = folded(URLEncoder.encode(spelling, StandardCharsets.UTF_8));
      add(patterns, "url", bytes(url), true);
      add(patterns, "url", bytes(url.replace("+", "%20")), true);
      add(patterns, "url", bytes(folded.replace("@", "%40")), true);
      add(patterns, "json escape", bytes(folded.replace("@", "\\u0040")), true);
      add(patterns, "json escape", bytes(folded.replace("@", "\\\\u0040")), true);
      add(patterns, "html escape", bytes(folded.replace("@", "&#64;")), true);
      add(patterns, "html escape", bytes(folded.replace("@", "&#x40;")), true);
      add(patterns, "utf-16le", folded.getBytes(StandardCharsets.UTF_16LE), true);
      add(patterns, "utf-16be", folded.getBytes(StandardCharsets.UTF_16BE), true);
      byte[] plain = bytes(spelling);
      hex(patterns, "hex", plain);
      base64(patterns, "base64", plain);
      for (var charset : List.of(StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE)) {
        hex(patterns, "hex of utf-16", spelling.getBytes(charset));
        base64(patterns, "base64 of utf-16", spelling.getBytes(charset));
      }
      if (hashed) {
        for (String algorithm : List.of("MD5", "SHA-1", "SHA-256")) {
          byte[] digest = digest(algorithm, plain);
          String name = folded(algorithm);
          add(patterns, name, digest, false);
          hex(patterns, name, digest);
          String text = Base64.getEncoder().withoutPadding().encodeToString(digest);
          add(patterns, name + " in base64", bytes(text), false);
          add(patterns, name + " in base64", bytes(urlSafe(text)), false);
        }
      }
    }
    return patterns;
  }

  private static void hex(List<Pattern> patterns, String name, byte[] plain) {
    add(patterns, name, bytes(HexFormat.of().formatHex(plain)), true);
  }

  /** Base64 (RFC 4648) of a text that begins anywhere in what was encoded: three alignments. */
  private static void base64(List<Pattern> patterns, String name, byte[] plain) {
    for (int before = 0; before < 3; before++) {
      byte[] shifted = new byte[before + plain.length];
      System.arraycopy(plain, 0, shifted, before, plain.length);
      String text = Base64.getEncoder().withoutPadding().encodeToString(shifted);
      // Digits that also depend on the bytes before or after are not part of the pattern.
      int from = (before * 8 + 5) / 6;
      int to = (shifted.length * 8) / 6;
      String certain = text.substring(from, to);
      add(patterns, name, bytes(certain), false);
      add(patterns, name, bytes(urlSafe(certain)), false);
    }
  }

  private static String folded(String text) {
    StringBuilder folded = new StringBuilder(text);
    for (int i = 0; i < text.length(); i++) {
      char one = text.charAt(i);
      if (one >= 'A' && one <= 'Z') {
        folded.setCharAt(i, (char) (one + 'a' - 'A'));
      }
    }
    return folded.toString();
  }

  private static String urlSafe(String base64) {
    return base64.replace('+', '-').replace('/', '_');
  }

  private static void add(List<Pattern> patterns, String name, byte[] bytes, boolean anyCase) {
    if (bytes.length >= SHORTEST
        && patterns.stream()
            .noneMatch(one -> one.anyCase() == anyCase && Arrays.equals(one.bytes(), bytes))) {
      patterns.add(new Pattern(name, bytes, anyCase));
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] digest(String algorithm, byte[] plain) {
    try {
      return MessageDigest.getInstance(algorithm).digest(plain);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("this JDK has no " + algorithm, impossible);
    }
  }
}

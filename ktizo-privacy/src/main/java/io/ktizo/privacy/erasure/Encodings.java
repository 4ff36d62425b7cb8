package io.ktizo.privacy.erasure;

import io.ktizo.privacy.erasure.Encodings.Pattern.As;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
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
   * @param as how to read when looking for them
   */
  @SuppressWarnings("ArrayRecordComponent") // each pattern is equal to itself only
  record Pattern(String name, byte[] bytes, As as) {
    /** How to read. */
    enum As {
      /** Byte by byte. */
      BYTES,
      /** The digits of an encoding, however they are broken into lines and groups. */
      DIGITS,
      /** Upper and lower case of ASCII letters are one; the pattern is lower case. */
      LETTERS
    }
  }

  /**
   * Every way of writing a value.
   *
   * @param hashed whether plain hashes of it are ways of writing it too: for values that can be
   *     guessed, as e-mail addresses
   */
  static List<Pattern> of(String value, boolean hashed) {
    Patterns patterns = new Patterns();
    // What an encoder saw may have been as it was typed, or in either case.
    Set<String> spellings =
        new LinkedHashSet<>(
            List.of(value, value.toLowerCase(Locale.ROOT), value.toUpperCase(Locale.ROOT)));
    for (String spelling : spellings) {
      // Searching folds the case of ASCII letters; of other letters each case is a pattern.
      String folded = folded(spelling);
      patterns.text("plain", folded);
      patterns.add("latin-1", folded.getBytes(StandardCharsets.ISO_8859_1), As.LETTERS);
      String url = folded(URLEncoder.encode(spelling, StandardCharsets.UTF_8));
      patterns.text("url", url);
      patterns.text("url", url.replace("+", "%20"));
      patterns.text("url", folded.replace("@", "%40"));
      patterns.text("quoted-printable", quotedPrintable(folded));
      patterns.text("json escape", folded.replace("@", "\\u0040"));
      patterns.text("json escape", folded.replace("@", "\\\\u0040"));
      patterns.text("json escape", escaped(folded, "\\u%04x", "@"));
      patterns.text("json escape", escaped(folded, "\\u%04x", ""));
      patterns.text("json escape", escaped(folded, "\\\\u%04x", "@"));
      patterns.text("html escape", escaped(folded, "&#%d;", "@"));
      patterns.text("html escape", escaped(folded, "&#%d;", ""));
      patterns.text("html escape", escaped(folded, "&#x%x;", "@"));
      patterns.text("html escape", folded.replace("@", "&#64;"));
      patterns.text("html escape", folded.replace("@", "&#x40;"));
      patterns.text("html escape", folded.replace("@", "&commat;"));
      patterns.add("utf-16le", folded.getBytes(StandardCharsets.UTF_16LE), As.LETTERS);
      patterns.add("utf-16be", folded.getBytes(StandardCharsets.UTF_16BE), As.LETTERS);
      byte[] plain = bytes(spelling);
      patterns.hex("hex", plain);
      patterns.base64("base64", plain);
      for (var charset : List.of(StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE)) {
        patterns.hex("hex of utf-16", spelling.getBytes(charset));
        patterns.base64("base64 of utf-16", spelling.getBytes(charset));
      }
      if (hashed) {
        for (String algorithm : List.of("MD5", "SHA-1", "SHA-256", "SHA-512")) {
          byte[] digest = digest(algorithm, plain);
          String name = folded(algorithm);
          patterns.add(name, digest, As.BYTES);
          patterns.hex(name, digest);
          String text = Base64.getEncoder().withoutPadding().encodeToString(digest);
          patterns.digits(name + " in base64", text);
          patterns.digits(name + " in base64", urlSafe(text));
        }
      }
    }
    return patterns.all;
  }

  /** RFC 2045, section 6.7, but for the breaking of long lines. */
  private static String quotedPrintable(String text) {
    StringBuilder written = new StringBuilder();
    for (byte one : bytes(text)) {
      if (one < 0 || one == '=') {
        written.append(String.format("=%02x", one & 0xff));
      } else {
        written.append((char) one);
      }
    }
    return written.toString();
  }

  /** Letters beyond ASCII, and those named, written by their number. */
  private static String escaped(String text, String format, String alsoThese) {
    StringBuilder written = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char one = text.charAt(i);
      if (one > 0x7f || alsoThese.indexOf(one) >= 0) {
        written.append(String.format(format, (int) one));
      } else {
        written.append(one);
      }
    }
    return written.toString();
  }

  /** Collects patterns, none twice. */
  private static final class Patterns {
    private final List<Pattern> all = new ArrayList<>();
    private final Set<String> known = new HashSet<>();

    void add(String name, byte[] bytes, As as) {
      if (bytes.length >= SHORTEST
          && known.add(as + new String(bytes, StandardCharsets.ISO_8859_1))) {
        all.add(new Pattern(name, bytes, as));
      }
    }

    void text(String name, String folded) {
      add(name, bytes(folded), As.LETTERS);
    }

    void digits(String name, String digits) {
      add(name, bytes(digits), As.DIGITS);
    }

    /** In either case, broken up or not. */
    void hex(String name, byte[] plain) {
      digits(name, HexFormat.of().formatHex(plain));
      digits(name, HexFormat.of().withUpperCase().formatHex(plain));
    }

    /** Base64 (RFC 4648) of a text that begins anywhere in what was encoded: three alignments. */
    void base64(String name, byte[] plain) {
      for (int before = 0; before < 3; before++) {
        byte[] shifted = new byte[before + plain.length];
        System.arraycopy(plain, 0, shifted, before, plain.length);
        String text = Base64.getEncoder().withoutPadding().encodeToString(shifted);
        // Digits that also depend on the bytes before or after are not part of the pattern.
        int from = (before * 8 + 5) / 6;
        int to = (shifted.length * 8) / 6;
        String certain = text.substring(from, to);
        digits(name, certain);
        digits(name, urlSafe(certain));
      }
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

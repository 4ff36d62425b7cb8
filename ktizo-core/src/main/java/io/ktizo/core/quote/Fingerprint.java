package io.ktizo.core.quote;

import io.ktizo.core.print.PrintProfile;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** SHA-256 (FIPS 180-4) in 64 lower-case hexadecimal digits. */
final class Fingerprint {
  private static final Pattern FORM = Pattern.compile("[0-9a-f]{64}");

  private Fingerprint() {}

  static String of(String text) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform must offer SHA-256", e);
    }
  }

  /**
   * Of a profile: over the canonical JSON of its record tree, every number in its shortest decimal
   * form. A component that a later version adds changes the fingerprint, as it may change the
   * print.
   */
  static String of(PrintProfile profile) {
    return of(CanonicalJson.write(tree(profile)));
  }

  static String require(String what, String sha256) {
    if (!FORM.matcher(sha256).matches()) {
      throw new IllegalArgumentException(what + " must be 64 lower-case hexadecimal digits");
    }
    return sha256;
  }

  private static Object tree(Object value) {
    if (!(value instanceof Record)) {
      return String.valueOf(value);
    }
    Map<String, Object> components = new LinkedHashMap<>();
    for (RecordComponent component : value.getClass().getRecordComponents()) {
      try {
        components.put(component.getName(), tree(component.getAccessor().invoke(value)));
      } catch (IllegalAccessException | InvocationTargetException e) {
        throw new IllegalStateException("cannot read " + component, e);
      }
    }
    return components;
  }
}

package io.ktizo.privacy.erasure;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What was added to a certificate when the day of rows came that a law had kept: signed as the
 * certificate is, and without personal data.
 *
 * @param version of this form, 1
 * @param certificate the id of the certificate that it belongs to
 * @param keyId which secret signed
 * @param written when
 * @param gone data set → rows that went
 * @param left notes of rows that have still to wait; 0 when nothing of the person is kept any more
 * @param signature over everything else; {@code null} while it is not signed
 */
public record Supplement(
    int version,
    String certificate,
    String keyId,
    String written,
    Map<String, Long> gone,
    long left,
    Certificate.@Nullable Signature signature) {
  public Supplement {
    gone = Map.copyOf(gone);
  }

  /** The supplement as JSON. */
  public String toJson() {
    return Json.pretty(this);
  }

  Supplement with(Certificate.@Nullable Signature signed) {
    return new Supplement(version, certificate, keyId, written, gone, left, signed);
  }

  byte[] content() {
    return Json.write(with(null));
  }
}

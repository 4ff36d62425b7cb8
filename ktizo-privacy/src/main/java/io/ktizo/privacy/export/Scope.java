package io.ktizo.privacy.export;

import io.ktizo.privacy.datamap.DataMap;
import io.ktizo.privacy.datamap.Field;
import io.ktizo.privacy.datamap.LegalBasis;
import java.util.Locale;

/** Which right of Regulation (EU) 2016/679 (GDPR) an export serves. */
public enum Scope {
  /** Article 15: everything that is held about the person, with its context. */
  ACCESS,
  /**
   * Article 20: what the person provided or what was observed of him, as far as it is processed on
   * the ground of his consent or of a contract; nothing that was derived or that others gave
   * (Article 29 Working Party, WP 242 rev.01, section III). Columns that say nothing about anybody
   * stay, since rows lose their meaning without them.
   */
  PORTABILITY;

  /** The word in an archive. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether a field, or a path in a document, is in an export of this scope. */
  boolean holds(DataMap map, Field field) {
    if (field.secret() || !field.exported()) {
      return false;
    }
    if (this == ACCESS || !field.category().personal()) {
      return true;
    }
    if (!field.paths().isEmpty()) {
      return field.paths().stream().anyMatch(path -> holds(map, path));
    }
    return portable(map, field);
  }

  private static boolean portable(DataMap map, Field field) {
    boolean given =
        field.source().equals(Field.FROM_SUBJECT) || field.source().equals(Field.OBSERVED);
    return given
        && field.purposes().stream()
            .flatMap(name -> map.purpose(name).stream())
            .anyMatch(
                purpose ->
                    purpose.basis() == LegalBasis.CONSENT
                        || purpose.basis() == LegalBasis.CONTRACT);
  }
}

package io.ktizo.privacy.datamap;

import java.util.Locale;
import java.util.Optional;

/** The grounds of lawfulness in Regulation (EU) 2016/679 (GDPR), Article 6(1). */
public enum LegalBasis {
  /** Article 6(1)(a). */
  CONSENT("eu-gdpr:A6-1-a"),
  /** Article 6(1)(b). */
  CONTRACT("eu-gdpr:A6-1-b"),
  /** Article 6(1)(c). */
  LEGAL_OBLIGATION("eu-gdpr:A6-1-c"),
  /** Article 6(1)(d). */
  VITAL_INTERESTS("eu-gdpr:A6-1-d"),
  /** Article 6(1)(e). */
  PUBLIC_TASK("eu-gdpr:A6-1-e"),
  /** Article 6(1)(f). */
  LEGITIMATE_INTERESTS("eu-gdpr:A6-1-f");

  private final String dpv;

  LegalBasis(String dpv) {
    this.dpv = dpv;
  }

  /** The term of the Data Privacy Vocabulary's GDPR extension. */
  public String dpv() {
    return dpv;
  }

  /** The word in a data map, for instance {@code legal-obligation}. */
  public String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static Optional<LegalBasis> byId(String id) {
    for (LegalBasis basis : values()) {
      if (basis.id().equals(id)) {
        return Optional.of(basis);
      }
    }
    return Optional.empty();
  }
}

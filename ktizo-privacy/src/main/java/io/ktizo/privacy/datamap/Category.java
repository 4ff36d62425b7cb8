package io.ktizo.privacy.datamap;

import java.util.Optional;

/**
 * What a field says about a person. Ids are stable and never reused; each is mapped to the Data
 * Privacy Vocabulary's personal data extension (W3C DPV 2.3, {@code dpv-pd:}) and to fideslang's
 * data categories (fideslang 3), so that a map can be compared with records kept in either.
 */
public enum Category {
  /** A key that tells one person from another inside the application. */
  UNIQUE_ID("identifier.unique", "dpv-pd:UID", "user.unique_id"),
  /** A key that only a further secret leads back to the person. */
  PSEUDONYM("identifier.pseudonym", "dpv-pd:Identifier", "user.unique_id.pseudonymous"),
  /** A name chosen to sign in or to be seen by others. */
  USERNAME("identifier.username", "dpv-pd:Username", "user.account.username"),
  /** A number given by a state: passport, driving licence, social security. */
  GOVERNMENT_ID("identifier.government", "dpv-pd:OfficialID", "user.government_id"),
  /** A tax or VAT number of a natural person or a sole trader. */
  TAX_ID("identifier.tax", "dpv-pd:Tax", "user.government_id"),
  /** A name, whole or in part. */
  NAME("contact.name", "dpv-pd:Name", "user.name"),
  /** An e-mail address. */
  EMAIL("contact.email", "dpv-pd:EmailAddress", "user.contact.email"),
  /** A telephone or fax number. */
  PHONE("contact.phone", "dpv-pd:TelephoneNumber", "user.contact.phone_number"),
  /** Street, house number, or an address in one piece. */
  STREET("contact.address.street", "dpv-pd:Street", "user.contact.address.street"),
  /** City or locality. */
  CITY("contact.address.city", "dpv-pd:City", "user.contact.address.city"),
  /** State, province or county. */
  REGION("contact.address.region", "dpv-pd:Region", "user.contact.address.state"),
  /** Postal code. */
  POSTAL_CODE(
      "contact.address.postal-code", "dpv-pd:PostalCode", "user.contact.address.postal_code"),
  /** Country. */
  COUNTRY("contact.address.country", "dpv-pd:Country", "user.contact.address.country"),
  /** The company or other body a person acts for. */
  ORGANISATION("contact.organisation", "dpv-pd:Professional", "user.contact.organization"),
  /** Occupation, role or title. */
  JOB("contact.job", "dpv-pd:Job", "user.job_title"),
  /** A page of the person. */
  URL("contact.url", "dpv-pd:PubliclyAvailableSocialMedia", "user.contact.url"),
  /** A password, as a hash or otherwise. */
  PASSWORD("credential.password", "dpv-pd:Password", "user.authorization.password"),
  /** A token, key, recovery code, passkey or other proof of identity. */
  CREDENTIAL("credential.other", "dpv-pd:Authenticating", "user.authorization.credentials"),
  /** Date of birth. */
  BIRTH_DATE("demographic.birth-date", "dpv-pd:BirthDate", "user.demographic.date_of_birth"),
  /** Age or an age range. */
  AGE("demographic.age", "dpv-pd:Age", "user.demographic.age_range"),
  /** Gender. */
  GENDER("demographic.gender", "dpv-pd:Gender", "user.demographic.gender"),
  /** Language. */
  LANGUAGE("demographic.language", "dpv-pd:Language", "user.demographic.language"),
  /** Nationality or citizenship. */
  NATIONALITY("demographic.nationality", "dpv-pd:Nationality", "user.demographic"),
  /** Family or marital status. */
  FAMILY("demographic.family", "dpv-pd:MaritalStatus", "user.demographic.marital_status"),
  /** A bank account number. */
  BANK_ACCOUNT("financial.bank-account", "dpv-pd:BankAccount", "user.financial.bank_account"),
  /** A card number, whole or in part, or its holder and expiry. */
  PAYMENT_CARD("financial.payment-card", "dpv-pd:PaymentCardNumber", "user.financial.credit_card"),
  /** An amount, invoice, payment or refund of a person. */
  TRANSACTION("financial.transaction", "dpv-pd:Transaction", "user.payment"),
  /** Income or salary. */
  INCOME("financial.income", "dpv-pd:Income", "user.financial"),
  /** What somebody ordered or bought. */
  PURCHASE("behaviour.purchase", "dpv-pd:Purchase", "user.behavior.purchase_history"),
  /** What somebody did in the application, and when. */
  USAGE("behaviour.usage", "dpv-pd:ServiceConsumptionBehaviour", "user.behavior"),
  /** A setting or a liking. */
  PREFERENCE("behaviour.preference", "dpv-pd:Preference", "user.account.settings"),
  /** A choice about privacy: consent, objection, opt-out. */
  CONSENT("behaviour.privacy-preference", "dpv-pd:PrivacyPreference", "user.privacy_preferences"),
  /** An IP address. */
  IP_ADDRESS("device.ip-address", "dpv-pd:IPAddress", "user.device.ip_address"),
  /** An identifier or fingerprint of a device or browser, a user agent. */
  DEVICE("device.identifier", "dpv-pd:DeviceBased", "user.device.device_id"),
  /** A cookie or what stands for one. */
  COOKIE("device.cookie", "dpv-pd:DeviceBased", "user.device.cookie_id"),
  /** Coordinates. */
  PRECISE_LOCATION("location.precise", "dpv-pd:GPSCoordinate", "user.location.precise"),
  /** An area, at most as fine as a city. */
  LOCATION("location.imprecise", "dpv-pd:Location", "user.location.imprecise"),
  /** A message between people. */
  COMMUNICATION("content.communication", "dpv-pd:Communication", "user.content.private"),
  /** Text that people typed and that may hold anything. */
  FREE_TEXT("content.free-text", "dpv-pd:Communication", "user.content"),
  /** A file of the person, or its name. */
  FILE("content.file", "dpv-pd:PersonalDocuments", "user.content"),
  /** A picture, voice or film of a person. */
  PICTURE("content.picture", "dpv-pd:Picture", "user.content.self_image"),
  /** A rating, review or evaluation of or by a person. */
  OPINION("content.opinion", "dpv-pd:Opinion", "user.content.public"),
  /** Health data, GDPR Article 9. */
  HEALTH("special.health", "dpv-pd:Health", "user.health_and_medical"),
  /** Biometric data, GDPR Article 9. */
  BIOMETRIC("special.biometric", "dpv-pd:Biometric", "user.biometric"),
  /** Genetic data, GDPR Article 9. */
  GENETIC("special.genetic", "dpv-pd:Genetic", "user.health_and_medical.genetic"),
  /** Racial or ethnic origin, GDPR Article 9. */
  ETHNICITY("special.ethnicity", "dpv-pd:EthnicOrigin", "user.demographic.race_ethnicity"),
  /** Political opinion or union membership, GDPR Article 9. */
  POLITICS("special.politics", "dpv-pd:PoliticalOpinion", "user.demographic.political_opinion"),
  /** Religious or philosophical belief, GDPR Article 9. */
  RELIGION("special.religion", "dpv-pd:ReligiousBelief", "user.demographic.religious_belief"),
  /** Sex life or orientation, GDPR Article 9. */
  SEXUALITY("special.sexuality", "dpv-pd:Sexual", "user.demographic.sexual_orientation"),
  /** Convictions and offences, GDPR Article 10. */
  CRIMINAL("special.criminal", "dpv-pd:Criminal", "user.criminal_history"),
  /** When something happened to a person's row. */
  TIMESTAMP("record.timestamp", "dpv-pd:Historical", "system.operations"),
  /** A state, flag or count that describes a person's row. */
  STATUS("record.status", "dpv-pd:Internal", "system.operations"),
  /** A key of a row that belongs to a person, or that leads to one. */
  REFERENCE("record.reference", "dpv-pd:Identifier", "system.operations"),
  /** Says nothing about anybody. */
  NOT_PERSONAL("none", "", "system");

  private final String id;
  private final String dpv;
  private final String fideslang;

  Category(String id, String dpv, String fideslang) {
    this.id = id;
    this.dpv = dpv;
    this.fideslang = fideslang;
  }

  /** The word in a data map, for instance {@code contact.email}. */
  public String id() {
    return id;
  }

  /** The nearest term of DPV 2.3; empty for {@link #NOT_PERSONAL}. */
  public Optional<String> dpv() {
    return dpv.isEmpty() ? Optional.empty() : Optional.of(dpv);
  }

  /** The nearest data category of fideslang. */
  public String fideslang() {
    return fideslang;
  }

  /** Whether a field of this category is personal data at all. */
  public boolean personal() {
    return this != NOT_PERSONAL;
  }

  /** Whether it is a special category of GDPR Article 9 or data of Article 10. */
  public boolean special() {
    return id.startsWith("special.");
  }

  /** The category with this id. */
  public static Optional<Category> byId(String id) {
    for (Category category : values()) {
      if (category.id.equals(id)) {
        return Optional.of(category);
      }
    }
    return Optional.empty();
  }
}

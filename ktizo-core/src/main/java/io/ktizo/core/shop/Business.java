package io.ktizo.core.shop;

import io.ktizo.core.account.EmailAddress;
import org.jspecify.annotations.Nullable;

/**
 * Who stands behind a Shop, as the law wants it to be told (Regulation (EU) 2022/2065, Art. 30;
 * Directive 2000/31/EC, Art. 5).
 *
 * @param form legal form
 * @param legalName full name of the person or company, at most 200 characters
 * @param registration number in a trade register, at most 100 characters; empty if there is none
 * @param vatId {@code null} if it has none
 * @param address where it is established
 * @param contact for customers and authorities
 */
public record Business(
    LegalForm form,
    String legalName,
    String registration,
    @Nullable VatId vatId,
    PostalAddress address,
    EmailAddress contact) {

  /** Legal forms as far as the platform treats them differently. */
  public enum LegalForm {
    /** One person; the data above are a person's. */
    SOLE_TRADER,
    /** Several persons who are liable themselves. */
    PARTNERSHIP,
    /** A company whose members are not liable, such as GmbH, BV, SARL, Ltd. */
    LIMITED_COMPANY,
    /** A company with shares, such as AG, NV, SA, plc. */
    STOCK_COMPANY,
    COOPERATIVE,
    /** An association or foundation. */
    NON_PROFIT,
    PUBLIC_BODY
  }

  public Business {
    legalName = Check.line("legalName", legalName.strip(), 200);
    registration =
        registration.isBlank() ? "" : Check.line("registration", registration.strip(), 100);
    if (vatId != null
        && !vatId.country().equals(address.country())
        && !Country.hasVatForm(address.country())) {
      throw new IllegalArgumentException("a VAT id of another country than the address");
    }
  }

  /** Without names and addresses. */
  @Override
  public String toString() {
    return "Business[" + form + ", " + address.country() + "]";
  }
}

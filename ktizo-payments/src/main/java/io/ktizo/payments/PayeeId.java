package io.ktizo.payments;

/**
 * The host's name for somebody who is paid, a Shop. Not personal data: it is sent to the payment
 * provider.
 *
 * @param value 1 to 64 characters of {@code A-Z a-z 0-9 _ -}
 */
public record PayeeId(String value) {
  public PayeeId {
    ForeignId.require("payee id", value);
  }

  @Override
  public String toString() {
    return value;
  }
}

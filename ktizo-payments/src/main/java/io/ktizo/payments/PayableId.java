package io.ktizo.payments;

/**
 * The host's name for what is paid: an order, an invoice, a booking. Not personal data: it is sent
 * to the payment provider and stands in idempotency keys.
 *
 * @param value 1 to 64 characters of {@code A-Z a-z 0-9 _ -}
 */
public record PayableId(String value) {
  public PayableId {
    ForeignId.require("payable id", value);
  }

  @Override
  public String toString() {
    return value;
  }
}

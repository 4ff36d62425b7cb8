package io.ktizo.payments;

import java.time.Instant;
import java.util.List;
import org.joda.money.Money;
import org.jspecify.annotations.Nullable;

/**
 * Something as the provider has it at one moment. References are the provider's names; none is
 * personal data.
 */
public sealed interface ProviderObject {

  /**
   * A sale, or what was given back of one, in the books of a tax service.
   *
   * @param reference the service's name for it
   * @param live whether it counts, as opposed to a test mode
   */
  record TaxRecord(String reference, boolean live) implements ProviderObject {}

  /** The provider's name for it. */
  String reference();

  /** Whether real money moves, as opposed to a test mode. */
  boolean live();

  /**
   * A customer's payment.
   *
   * @param payable what it pays, as this library told the provider
   * @param state where it stands
   * @param amount what is to be paid
   * @param captured what was taken; zero until then
   * @param refunded what was given back of it
   * @param charge the provider's name for the taking, which transfers draw on; {@code null} before
   *     anything was authorised
   * @param clientSecret what the customer's browser needs to go on; never stored or logged; {@code
   *     null} when there is nothing to do for him
   * @param failureCode why the last try failed; {@code null} if none did
   */
  record Payment(
      String reference,
      boolean live,
      PayableId payable,
      PaymentState state,
      Money amount,
      Money captured,
      Money refunded,
      @Nullable String charge,
      @Nullable String clientSecret,
      @Nullable String failureCode)
      implements ProviderObject {

    /** Without the client secret. */
    @Override
    public String toString() {
      return "Payment[" + reference + ", " + payable + ", " + state + ", " + amount + "]";
    }
  }

  /** Where a payment stands. */
  enum PaymentState {
    /** The customer has not said yet how he pays, or his way was declined. */
    NEEDS_METHOD,
    /** The customer must do something, as confirm to his bank. */
    NEEDS_ACTION,
    /** The bank is deciding. */
    PROCESSING,
    /** The amount is held for a few days and can be captured. */
    AUTHORISED,
    /** The money was taken. */
    CAPTURED,
    /** Given up; nothing is held. */
    VOIDED
  }

  /** How something that moves money stands. */
  enum MoveState {
    /** On its way. */
    PENDING,
    /** Arrived, as far as the provider can tell. */
    SUCCEEDED,
    /** Came to nothing, perhaps after it had succeeded. */
    FAILED
  }

  /** Money given back to the customer. */
  record Refund(String reference, boolean live, String payment, MoveState state, Money amount)
      implements ProviderObject {}

  /**
   * Money moved from the platform's balance to a payee's.
   *
   * @param account the payee's account at the provider
   * @param reversed how much of it came back
   */
  record Transfer(
      String reference,
      boolean live,
      PayableId payable,
      String account,
      Money amount,
      Money reversed)
      implements ProviderObject {}

  /** Money that came back from a payee's balance. */
  record Reversal(String reference, boolean live, String transfer, Money amount)
      implements ProviderObject {}

  /** Money sent from a payee's balance to his bank. */
  record Payout(
      String reference,
      boolean live,
      String account,
      MoveState state,
      Money amount,
      @Nullable String failureCode)
      implements ProviderObject {}

  /**
   * A customer's bank takes a payment back.
   *
   * @param evidenceDue when evidence must be there; {@code null} if none is asked for
   */
  record Dispute(
      String reference,
      boolean live,
      String payment,
      DisputeState state,
      Money amount,
      @Nullable Instant evidenceDue)
      implements ProviderObject {}

  /** How a dispute stands. */
  enum DisputeState {
    /** An inquiry, no money was taken: answer it to prevent a dispute. */
    INQUIRY,
    /** Evidence is asked for. */
    NEEDS_RESPONSE,
    /** The bank is deciding. */
    UNDER_REVIEW,
    /** Decided for the platform. */
    WON,
    /** Decided for the customer. */
    LOST,
    /** The inquiry ended without a dispute. */
    CLOSED
  }

  /**
   * A payee's account.
   *
   * @param standing what it may do
   * @param requirements what the provider still asks of the payee, as its stable codes; empty if
   *     nothing
   */
  record PayeeAccount(
      String reference,
      boolean live,
      PayeeId payee,
      PayeeStanding standing,
      List<String> requirements)
      implements ProviderObject {
    public PayeeAccount {
      requirements = List.copyOf(requirements);
    }
  }

  /** A payee's account that is no more. */
  record ClosedAccount(String reference, boolean live) implements ProviderObject {}

  /** What a payee's account may do. */
  enum PayeeStanding {
    /** Not all that is asked for is there yet: may sell, is not paid. */
    PENDING,
    /** May be paid. */
    ACTIVE,
    /** Something became due: may not be paid for now. */
    RESTRICTED,
    /** The provider will not work with this payee. */
    REJECTED,
    /** Closed on request; it is not opened again. */
    CLOSED
  }
}

package io.ktizo.payments.stripe;

import com.stripe.model.Account;
import com.stripe.model.BalanceTransaction;
import com.stripe.model.Charge;
import com.stripe.model.PaymentIntent;
import com.stripe.model.StripeError;
import com.stripe.model.TransferReversal;
import io.ktizo.payments.BalanceChange;
import io.ktizo.payments.PayableId;
import io.ktizo.payments.PayeeId;
import io.ktizo.payments.ProviderObject.Dispute;
import io.ktizo.payments.ProviderObject.DisputeState;
import io.ktizo.payments.ProviderObject.MoveState;
import io.ktizo.payments.ProviderObject.PayeeAccount;
import io.ktizo.payments.ProviderObject.PayeeStanding;
import io.ktizo.payments.ProviderObject.Payment;
import io.ktizo.payments.ProviderObject.PaymentState;
import io.ktizo.payments.ProviderObject.Payout;
import io.ktizo.payments.ProviderObject.Refund;
import io.ktizo.payments.ProviderObject.Reversal;
import io.ktizo.payments.ProviderObject.Transfer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Stripe's objects in the trade's words. A state that this version does not know becomes the one
 * that waits: nothing is taken for done or failed that Stripe did not call so.
 */
final class StripeObjects {
  /** What objects belong to that were not made here. */
  private static final String FOREIGN = "foreign";

  private StripeObjects() {}

  static Payment payment(PaymentIntent intent) {
    Charge charge = intent.getLatestChargeObject();
    String currency = intent.getCurrency();
    long refunded = charge == null ? 0 : orZero(charge.getAmountRefunded());
    StripeError error = intent.getLastPaymentError();
    return new Payment(
        intent.getId(),
        isTrue(intent.getLivemode()),
        new PayableId(metadata(intent.getMetadata(), "payable")),
        paymentState(intent.getStatus()),
        StripeAmounts.money(intent.getAmount(), currency),
        StripeAmounts.money(orZero(intent.getAmountReceived()), currency),
        StripeAmounts.money(refunded, currency),
        charge == null ? intent.getLatestCharge() : charge.getId(),
        intent.getClientSecret(),
        error == null ? null : failure(error));
  }

  private static @Nullable String failure(StripeError error) {
    return error.getDeclineCode() != null ? error.getDeclineCode() : error.getCode();
  }

  private static PaymentState paymentState(String status) {
    return switch (status) {
      case "requires_payment_method" -> PaymentState.NEEDS_METHOD;
      case "requires_confirmation", "requires_action" -> PaymentState.NEEDS_ACTION;
      case "requires_capture" -> PaymentState.AUTHORISED;
      case "succeeded" -> PaymentState.CAPTURED;
      case "canceled" -> PaymentState.VOIDED;
      default -> PaymentState.PROCESSING;
    };
  }

  static Refund refund(com.stripe.model.Refund refund, boolean live) {
    return new Refund(
        refund.getId(),
        live,
        String.valueOf(refund.getPaymentIntent()),
        moveState(refund.getStatus()),
        StripeAmounts.money(refund.getAmount(), refund.getCurrency()));
  }

  private static MoveState moveState(@Nullable String status) {
    return switch (String.valueOf(status)) {
      case "succeeded", "paid" -> MoveState.SUCCEEDED;
      case "failed", "canceled" -> MoveState.FAILED;
      default -> MoveState.PENDING;
    };
  }

  static Transfer transfer(com.stripe.model.Transfer transfer) {
    return new Transfer(
        transfer.getId(),
        isTrue(transfer.getLivemode()),
        new PayableId(metadata(transfer.getMetadata(), "payable")),
        transfer.getDestination(),
        StripeAmounts.money(transfer.getAmount(), transfer.getCurrency()),
        StripeAmounts.money(orZero(transfer.getAmountReversed()), transfer.getCurrency()));
  }

  static Reversal reversal(TransferReversal reversal, boolean live) {
    return new Reversal(
        reversal.getId(),
        live,
        reversal.getTransfer(),
        StripeAmounts.money(reversal.getAmount(), reversal.getCurrency()));
  }

  static Payout payout(com.stripe.model.Payout payout, String account) {
    return new Payout(
        payout.getId(),
        isTrue(payout.getLivemode()),
        account,
        moveState(payout.getStatus()),
        StripeAmounts.money(payout.getAmount(), payout.getCurrency()),
        payout.getFailureCode());
  }

  static Dispute dispute(com.stripe.model.Dispute dispute) {
    Long due =
        dispute.getEvidenceDetails() == null ? null : dispute.getEvidenceDetails().getDueBy();
    return new Dispute(
        dispute.getId(),
        isTrue(dispute.getLivemode()),
        String.valueOf(dispute.getPaymentIntent()),
        disputeState(dispute.getStatus()),
        StripeAmounts.money(dispute.getAmount(), dispute.getCurrency()),
        due == null ? null : Instant.ofEpochSecond(due));
  }

  private static DisputeState disputeState(String status) {
    return switch (status) {
      case "warning_needs_response", "warning_under_review" -> DisputeState.INQUIRY;
      case "warning_closed", "prevented" -> DisputeState.CLOSED;
      case "needs_response" -> DisputeState.NEEDS_RESPONSE;
      case "won" -> DisputeState.WON;
      case "lost" -> DisputeState.LOST;
      default -> DisputeState.UNDER_REVIEW;
    };
  }

  static PayeeAccount account(Account account, boolean live) {
    Account.Requirements requirements = account.getRequirements();
    List<String> due =
        requirements == null || requirements.getCurrentlyDue() == null
            ? List.of()
            : requirements.getCurrentlyDue();
    return new PayeeAccount(
        account.getId(),
        live,
        new PayeeId(metadata(account.getMetadata(), "payee")),
        standing(account, requirements),
        due);
  }

  private static PayeeStanding standing(
      Account account, Account.@Nullable Requirements requirements) {
    String disabled = requirements == null ? null : requirements.getDisabledReason();
    if (disabled != null && disabled.startsWith("rejected.")) {
      return PayeeStanding.REJECTED;
    }
    if (!isTrue(account.getDetailsSubmitted())) {
      return PayeeStanding.PENDING;
    }
    boolean transfers =
        account.getCapabilities() != null
            && "active".equals(account.getCapabilities().getTransfers());
    return transfers && isTrue(account.getPayoutsEnabled())
        ? PayeeStanding.ACTIVE
        : PayeeStanding.RESTRICTED;
  }

  static BalanceChange balanceChange(BalanceTransaction line, @Nullable String account) {
    return new BalanceChange(
        line.getId(),
        account,
        kind(line.getType(), account != null, line.getReportingCategory()),
        line.getSource(),
        StripeAmounts.money(line.getAmount(), line.getCurrency()),
        StripeAmounts.money(orZero(line.getFee()), line.getCurrency()),
        Instant.ofEpochSecond(line.getCreated()));
  }

  /** A transfer arrives at a payee's balance as a payment, and leaves it again as its refund. */
  private static BalanceChange.Kind kind(
      String type, boolean payees, @Nullable String reportingCategory) {
    return switch (type) {
      case "charge" -> BalanceChange.Kind.CHARGE;
      case "payment" -> payees ? BalanceChange.Kind.TRANSFER : BalanceChange.Kind.CHARGE;
      case "refund" -> BalanceChange.Kind.REFUND;
      case "payment_refund" ->
          payees ? BalanceChange.Kind.TRANSFER_REVERSAL : BalanceChange.Kind.REFUND;
      case "refund_failure", "payment_failure_refund" -> BalanceChange.Kind.REFUND_FAILURE;
      case "transfer" -> BalanceChange.Kind.TRANSFER;
      case "transfer_refund", "transfer_cancel", "transfer_failure" ->
          BalanceChange.Kind.TRANSFER_REVERSAL;
      case "adjustment" ->
          reportingCategory != null && reportingCategory.startsWith("dispute")
              ? BalanceChange.Kind.DISPUTE
              : BalanceChange.Kind.OTHER;
      case "payout" -> BalanceChange.Kind.PAYOUT;
      case "payout_failure", "payout_cancel" -> BalanceChange.Kind.PAYOUT_FAILURE;
      case "stripe_fee", "application_fee", "stripe_fx_fee", "tax_fee" -> BalanceChange.Kind.FEE;
      default -> BalanceChange.Kind.OTHER;
    };
  }

  private static String metadata(@Nullable Map<String, String> metadata, String name) {
    return metadata == null ? FOREIGN : metadata.getOrDefault(name, FOREIGN);
  }

  private static boolean isTrue(@Nullable Boolean flag) {
    return Boolean.TRUE.equals(flag);
  }

  private static long orZero(@Nullable Long number) {
    return number == null ? 0 : number;
  }
}

package io.ktizo.payments.stripe;

import com.stripe.StripeClient;
import com.stripe.model.Balance;
import com.stripe.model.StripeCollection;
import com.stripe.param.AccountCreateParams;
import com.stripe.param.AccountLinkCreateParams;
import com.stripe.param.BalanceTransactionListParams;
import com.stripe.param.DisputeUpdateParams;
import com.stripe.param.PaymentIntentCancelParams;
import com.stripe.param.PaymentIntentCaptureParams;
import com.stripe.param.PaymentIntentConfirmParams;
import com.stripe.param.PaymentIntentCreateParams;
import com.stripe.param.PaymentIntentRetrieveParams;
import com.stripe.param.PaymentIntentSearchParams;
import com.stripe.param.PayoutCreateParams;
import com.stripe.param.RefundCreateParams;
import com.stripe.param.TransferCreateParams;
import com.stripe.param.TransferReversalCreateParams;
import io.ktizo.payments.Answer;
import io.ktizo.payments.Gateway;
import io.ktizo.payments.IdempotencyKey;
import io.ktizo.payments.PayableId;
import io.ktizo.payments.ProviderObject;
import io.ktizo.payments.ProviderObject.ClosedAccount;
import io.ktizo.payments.ProviderObject.Dispute;
import io.ktizo.payments.ProviderObject.PayeeAccount;
import io.ktizo.payments.ProviderObject.Payment;
import io.ktizo.payments.ProviderObject.Payout;
import io.ktizo.payments.ProviderObject.Refund;
import io.ktizo.payments.ProviderObject.Reversal;
import io.ktizo.payments.ProviderObject.Transfer;
import io.ktizo.payments.WebhookEvent;
import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import org.joda.money.CurrencyUnit;
import org.joda.money.Money;
import org.jspecify.annotations.Nullable;

/**
 * Stripe Connect with separate charges and transfers.
 *
 * <p>Nothing global is set: any number of gateways with other keys can live in one process. Every
 * call has the time-outs and the bounded retries of its {@link StripeSettings}; a call that changes
 * something carries its idempotency key, also when it is retried. What Stripe says in words is
 * neither kept nor logged: it may repeat what people wrote.
 *
 * <p>Safe for use by many threads.
 */
public final class StripeGateway implements Gateway {
  /** Under this name an object knows what it belongs to. */
  private static final String PAYABLE = "payable";

  private static final String PAYEE = "payee";

  private static final long PAGE = 100;

  private final StripeClient client;
  private final StripeSettings settings;
  private final boolean live;
  private final StripeWebhooks webhooks;

  /**
   * A gateway to one platform account.
   *
   * @param clock tells how old webhook messages are
   */
  public StripeGateway(StripeSettings settings, InstantSource clock) {
    this.settings = settings;
    this.webhooks = new StripeWebhooks(settings.webhookSecrets(), clock);
    this.client = StripeCalls.client(settings);
    this.live = StripeCalls.live(settings);
  }

  @Override
  public String name() {
    return "stripe";
  }

  @Override
  public boolean can(Capability capability) {
    return switch (capability) {
      case MANUAL_CAPTURE, TRANSFERS, PAYOUTS, EVIDENCE, CLOSING -> true;
      // Redaction jobs are a preview that the stable SDK does not have.
      case REDACTION -> false;
    };
  }

  @Override
  public Answer<Payment> start(IdempotencyKey key, NewPayment payment) {
    return StripeCalls.answer(
        () ->
            StripeObjects.payment(
                client
                    .v1()
                    .paymentIntents()
                    .create(
                        PaymentIntentCreateParams.builder()
                            .setAmount(StripeAmounts.minor(payment.amount()))
                            .setCurrency(StripeAmounts.currency(payment.amount()))
                            .setCaptureMethod(
                                switch (payment.capture()) {
                                  case AT_ONCE -> PaymentIntentCreateParams.CaptureMethod.AUTOMATIC;
                                  case LATER -> PaymentIntentCreateParams.CaptureMethod.MANUAL;
                                })
                            .setAutomaticPaymentMethods(
                                PaymentIntentCreateParams.AutomaticPaymentMethods.builder()
                                    .setEnabled(true)
                                    .build())
                            .setTransferGroup(payment.payable().value())
                            .putMetadata(PAYABLE, payment.payable().value())
                            .addExpand("latest_charge")
                            .build(),
                        StripeCalls.keyed(key))));
  }

  @Override
  public Answer<Payment> authorise(IdempotencyKey key, String payment, String method) {
    return StripeCalls.answer(
        () ->
            StripeObjects.payment(
                client
                    .v1()
                    .paymentIntents()
                    .confirm(
                        payment,
                        PaymentIntentConfirmParams.builder()
                            .setPaymentMethod(method)
                            .setReturnUrl(settings.returnTo().toString())
                            .addExpand("latest_charge")
                            .build(),
                        StripeCalls.keyed(key))));
  }

  @Override
  public Answer<Payment> capture(IdempotencyKey key, String payment, Money amount) {
    return StripeCalls.answer(
        () ->
            StripeObjects.payment(
                client
                    .v1()
                    .paymentIntents()
                    .capture(
                        payment,
                        PaymentIntentCaptureParams.builder()
                            .setAmountToCapture(StripeAmounts.minor(amount))
                            .addExpand("latest_charge")
                            .build(),
                        StripeCalls.keyed(key))));
  }

  @Override
  public Answer<Payment> voidPayment(IdempotencyKey key, String payment) {
    return StripeCalls.answer(
        () ->
            StripeObjects.payment(
                client
                    .v1()
                    .paymentIntents()
                    .cancel(
                        payment,
                        PaymentIntentCancelParams.builder().addExpand("latest_charge").build(),
                        StripeCalls.keyed(key))));
  }

  @Override
  public Answer<Refund> refund(IdempotencyKey key, String payment, Money amount) {
    return StripeCalls.answer(
        () ->
            StripeObjects.refund(
                client
                    .v1()
                    .refunds()
                    .create(
                        RefundCreateParams.builder()
                            .setPaymentIntent(payment)
                            .setAmount(StripeAmounts.minor(amount))
                            .build(),
                        StripeCalls.keyed(key)),
                live));
  }

  @Override
  public Answer<Transfer> transfer(IdempotencyKey key, NewTransfer transfer) {
    return StripeCalls.answer(
        () -> {
          TransferCreateParams.Builder params =
              TransferCreateParams.builder()
                  .setAmount(StripeAmounts.minor(transfer.amount()))
                  .setCurrency(StripeAmounts.currency(transfer.amount()))
                  .setDestination(transfer.account())
                  .setTransferGroup(transfer.payable().value())
                  .putMetadata(PAYABLE, transfer.payable().value());
          String charge = transfer.charge();
          if (charge != null) {
            params.setSourceTransaction(charge);
          }
          return StripeObjects.transfer(
              client.v1().transfers().create(params.build(), StripeCalls.keyed(key)));
        });
  }

  @Override
  public Answer<Reversal> reverse(IdempotencyKey key, String transfer, Money amount) {
    return StripeCalls.answer(
        () ->
            StripeObjects.reversal(
                client
                    .v1()
                    .transfers()
                    .reversals()
                    .create(
                        transfer,
                        TransferReversalCreateParams.builder()
                            .setAmount(StripeAmounts.minor(amount))
                            .build(),
                        StripeCalls.keyed(key)),
                live));
  }

  @Override
  public Answer<Payout> payout(IdempotencyKey key, String account, Money amount) {
    return StripeCalls.answer(
        () ->
            StripeObjects.payout(
                client
                    .v1()
                    .payouts()
                    .create(
                        PayoutCreateParams.builder()
                            .setAmount(StripeAmounts.minor(amount))
                            .setCurrency(StripeAmounts.currency(amount))
                            .build(),
                        StripeCalls.keyed(key, account)),
                account));
  }

  /**
   * {@inheritDoc} An Express account that asks for card payments together with transfers (transfers
   * alone would force the recipient agreement) and is paid out by the platform only.
   */
  @Override
  public Answer<PayeeAccount> onboard(IdempotencyKey key, NewPayee payee) {
    return StripeCalls.answer(
        () ->
            StripeObjects.account(
                client
                    .v1()
                    .accounts()
                    .create(
                        AccountCreateParams.builder()
                            .setType(AccountCreateParams.Type.EXPRESS)
                            .setCountry(payee.country())
                            .setCapabilities(
                                AccountCreateParams.Capabilities.builder()
                                    .setCardPayments(
                                        AccountCreateParams.Capabilities.CardPayments.builder()
                                            .setRequested(true)
                                            .build())
                                    .setTransfers(
                                        AccountCreateParams.Capabilities.Transfers.builder()
                                            .setRequested(true)
                                            .build())
                                    .build())
                            .setSettings(
                                AccountCreateParams.Settings.builder()
                                    .setPayouts(
                                        AccountCreateParams.Settings.Payouts.builder()
                                            .setSchedule(
                                                AccountCreateParams.Settings.Payouts.Schedule
                                                    .builder()
                                                    .setInterval(
                                                        AccountCreateParams.Settings.Payouts
                                                            .Schedule.Interval.MANUAL)
                                                    .build())
                                            .build())
                                    .build())
                            .putMetadata(PAYEE, payee.payee().value())
                            .build(),
                        StripeCalls.keyed(key)),
                live));
  }

  @Override
  public Answer<URI> onboardingPage(String account, URI returnTo, URI again) {
    return StripeCalls.answer(
        () ->
            URI.create(
                client
                    .v1()
                    .accountLinks()
                    .create(
                        AccountLinkCreateParams.builder()
                            .setAccount(account)
                            .setType(AccountLinkCreateParams.Type.ACCOUNT_ONBOARDING)
                            .setReturnUrl(returnTo.toString())
                            .setRefreshUrl(again.toString())
                            .build())
                    .getUrl()));
  }

  /**
   * {@inheritDoc} Stripe takes no keys for deleting: an account that is gone stays gone. In live
   * mode it deletes accounts whose balances are all zero.
   */
  @Override
  public Answer<ClosedAccount> close(IdempotencyKey key, String account) {
    ClosedAccount closed = new ClosedAccount(account, live);
    Answer<ClosedAccount> answer =
        StripeCalls.answer(
            () -> {
              client.v1().accounts().delete(account);
              return closed;
            });
    return answer instanceof Answer.Refused<ClosedAccount> refused
            && refused.reason() == Answer.Reason.UNKNOWN_OBJECT
        ? new Answer.Done<>(closed)
        : answer;
  }

  @Override
  public Answer<Dispute> contest(IdempotencyKey key, String dispute, List<Evidence> evidence) {
    return StripeCalls.answer(
        () -> {
          DisputeUpdateParams.Evidence.Builder fields = DisputeUpdateParams.Evidence.builder();
          for (Evidence piece : evidence) {
            switch (piece.field()) {
              case PRODUCT_DESCRIPTION -> fields.setProductDescription(piece.text());
              case SHIPPING_CARRIER -> fields.setShippingCarrier(piece.text());
              case SHIPPING_TRACKING_NUMBER -> fields.setShippingTrackingNumber(piece.text());
              case SHIPPING_DATE -> fields.setShippingDate(piece.text());
              case REFUND_POLICY -> fields.setRefundPolicyDisclosure(piece.text());
              case UNCATEGORIZED_TEXT -> fields.setUncategorizedText(piece.text());
            }
          }
          return StripeObjects.dispute(
              client
                  .v1()
                  .disputes()
                  .update(
                      dispute,
                      DisputeUpdateParams.builder()
                          .setEvidence(fields.build())
                          .setSubmit(true)
                          .build(),
                      StripeCalls.keyed(key)));
        });
  }

  @Override
  public Answer<ProviderObject> lookUp(
      ObjectKind kind, String reference, @Nullable String account) {
    return StripeCalls.answer(
        () ->
            switch (kind) {
              case PAYMENT ->
                  StripeObjects.payment(
                      client
                          .v1()
                          .paymentIntents()
                          .retrieve(
                              reference,
                              PaymentIntentRetrieveParams.builder()
                                  .addExpand("latest_charge")
                                  .build()));
              case REFUND -> StripeObjects.refund(client.v1().refunds().retrieve(reference), live);
              case TRANSFER -> StripeObjects.transfer(client.v1().transfers().retrieve(reference));
              case PAYOUT ->
                  StripeObjects.payout(
                      client.v1().payouts().retrieve(reference, StripeCalls.on(account)),
                      orPlatform(account));
              case DISPUTE -> StripeObjects.dispute(client.v1().disputes().retrieve(reference));
              case PAYEE -> StripeObjects.account(client.v1().accounts().retrieve(reference), live);
            });
  }

  /**
   * {@inheritDoc} By Stripe's search, whose index follows within a minute: a payment just started
   * may be missing. Whoever doubts a call repeats it with its key instead.
   */
  @Override
  public Answer<List<Payment>> paymentsOf(PayableId payable) {
    return StripeCalls.answer(
        () ->
            client
                .v1()
                .paymentIntents()
                .search(
                    PaymentIntentSearchParams.builder()
                        .setQuery("metadata['" + PAYABLE + "']:'" + payable.value() + "'")
                        .setLimit(PAGE)
                        .addExpand("data.latest_charge")
                        .build())
                .getData()
                .stream()
                .map(StripeObjects::payment)
                .toList());
  }

  @Override
  public Answer<Money> available(CurrencyUnit currency, @Nullable String account) {
    return StripeCalls.answer(
        () -> {
          Balance balance = client.v1().balance().retrieve(StripeCalls.on(account));
          String code = currency.getCode().toLowerCase(Locale.ROOT);
          return balance.getAvailable().stream()
              .filter(amount -> amount.getCurrency().equals(code))
              .map(amount -> StripeAmounts.money(amount.getAmount(), code))
              .reduce(Money.zero(currency), Money::plus);
        });
  }

  @Override
  public Answer<BalancePage> balanceChanges(
      @Nullable String account, Instant since, @Nullable String after) {
    return StripeCalls.answer(
        () -> {
          BalanceTransactionListParams.Builder params =
              BalanceTransactionListParams.builder()
                  .setLimit(PAGE)
                  .setCreated(
                      BalanceTransactionListParams.Created.builder()
                          .setGte(since.getEpochSecond())
                          .build());
          if (after != null) {
            params.setStartingAfter(after);
          }
          StripeCollection<com.stripe.model.BalanceTransaction> page =
              client.v1().balanceTransactions().list(params.build(), StripeCalls.on(account));
          return new BalancePage(
              page.getData().stream()
                  .map(line -> StripeObjects.balanceChange(line, account))
                  .toList(),
              page.getHasMore());
        });
  }

  @Override
  public WebhookEvent readWebhook(byte[] body, @Nullable String signature) {
    return webhooks.read(body, signature);
  }

  private static String orPlatform(@Nullable String account) {
    return account == null ? "" : account;
  }
}

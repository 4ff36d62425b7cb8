package io.ktizo.payments.stripe;

import com.stripe.StripeClient;
import com.stripe.exception.ApiConnectionException;
import com.stripe.exception.CardException;
import com.stripe.exception.IdempotencyException;
import com.stripe.exception.RateLimitException;
import com.stripe.exception.StripeException;
import com.stripe.model.Balance;
import com.stripe.model.StripeCollection;
import com.stripe.model.StripeError;
import com.stripe.net.RequestOptions;
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
import io.ktizo.payments.Answer.Doubt;
import io.ktizo.payments.Answer.Reason;
import io.ktizo.payments.Gateway;
import io.ktizo.payments.IdempotencyKey;
import io.ktizo.payments.PayableId;
import io.ktizo.payments.ProviderObject;
import io.ktizo.payments.ProviderObject.Dispute;
import io.ktizo.payments.ProviderObject.PayeeAccount;
import io.ktizo.payments.ProviderObject.Payment;
import io.ktizo.payments.ProviderObject.Payout;
import io.ktizo.payments.ProviderObject.Refund;
import io.ktizo.payments.ProviderObject.Reversal;
import io.ktizo.payments.ProviderObject.Transfer;
import io.ktizo.payments.WebhookEvent;
import io.ktizo.payments.stripe.StripeAmounts.NotChargeableException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpTimeoutException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Set;
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

  private static final Set<String> WRONG_STATE =
      Set.of(
          "payment_intent_unexpected_state",
          "charge_already_captured",
          "charge_already_refunded",
          "charge_disputed",
          "charge_expired_for_capture",
          "charge_not_refundable");

  private static final Set<String> TOO_MUCH =
      Set.of("amount_too_large", "balance_insufficient", "insufficient_funds");

  private static final Set<String> NOT_READY =
      Set.of(
          "insufficient_capabilities_for_transfer",
          "transfers_not_allowed",
          "payouts_not_allowed",
          "account_closed");

  private static final Set<String> UNKNOWN = Set.of("resource_missing", "account_invalid");

  private final StripeClient client;
  private final StripeSettings settings;
  private final StripeWebhooks webhooks;

  /**
   * A gateway to one platform account.
   *
   * @param clock tells how old webhook messages are
   */
  public StripeGateway(StripeSettings settings, InstantSource clock) {
    this.settings = settings;
    this.webhooks = new StripeWebhooks(settings.webhookSecrets(), clock);
    this.client =
        StripeClient.builder()
            .setApiKey(settings.apiKey())
            .setApiBase(settings.apiBase().toString())
            .setHttpClient(
                new DeadlineHttpClient(settings.connectTimeout(), settings.readTimeout()))
            .setMaxNetworkRetries(settings.retries())
            .build();
  }

  @Override
  public String name() {
    return "stripe";
  }

  @Override
  public boolean can(Capability capability) {
    return switch (capability) {
      case MANUAL_CAPTURE, TRANSFERS, PAYOUTS, EVIDENCE -> true;
      // Redaction jobs are a preview that the stable SDK does not have.
      case REDACTION -> false;
    };
  }

  @Override
  public Answer<Payment> start(IdempotencyKey key, NewPayment payment) {
    return answer(
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
                        keyed(key))));
  }

  @Override
  public Answer<Payment> authorise(IdempotencyKey key, String payment, String method) {
    return answer(
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
                        keyed(key))));
  }

  @Override
  public Answer<Payment> capture(IdempotencyKey key, String payment, Money amount) {
    return answer(
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
                        keyed(key))));
  }

  @Override
  public Answer<Payment> voidPayment(IdempotencyKey key, String payment) {
    return answer(
        () ->
            StripeObjects.payment(
                client
                    .v1()
                    .paymentIntents()
                    .cancel(
                        payment,
                        PaymentIntentCancelParams.builder().addExpand("latest_charge").build(),
                        keyed(key))));
  }

  @Override
  public Answer<Refund> refund(IdempotencyKey key, String payment, Money amount) {
    return answer(
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
                        keyed(key)),
                live()));
  }

  @Override
  public Answer<Transfer> transfer(IdempotencyKey key, NewTransfer transfer) {
    return answer(
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
          return StripeObjects.transfer(client.v1().transfers().create(params.build(), keyed(key)));
        });
  }

  @Override
  public Answer<Reversal> reverse(IdempotencyKey key, String transfer, Money amount) {
    return answer(
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
                        keyed(key)),
                live()));
  }

  @Override
  public Answer<Payout> payout(IdempotencyKey key, String account, Money amount) {
    return answer(
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
                        keyed(key, account)),
                account));
  }

  /**
   * {@inheritDoc} An Express account that asks for card payments together with transfers (transfers
   * alone would force the recipient agreement) and is paid out by the platform only.
   */
  @Override
  public Answer<PayeeAccount> onboard(IdempotencyKey key, NewPayee payee) {
    return answer(
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
                        keyed(key)),
                live()));
  }

  @Override
  public Answer<URI> onboardingPage(String account, URI returnTo, URI again) {
    return answer(
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

  @Override
  public Answer<Dispute> contest(IdempotencyKey key, String dispute, List<Evidence> evidence) {
    return answer(
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
                      keyed(key)));
        });
  }

  @Override
  public Answer<ProviderObject> lookUp(
      ObjectKind kind, String reference, @Nullable String account) {
    return answer(
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
              case REFUND ->
                  StripeObjects.refund(client.v1().refunds().retrieve(reference), live());
              case TRANSFER -> StripeObjects.transfer(client.v1().transfers().retrieve(reference));
              case PAYOUT ->
                  StripeObjects.payout(
                      client.v1().payouts().retrieve(reference, on(account)), orPlatform(account));
              case DISPUTE -> StripeObjects.dispute(client.v1().disputes().retrieve(reference));
              case PAYEE ->
                  StripeObjects.account(client.v1().accounts().retrieve(reference), live());
            });
  }

  /**
   * {@inheritDoc} By Stripe's search, whose index follows within a minute: a payment just started
   * may be missing. Whoever doubts a call repeats it with its key instead.
   */
  @Override
  public Answer<List<Payment>> paymentsOf(PayableId payable) {
    return answer(
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
    return answer(
        () -> {
          Balance balance = client.v1().balance().retrieve(on(account));
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
    return answer(
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
              client.v1().balanceTransactions().list(params.build(), on(account));
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

  /** A call to Stripe. */
  @FunctionalInterface
  private interface Call<T> {
    T make() throws StripeException, NotChargeableException;
  }

  private static <T> Answer<T> answer(Call<? extends T> call) {
    try {
      return new Answer.Done<>(call.make());
    } catch (NotChargeableException e) {
      return new Answer.Refused<>("amount_not_chargeable", Reason.INVALID_CALL);
    } catch (CardException e) {
      String declined = e.getDeclineCode() != null ? e.getDeclineCode() : e.getCode();
      return new Answer.Refused<>(code(declined), Reason.DECLINED);
    } catch (RateLimitException e) {
      return new Answer.InDoubt<>(Doubt.TOO_BUSY);
    } catch (ApiConnectionException e) {
      return new Answer.InDoubt<>(timedOut(e) ? Doubt.TIME_OUT : Doubt.CONNECTION_LOST);
    } catch (StripeException e) {
      return refusedOrInDoubt(e);
    }
  }

  private static <T> Answer<T> refusedOrInDoubt(StripeException e) {
    int status = e.getStatusCode() == null ? 0 : e.getStatusCode();
    if (status == 409) {
      // Another call with the same key is under way: its outcome is not ours to tell.
      return new Answer.InDoubt<>(Doubt.TOO_BUSY);
    }
    if (status < 400 || status >= 500) {
      // 5xx, or an answer that could not be read: it may have been done.
      return new Answer.InDoubt<>(Doubt.PROVIDER_FAULT);
    }
    if (e instanceof IdempotencyException) {
      return new Answer.Refused<>("idempotency_key_in_use", Reason.INVALID_CALL);
    }
    String code = code(e.getCode());
    StripeError error = e.getStripeError();
    boolean aboutAmount =
        error != null && error.getParam() != null && error.getParam().startsWith("amount");
    Reason reason;
    if (UNKNOWN.contains(code)) {
      reason = Reason.UNKNOWN_OBJECT;
    } else if (WRONG_STATE.contains(code)) {
      reason = Reason.WRONG_STATE;
    } else if (NOT_READY.contains(code)) {
      reason = Reason.PAYEE_NOT_READY;
    } else if (TOO_MUCH.contains(code) || (aboutAmount && e.getCode() == null)) {
      // Refunds and reversals beyond what is left come without a code.
      reason = Reason.TOO_MUCH;
    } else {
      reason = Reason.INVALID_CALL;
    }
    return new Answer.Refused<>(code, reason);
  }

  private static boolean timedOut(ApiConnectionException e) {
    for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
      if (cause instanceof SocketTimeoutException || cause instanceof HttpTimeoutException) {
        return true;
      }
    }
    return false;
  }

  private static String code(@Nullable String code) {
    return code == null ? "unspecified" : code;
  }

  private boolean live() {
    return settings.apiKey().contains("_live_");
  }

  private static RequestOptions keyed(IdempotencyKey key) {
    return RequestOptions.builder().setIdempotencyKey(key.value()).build();
  }

  private static RequestOptions keyed(IdempotencyKey key, String account) {
    return RequestOptions.builder()
        .setIdempotencyKey(key.value())
        .setStripeAccount(account)
        .build();
  }

  private static RequestOptions on(@Nullable String account) {
    RequestOptions.RequestOptionsBuilder options = RequestOptions.builder();
    if (account != null) {
      options.setStripeAccount(account);
    }
    return options.build();
  }

  private static String orPlatform(@Nullable String account) {
    return account == null ? "" : account;
  }
}

package io.ktizo.payments.stripe;

import com.stripe.StripeClient;
import com.stripe.exception.ApiConnectionException;
import com.stripe.exception.CardException;
import com.stripe.exception.IdempotencyException;
import com.stripe.exception.RateLimitException;
import com.stripe.exception.StripeException;
import com.stripe.model.StripeError;
import com.stripe.net.RequestOptions;
import io.ktizo.payments.Answer;
import io.ktizo.payments.Answer.Doubt;
import io.ktizo.payments.Answer.Reason;
import io.ktizo.payments.IdempotencyKey;
import io.ktizo.payments.stripe.StripeAmounts.NotChargeableException;
import java.net.SocketTimeoutException;
import java.net.http.HttpTimeoutException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How Stripe is called, and what its answers mean. What it says in words is left where it is. */
final class StripeCalls {
  /** The code of amounts that never left. */
  static final String NOT_CHARGEABLE = "amount_not_chargeable";

  /** Stripe names the parameter and no code when it does not take a currency. */
  static final String INVALID_CURRENCY = "invalid_currency";

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

  private StripeCalls() {}

  /** A client of one account; nothing global is set. */
  static StripeClient client(StripeSettings settings) {
    return StripeClient.builder()
        .setApiKey(settings.apiKey())
        .setApiBase(settings.apiBase().toString())
        .setHttpClient(new DeadlineHttpClient(settings.connectTimeout(), settings.readTimeout()))
        .setMaxNetworkRetries(settings.retries())
        .build();
  }

  /** Whether an account's key moves real money. */
  static boolean live(StripeSettings settings) {
    return settings.apiKey().contains("_live_");
  }

  /** A call to Stripe. */
  @FunctionalInterface
  interface Call<T> {
    T make() throws StripeException, NotChargeableException;
  }

  static <T> Answer<T> answer(Call<? extends T> call) {
    try {
      return new Answer.Done<>(call.make());
    } catch (NotChargeableException e) {
      return new Answer.Refused<>(NOT_CHARGEABLE, Reason.INVALID_CALL);
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
    if (e.getCode() == null && error != null && "currency".equals(error.getParam())) {
      return new Answer.Refused<>(INVALID_CURRENCY, Reason.INVALID_CALL);
    }
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

  static RequestOptions keyed(IdempotencyKey key) {
    return RequestOptions.builder().setIdempotencyKey(key.value()).build();
  }

  static RequestOptions keyed(IdempotencyKey key, String account) {
    return RequestOptions.builder()
        .setIdempotencyKey(key.value())
        .setStripeAccount(account)
        .build();
  }

  static RequestOptions on(@Nullable String account) {
    RequestOptions.RequestOptionsBuilder options = RequestOptions.builder();
    if (account != null) {
      options.setStripeAccount(account);
    }
    return options.build();
  }
}

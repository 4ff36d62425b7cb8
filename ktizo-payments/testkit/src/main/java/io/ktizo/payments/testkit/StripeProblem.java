package io.ktizo.payments.testkit;

import com.google.gson.JsonObject;
import org.jspecify.annotations.Nullable;

/** An answer that is a no, in the form of Stripe's page "Errors". */
final class StripeProblem extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String type;
  private final @Nullable String code;
  private final @Nullable String param;
  private final @Nullable String declineCode;

  StripeProblem(
      int status,
      String type,
      @Nullable String code,
      @Nullable String param,
      @Nullable String declineCode,
      String message) {
    super(message, null, false, false);
    this.status = status;
    this.type = type;
    this.code = code;
    this.param = param;
    this.declineCode = declineCode;
  }

  static StripeProblem invalid(@Nullable String code, @Nullable String param, String message) {
    return new StripeProblem(400, "invalid_request_error", code, param, null, message);
  }

  static StripeProblem missing(String what, String id) {
    return new StripeProblem(
        404,
        "invalid_request_error",
        "resource_missing",
        "id",
        null,
        "No such " + what + ": '" + id + "'");
  }

  static StripeProblem declined(String code, String declineCode) {
    return new StripeProblem(402, "card_error", code, null, declineCode, "Your card was declined.");
  }

  int status() {
    return status;
  }

  JsonObject body() {
    JsonObject error = new JsonObject();
    error.addProperty("type", type);
    error.addProperty("message", getMessage());
    add(error, "code", code);
    add(error, "param", param);
    add(error, "decline_code", declineCode);
    JsonObject body = new JsonObject();
    body.add("error", error);
    return body;
  }

  private static void add(JsonObject error, String name, @Nullable String value) {
    if (value != null) {
      error.addProperty(name, value);
    }
  }
}

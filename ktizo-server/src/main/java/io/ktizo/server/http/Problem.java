package io.ktizo.server.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ktizo.core.mesh.Refusal;
import java.util.List;
import java.util.Map;

/**
 * Why a request was not served, as a problem document (RFC 9457).
 *
 * @param status of HTTP
 * @param code stable across versions, for programs; {@code type} is a URN made of it
 * @param title the same sentence for every problem of this code
 * @param detail one sentence about this request; empty if the title says it all
 * @param errors what is wrong with single fields
 * @param headers to send with it
 */
record Problem(
    int status,
    String code,
    String title,
    String detail,
    List<Field> errors,
    Map<String, String> headers) {
  static final String MEDIA_TYPE = "application/problem+json";

  Problem {
    errors = List.copyOf(errors);
    headers = Map.copyOf(headers);
  }

  /**
   * What is wrong with one field.
   *
   * @param pointer where in the body, as a JSON pointer (RFC 6901); for a query parameter {@code
   *     ?name}
   * @param code stable
   * @param message one sentence, which repeats nothing of what was sent
   */
  record Field(String pointer, String code, String message) {}

  static Problem of(int status, String code, String title, String detail) {
    return new Problem(status, code, title, detail, List.of(), Map.of());
  }

  /** A file that is no model we can read, in the reader's own words. */
  static Problem of(Refusal refusal) {
    int status =
        switch (refusal.code()) {
          case TOO_LARGE -> 413;
          case UNKNOWN_FORMAT, NEEDS_REVIEW -> 415;
          default -> 422;
        };
    String place = refusal.location().isEmpty() ? "" : " (" + refusal.location() + ")";
    return of(status, refusal.code().id(), "The model cannot be read.", refusal.message() + place);
  }

  static Problem invalid(List<Field> errors) {
    return new Problem(
        422,
        "request.invalid",
        "The request is not valid.",
        errors.size() == 1 ? errors.getFirst().message() : "Several fields are not valid.",
        errors,
        Map.of());
  }

  static Problem badName(String message) {
    return new Problem(
        422,
        "model.bad-name",
        "The name of the model is not acceptable.",
        message,
        List.of(new Field("?name", "bad-name", message)),
        Map.of());
  }

  static Problem notFound() {
    return of(404, "request.not-found", "There is nothing here.", "");
  }

  static Problem noSuch(String what) {
    return of(
        404,
        what + ".not-found",
        "There is no such " + what + ".",
        "It never was, or it is no longer kept.");
  }

  /** The one shape for what is not there and for what is somebody else's. */
  static Problem noSuchThing() {
    return of(404, "object.not-found", "There is no such thing, or it is not yours.", "");
  }

  static Problem signInFirst() {
    return of(401, "session.required", "Please sign in first.", "")
        .with("WWW-Authenticate", "Bearer realm=\"ktizo\"");
  }

  static Problem unknownKey() {
    return of(401, "key.unknown", "The API key is not known, or no longer good.", "")
        .with("WWW-Authenticate", "Bearer realm=\"ktizo\", error=\"invalid_token\"");
  }

  static Problem accessDenied() {
    return of(403, "access.denied", "This is not for you to see or do.", "");
  }

  static Problem notForKeys() {
    return of(403, "key.not-allowed", "No API key can do this; a person must sign in.", "");
  }

  static Problem scopeMissing(String scope) {
    return of(
        403,
        "key.scope-missing",
        "The API key is not meant for this.",
        "It would need the scope " + scope + ".");
  }

  static Problem stepUp() {
    return of(
        403,
        "step-up.required",
        "Please show again who you are.",
        "POST /api/v1/session/proof with your password, then send this again.");
  }

  static Problem secondFactor() {
    return of(
        403,
        "second-factor.required",
        "This needs a second factor.",
        "Set one up, then POST /api/v1/session/proof with password and code.");
  }

  static Problem csrf() {
    return of(
        403,
        "request.cross-site",
        "Pages of other sites must not change anything here.",
        "Nothing shows that a page of this server sent this: send the session's csrfToken in"
            + " X-CSRF-Token.");
  }

  static Problem reasonRequired() {
    String message = "Say why in X-Ktizo-Reason, 1 to 200 characters, percent-encoded.";
    return new Problem(
        422,
        "staff.reason-required",
        "Looking at somebody's data needs a reason.",
        message,
        List.of(new Field("X-Ktizo-Reason", "missing", message)),
        Map.of());
  }

  static Problem preconditionRequired() {
    return of(
        428,
        "version.required",
        "A change must say which version it is based on.",
        "Send the ETag that you have read in If-Match.");
  }

  static Problem preconditionFailed() {
    return of(
        412,
        "version.stale",
        "Somebody changed this meanwhile.",
        "Read it again, and decide whether your change still makes sense.");
  }

  static Problem stale() {
    return of(
        409,
        "version.stale",
        "Somebody changed this meanwhile.",
        "Read it again, and decide whether your change still makes sense.");
  }

  static Problem full(int most) {
    return of(
        409,
        "shop.too-many",
        "The Shop has as many of these as there can be.",
        "It has " + most + "; remove one first.");
  }

  static Problem conflict(String code, String title, String detail) {
    return of(409, code, title, detail);
  }

  static Problem tooMany(long retryAfterSeconds) {
    return of(
            429,
            "request.too-many",
            "Too many attempts.",
            "Please wait for " + retryAfterSeconds + " s.")
        .with("Retry-After", Long.toString(retryAfterSeconds));
  }

  static Problem methodNotAllowed(String allowed) {
    return of(
            405,
            "request.method-not-allowed",
            "This address does not take this method.",
            "It takes " + allowed + ".")
        .with("Allow", allowed);
  }

  static Problem busy(long retryAfterSeconds) {
    return of(
            503,
            "server.busy",
            "The server has more work than it can take.",
            "Nothing was done; please try again in a moment.")
        .with("Retry-After", Long.toString(retryAfterSeconds));
  }

  static Problem internal() {
    return of(
        500,
        "server.error",
        "Something went wrong here.",
        "It was written down under the id of this request.");
  }

  Problem with(String header, String value) {
    return new Problem(status, code, title, detail, errors, Map.of(header, value));
  }

  /** The document. */
  Answer answer(String requestId) {
    ObjectNode node = Wire.object();
    node.put("type", "urn:ktizo:problem:" + code);
    node.put("title", title);
    node.put("status", status);
    if (!detail.isEmpty()) {
      node.put("detail", detail);
    }
    node.put("instance", "urn:ktizo:request:" + requestId);
    node.put("code", code);
    if (!errors.isEmpty()) {
      ArrayNode fields = node.putArray("errors");
      for (Field error : errors) {
        fields
            .addObject()
            .put("pointer", error.pointer())
            .put("code", error.code())
            .put("message", error.message());
      }
    }
    Answer answer = Answer.of(status, MEDIA_TYPE, Wire.bytes(node));
    for (Map.Entry<String, String> header : headers.entrySet()) {
      answer = answer.with(header.getKey(), header.getValue());
    }
    return answer;
  }
}

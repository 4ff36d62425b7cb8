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

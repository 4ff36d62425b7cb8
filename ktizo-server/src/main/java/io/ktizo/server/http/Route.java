package io.ktizo.server.http;

/**
 * One line of the table of routes. HEAD comes with every GET, and OPTIONS with every path.
 *
 * @param method GET, POST, PUT, PATCH or DELETE
 * @param path as in the OpenAPI document, with {@code {id}} for what varies
 * @param access who may come this way; stands in the document as {@code x-ktizo-action}
 * @param endpoint who answers
 * @param repeat how an Idempotency-Key is honoured
 */
public record Route(String method, String path, Access access, Endpoint endpoint, Repeat repeat) {
  /** How an Idempotency-Key is honoured. */
  public enum Repeat {
    /** Not at all. */
    NEVER,
    /** The body is small, and read before anything is done. */
    BY_JSON,
    /**
     * As {@link #BY_JSON}, and what is done and the kept answer are one transaction: a process that
     * dies leaves both or neither. For work in the database alone, on the thread of the request.
     */
    AS_ONE,
    /** The body is a file, and hashed while it is taken in. */
    BY_STREAM
  }

  static Route get(String path, Access access, Endpoint endpoint) {
    return new Route("GET", path, access, endpoint, Repeat.NEVER);
  }

  /** Creates something, or does something: honours an Idempotency-Key. */
  static Route post(String path, Access access, Endpoint endpoint) {
    return new Route("POST", path, access, endpoint, Repeat.BY_JSON);
  }

  /** Takes a file in as it is sent: honours an Idempotency-Key; see {@link Call#stream}. */
  static Route upload(String path, Access access, Endpoint endpoint) {
    return new Route("POST", path, access, endpoint, Repeat.BY_STREAM);
  }

  static Route put(String path, Access access, Endpoint endpoint) {
    return new Route("PUT", path, access, endpoint, Repeat.NEVER);
  }

  static Route patch(String path, Access access, Endpoint endpoint) {
    return new Route("PATCH", path, access, endpoint, Repeat.NEVER);
  }

  static Route delete(String path, Access access, Endpoint endpoint) {
    return new Route("DELETE", path, access, endpoint, Repeat.NEVER);
  }

  /** The same, with what is done and the kept answer in one transaction. */
  Route asOne() {
    return new Route(method, path, access, endpoint, Repeat.AS_ONE);
  }

  /** For answers that must not be kept: those that open a session, or are good for one use. */
  Route neverRepeated() {
    return new Route(method, path, access, endpoint, Repeat.NEVER);
  }
}

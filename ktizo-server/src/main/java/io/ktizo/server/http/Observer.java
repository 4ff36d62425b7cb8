package io.ktizo.server.http;

/**
 * Is told of each request that was answered, for metrics and logs. Must be fast and never throw.
 */
@FunctionalInterface
public interface Observer {
  /** Tells nobody. */
  Observer NONE = observation -> {};

  /** A request was answered, or its connection broke. */
  void answered(Observation observation);

  /**
   * What can be told of a request without telling who sent what.
   *
   * @param requestId as in the answer's {@code X-Request-Id}
   * @param method in capital letters, one that HTTP knows, or {@code OTHER}
   * @param route path of the table of routes, such as {@code /api/v1/models/{id}}; {@code none} if
   *     no route took it. Never what was sent
   * @param status of the answer
   * @param code of the problem; empty if there was none
   * @param nanos from the first filter to the last byte
   * @param bytes of the answer's body
   * @param network of the client, cut to 24 bits (IPv4) or 48 (IPv6)
   */
  record Observation(
      String requestId,
      String method,
      String route,
      int status,
      String code,
      long nanos,
      long bytes,
      String network) {}
}

package io.ktizo.core.webhook;

import java.net.URI;
import java.util.Map;

/**
 * Sends one message. The host's adapter; ktizo-server has one over sockets of the JDK.
 *
 * <p>It resolves the host, checks every address with its {@link AddressGuard}, connects to the very
 * address that it checked, follows no redirect, takes 5 s at the most for everything, and reads at
 * most 64 kB of an answer. It throws nothing.
 */
@FunctionalInterface
public interface WebhookTransport {
  /** Posts the body to the address. */
  Answer post(URI url, Map<String, String> headers, byte[] body);

  /** What became of it. */
  sealed interface Answer {
    /**
     * The other side answered.
     *
     * @param status of HTTP
     */
    record Status(int status) implements Answer {}

    /** It did not. */
    record Failed(Failure failure) implements Answer {}
  }

  /** Why there was no answer. */
  enum Failure {
    /** The address may not be asked: not public, another port or scheme. */
    REFUSED_ADDRESS,
    /** There is no such host. */
    UNKNOWN_HOST,
    /** Nobody listens, or the connection broke. */
    UNREACHABLE,
    /** No connection can be trusted: certificate or protocol. */
    UNTRUSTED,
    /** It took too long. */
    TIMED_OUT,
    /** What came was no answer of HTTP, or too long. */
    BAD_ANSWER
  }
}

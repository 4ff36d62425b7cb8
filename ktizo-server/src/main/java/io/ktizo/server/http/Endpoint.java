package io.ktizo.server.http;

import io.helidon.webserver.http.ServerRequest;
import java.io.IOException;

/**
 * Answers the requests of one route. An expected refusal is a {@link ProblemException}; anything
 * else that is thrown becomes a 500 that says nothing but its request id.
 */
@FunctionalInterface
interface Endpoint {
  /**
   * Answers.
   *
   * @throws IOException if the client's connection fails
   */
  Answer answer(ServerRequest request) throws IOException;
}

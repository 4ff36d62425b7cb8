package io.ktizo.server.http;

import java.io.IOException;

/**
 * Answers the requests of one route. An expected refusal is a {@link ProblemException}; anything
 * else that is thrown becomes a 500 that says nothing but its request id.
 */
@FunctionalInterface
interface Endpoint {
  /**
   * Answers. Where the route names an action, {@link Call#require} must be asked before anything is
   * told or done.
   *
   * @throws IOException if the client's connection fails
   */
  Answer answer(Call call) throws IOException;
}

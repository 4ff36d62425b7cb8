package io.ktizo.server.http;

/**
 * One line of the table of routes. HEAD comes with every GET, and OPTIONS with every path.
 *
 * @param method GET or POST
 * @param path as in the OpenAPI document, with {@code {id}} for what varies
 * @param endpoint who answers
 */
record Route(String method, String path, Endpoint endpoint) {
  static Route get(String path, Endpoint endpoint) {
    return new Route("GET", path, endpoint);
  }

  static Route post(String path, Endpoint endpoint) {
    return new Route("POST", path, endpoint);
  }
}

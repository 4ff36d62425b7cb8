package io.ktizo.storage.tus;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What to answer.
 *
 * @param status of HTTP
 * @param headers in the order in which they are to be written
 * @param text a word of explanation as {@code text/plain}; empty for none
 * @param bodyUnread whether bytes of the request may be left on the connection: close it then
 */
public record TusResponse(
    int status, Map<String, String> headers, String text, boolean bodyUnread) {
  /** Copies the headers. */
  public TusResponse {
    headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
  }
}

package io.ktizo.server.http;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.ktizo.core.account.Session;
import io.ktizo.core.account.Token;
import java.util.List;
import java.util.Optional;

/**
 * The cookie that carries a session's token.
 *
 * <p>{@code __Host-ktizo}: the prefix makes browsers refuse it unless it is Secure, for this host
 * alone and for the whole of it (RFC 6265bis §4.1.3.2), so that no neighbouring host can plant one.
 * Browsers refuse it over plain HTTP, too; a server that runs without TLS on the loopback address
 * takes the name {@code ktizo-local} without the prefix and without Secure.
 */
public final class SessionCookie {
  private final boolean secure;

  /**
   * A cookie.
   *
   * @param secure whether browsers come over TLS; {@code false} on the loopback address alone
   */
  public SessionCookie(boolean secure) {
    this.secure = secure;
  }

  /** Its name. */
  public String name() {
    return secure ? "__Host-ktizo" : "ktizo-local";
  }

  /**
   * The token that a browser sent. Two cookies of the name are none: one of them was planted, and
   * which one cannot be told.
   */
  Optional<Token> token(ServerRequest request) {
    List<String> sent = cookies(request, name());
    return sent.size() == 1 && sent.getFirst().length() <= 100
        ? Optional.of(new Token(sent.getFirst()))
        : Optional.empty();
  }

  private static List<String> cookies(ServerRequest request, String name) {
    return request.headers().all(HeaderNames.COOKIE, List::of).stream()
        .flatMap(header -> List.of(header.split(";", -1)).stream())
        .map(String::strip)
        .filter(pair -> pair.startsWith(name + "="))
        .map(pair -> pair.substring(name.length() + 1))
        .toList();
  }

  /** Puts a token into the browser, for as long as a session can last. */
  Answer set(Answer answer, Token token) {
    return answer.with("Set-Cookie", header(token.secret(), Session.ABSOLUTE.toSeconds()));
  }

  /** Takes it away again, with all that the browser may have kept of this site. */
  Answer clear(Answer answer) {
    return answer
        .with("Set-Cookie", header("", 0))
        .with("Clear-Site-Data", "\"cache\", \"cookies\", \"storage\"");
  }

  private String header(String value, long seconds) {
    return name()
        + "="
        + value
        + "; Path=/; Max-Age="
        + seconds
        + "; HttpOnly; SameSite=Lax"
        + (secure ? "; Secure" : "");
  }
}

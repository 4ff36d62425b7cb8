package io.ktizo.server.http;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.ktizo.core.account.AddressThrottle;
import io.ktizo.core.account.IssuingApiKeys;
import io.ktizo.core.account.Session;
import io.ktizo.core.account.SigningIn;
import io.ktizo.core.account.StaffLooks;
import io.ktizo.core.account.Token;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;

/**
 * Tells who sends a request: by the cookie of a session, or by an API key.
 *
 * <p>What a browser sends along by itself proves nothing about who made it send: a change that
 * rests on the cookie must also show that it comes from a page of ours, by {@code Sec-Fetch-Site},
 * by {@code Origin}, or by the token that {@link #csrfToken} gives to the session's own pages. An
 * API key is sent by programs alone and needs nothing more.
 */
public final class Doorkeeper {
  /** Carries the token that {@link #csrfToken} made. */
  static final String CSRF = "X-CSRF-Token";

  static final Set<String> SAFE_METHODS = Set.of("GET", "HEAD", "OPTIONS");
  private static final HeaderName SEC_FETCH_SITE = HeaderNames.create("Sec-Fetch-Site");

  private final SigningIn signingIn;
  private final IssuingApiKeys keys;
  private final StaffLooks looks;
  private final InstantSource clock;
  private final SessionCookie cookie;
  private final Cursors cursors;
  private final Guesses guesses;

  /**
   * A doorkeeper.
   *
   * @param misses limits how often somebody may ask for what is not there
   * @param key 32 bytes for tags, used for nothing else
   */
  public Doorkeeper(
      SigningIn signingIn,
      IssuingApiKeys keys,
      StaffLooks looks,
      InstantSource clock,
      SessionCookie cookie,
      AddressThrottle misses,
      byte[] key) {
    this.signingIn = signingIn;
    this.keys = keys;
    this.looks = looks;
    this.clock = clock;
    this.cookie = cookie;
    this.guesses = new Guesses(misses);
    this.cursors = new Cursors(key);
  }

  Instant now() {
    return clock.instant();
  }

  InstantSource clock() {
    return clock;
  }

  StaffLooks looks() {
    return looks;
  }

  Guesses guesses() {
    return guesses;
  }

  Cursors cursors() {
    return cursors;
  }

  /**
   * Who sends it.
   *
   * @throws ProblemException 401 if there is an API key that is worth nothing; 403 if a change
   *     rests on a cookie alone
   */
  Caller identify(ServerRequest request) {
    Optional<String> authorization = request.headers().first(HeaderNames.AUTHORIZATION);
    if (authorization.isPresent()) {
      String text = authorization.get();
      return (text.regionMatches(true, 0, "Bearer ", 0, 7)
              ? keys.authenticate(text.substring(7).strip())
              : Optional.<IssuingApiKeys.Holder>empty())
          .<Caller>map(holder -> new Caller.Key(holder.account(), holder.key()))
          .orElseThrow(() -> new ProblemException(Problem.unknownKey()));
    }
    Optional<SigningIn.SignedInPerson> person =
        cookie.token(request).flatMap(signingIn::authenticate);
    if (person.isEmpty()) {
      return new Caller.Visitor();
    }
    if (!SAFE_METHODS.contains(request.prologue().method().text())
        && !comesFromOurPage(request, person.get().session())) {
      throw new ProblemException(Problem.csrf());
    }
    return new Caller.Person(person.get().account(), person.get().session());
  }

  /** The token of the session in the cookie, whatever it is worth. */
  Optional<Token> token(ServerRequest request) {
    return cookie.token(request);
  }

  private boolean comesFromOurPage(ServerRequest request, Session session) {
    Optional<String> site = request.headers().first(SEC_FETCH_SITE);
    if (site.isPresent() && site.get().equals("same-origin")) {
      return true;
    }
    // The edge has refused an Origin that is not ours.
    if (site.isEmpty() && request.headers().contains(HeaderNames.ORIGIN)) {
      return true;
    }
    return request
        .headers()
        .first(HeaderNames.create(CSRF))
        .flatMap(token -> cursors.open("csrf", token))
        .filter(of -> of.equals(session.id().toString()))
        .isPresent();
  }

  /** A token that only the session's own pages can read, and that is worth nothing elsewhere. */
  String csrfToken(Session session) {
    return cursors.seal("csrf", session.id().toString());
  }

  /** The client's network: an IPv4 address, or the /64 that one customer of a provider gets. */
  String clientAddress(ServerRequest request) {
    return request
        .context()
        .get(Watching.CLIENT, InetAddress.class)
        .map(Doorkeeper::network)
        .orElse("unknown");
  }

  static String network(InetAddress address) {
    if (!(address instanceof Inet6Address)) {
      return address.getHostAddress();
    }
    byte[] bytes = address.getAddress();
    StringBuilder network = new StringBuilder();
    for (int i = 0; i < 8; i++) {
      network.append(Integer.toHexString(bytes[i] & 0xff)).append(i % 2 == 1 ? ":" : ".");
    }
    return network + ":/64";
  }
}

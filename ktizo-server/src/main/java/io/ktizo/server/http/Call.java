package io.ktizo.server.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.ktizo.core.account.AccountId;
import io.ktizo.core.account.ApiScope;
import io.ktizo.core.account.Permissions;
import io.ktizo.core.account.Permissions.Action;
import io.ktizo.core.account.Permissions.Role;
import io.ktizo.core.account.Permissions.Verdict;
import io.ktizo.core.account.SigningIn;
import io.ktizo.core.account.StaffLooks;
import io.ktizo.core.account.Token;
import io.ktizo.core.id.Id;
import io.ktizo.core.id.IdForm;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A request on its way through an endpoint: who sends it, what it holds, and whether it may be
 * done. For one thread.
 */
final class Call {
  /** Why staff look at somebody's data; asked for wherever looks are recorded. */
  static final String REASON = "X-Ktizo-Reason";

  private static final Set<Role> SHOP_ROLES =
      EnumSet.of(Role.SHOP_OWNER, Role.SHOP_OPERATOR, Role.SHOP_FINANCE);

  private final Route route;
  private final ServerRequest request;
  private final Doorkeeper door;
  private final Set<Action> asked = EnumSet.noneOf(Action.class);
  private @Nullable Caller caller;
  private @Nullable MessageDigest digest;
  private byte @Nullable [] body;
  private @Nullable ObjectNode json;
  private Token.@Nullable Hash bodyHash;
  private boolean isStreamed;
  private boolean toBeRecorded;

  Call(Route route, ServerRequest request, Doorkeeper door) {
    this.route = route;
    this.request = request;
    this.door = door;
  }

  /** Of the body, for requests that have one. */
  private MessageDigest digest() {
    MessageDigest begun = digest;
    if (begun == null) {
      try {
        begun = MessageDigest.getInstance("SHA-256");
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("each JDK has SHA-256", e);
      }
      digest = begun;
    }
    return begun;
  }

  /** As Helidon sees it. */
  ServerRequest request() {
    return request;
  }

  /** What time it is. */
  Instant now() {
    return door.now();
  }

  /**
   * Who sends it.
   *
   * @throws ProblemException if he shows something that is worth nothing, or a page may have made
   *     his browser send it
   */
  Caller caller() {
    Caller known = caller;
    if (known == null) {
      known = door.identify(request);
      caller = known;
    }
    return known;
  }

  /** Whether it was asked who sends it, and it was somebody. */
  boolean isPersonal() {
    return caller != null && !(caller instanceof Caller.Visitor);
  }

  /** From which network address, cut to what one customer of a provider gets. */
  String clientAddress() {
    return door.clientAddress(request);
  }

  // ---- who may ----

  /**
   * What can be known before the object is: refuses whoever could not do this to any object.
   *
   * @throws ProblemException 401 or 403
   */
  void admit() {
    if (route.access() instanceof Access.Allowed allowed) {
      requireScope(allowed.action());
      if (!Permissions.isPossible(possibleRoles(), allowed.action())) {
        throw new ProblemException(denied(false));
      }
    }
  }

  /**
   * Refuses what the table of permissions does not allow.
   *
   * @throws ProblemException 401 if signing in may help; 404, as if there were no such object, if
   *     he may do this to others; 403 if he may do it to none, or must show first who he is
   */
  void require(Action action, Standing standing) {
    asked.add(action);
    requireScope(action);
    Set<Role> roles = EnumSet.copyOf(caller().roles());
    roles.addAll(standing.roles());
    Verdict verdict =
        Permissions.decide(roles, standing.relations(), action, caller().shown(now()));
    switch (verdict) {
      case ALLOWED -> {}
      case ALLOWED_IF_RECORDED -> toBeRecorded = true;
      case NEEDS_STEP_UP -> throw new ProblemException(needsPerson(Problem.stepUp()));
      case NEEDS_SECOND_FACTOR -> throw new ProblemException(needsPerson(Problem.secondFactor()));
      case DENIED ->
          throw new ProblemException(denied(Permissions.isPossible(possibleRoles(), action)));
    }
  }

  private Problem needsPerson(Problem problem) {
    return caller() instanceof Caller.Key ? Problem.notForKeys() : problem;
  }

  private void requireScope(Action action) {
    if (caller() instanceof Caller.Key key) {
      ApiScope scope =
          Access.scopeFor(action).orElseThrow(() -> new ProblemException(Problem.notForKeys()));
      if (!key.key().scopes().contains(scope)) {
        throw new ProblemException(Problem.scopeMissing(scope.text()));
      }
    }
  }

  private Problem denied(boolean possibleForOthers) {
    if (possibleForOthers) {
      return Problem.noSuchThing();
    }
    return caller() instanceof Caller.Visitor ? Problem.signInFirst() : Problem.accessDenied();
  }

  private Set<Role> possibleRoles() {
    Set<Role> roles = EnumSet.copyOf(caller().roles());
    if (!(caller() instanceof Caller.Visitor)) {
      roles.addAll(SHOP_ROLES);
    }
    return roles;
  }

  /**
   * Writes down that staff look at a person's data, if the permission asks for it; to be called
   * before anything is shown.
   *
   * @param what kind of data, for instance {@code order}
   * @param object its id
   * @throws ProblemException if no reason is given
   */
  void recordLook(AccountId person, String what, String object) {
    recordLooks(List.of(person), what, object);
  }

  /** The same for data of several people; of nobody's, a reason is asked for all the same. */
  void recordLooks(List<AccountId> people, String what, String object) {
    if (!toBeRecorded) {
      return;
    }
    String reason = reason();
    for (AccountId person : people) {
      door.looks().record(new StaffLooks.Look(account(), person, what, object, reason, now()));
    }
    toBeRecorded = false;
  }

  private String reason() {
    String sent = header(REASON).strip();
    String reason;
    try {
      // Percent-encoded, since header fields know no letters beyond ASCII.
      reason = URLDecoder.decode(sent.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      reason = "";
    }
    if (reason.isBlank()
        || reason.length() > 200
        || reason.chars().anyMatch(c -> Character.isISOControl(c) || c == 0xfffd)
        || reason.codePoints().anyMatch(c -> Character.getType(c) == Character.SURROGATE)) {
      throw new ProblemException(Problem.reasonRequired());
    }
    return reason;
  }

  /** Nobody was found: there is no look to write down, but a reason is asked for all the same. */
  void requireReasonOnly() {
    if (toBeRecorded) {
      reason();
      toBeRecorded = false;
    }
  }

  /** The use case that follows writes the look down itself. */
  void isRecordedByUseCase() {
    toBeRecorded = false;
  }

  /**
   * Fails if the endpoint forgot to ask whether it may, or to write down a look.
   *
   * @throws IllegalStateException so that nothing is told
   */
  void checkAsked() {
    if (route.access() instanceof Access.Allowed allowed && !asked.contains(allowed.action())) {
      throw new IllegalStateException(
          route.method() + " " + route.path() + " did not ask for " + allowed.action());
    }
    if (toBeRecorded) {
      throw new IllegalStateException(
          route.method() + " " + route.path() + " did not record a look");
    }
  }

  /**
   * The person who is signed in.
   *
   * @throws ProblemException if there is none
   */
  SigningIn.SignedInPerson person() {
    return switch (caller()) {
      case Caller.Person person -> new SigningIn.SignedInPerson(person.account(), person.session());
      case Caller.Key key -> throw new ProblemException(Problem.notForKeys());
      case Caller.Visitor visitor -> throw new ProblemException(Problem.signInFirst());
    };
  }

  /**
   * The account for which it is sent, by a person or by a program.
   *
   * @throws ProblemException if there is none
   */
  AccountId account() {
    return switch (caller()) {
      case Caller.Person person -> person.account().id();
      case Caller.Key key -> key.account().id();
      case Caller.Visitor visitor -> throw new ProblemException(Problem.signInFirst());
    };
  }

  // ---- what it holds ----

  /** The route that it takes. */
  Route route() {
    return route;
  }

  /** The id under which it is known in the log. */
  String requestId() {
    return Edge.requestId(request);
  }

  /** The body as a JSON object. */
  ObjectNode json() throws IOException {
    ObjectNode known = json;
    if (known == null) {
      known = Wire.read(smallBody());
      json = known;
    }
    return known;
  }

  private byte[] smallBody() throws IOException {
    byte[] read = body;
    if (read == null) {
      read = Wire.body(request);
      body = read;
      digest().update(read);
    }
    return read;
  }

  /** Reads a body that is JSON before the endpoint does; one that is empty may be of any type. */
  void readAhead() throws IOException {
    if (request.headers().contentLength().orElse(0) > 0) {
      smallBody();
    }
  }

  /** The body as it arrives, for routes that take files; asked for once. */
  InputStream stream() {
    InputStream arriving =
        request.content().hasEntity()
            ? new PacedBody(request.content().inputStream(), door.clock())
            : InputStream.nullInputStream();
    isStreamed = true;
    return new DigestInputStream(arriving, digest());
  }

  /** Whether the answer can rest on the whole of the body. */
  boolean isWholeBodyRead() {
    return route.repeat() != Route.Repeat.BY_STREAM || (isStreamed && request.content().consumed());
  }

  /** A hash of address, query and body; reads what is left of the body. */
  Token.Hash bodyHash() throws IOException {
    Token.Hash known = bodyHash;
    if (known == null) {
      if (route.repeat() == Route.Repeat.BY_STREAM && !isStreamed) {
        try (InputStream rest = stream()) {
          rest.transferTo(OutputStream.nullOutputStream());
        }
      }
      digest().update((byte) 0);
      digest()
          .update(
              (request.path().rawPath() + "?" + request.query().rawValue())
                  .getBytes(StandardCharsets.UTF_8));
      known = new Token.Hash(digest().digest());
      bodyHash = known;
    }
    return known;
  }

  /**
   * The body as a record of the wire, see {@link Body}.
   *
   * @throws ProblemException with all that is wrong
   */
  <R extends Record> R body(Class<R> type) throws IOException {
    return Body.read(json(), type);
  }

  /** A part of the path, decoded. */
  String path(String name) {
    return request.path().pathParameters().get(name);
  }

  /**
   * An id in the path.
   *
   * @throws ProblemException 404, as for an object that is not there
   */
  <T extends Id> T id(String name, IdForm<T> form) {
    try {
      return form.parse(path(name));
    } catch (IllegalArgumentException e) {
      throw new ProblemException(Problem.noSuchThing());
    }
  }

  /** A header field; empty if it was not sent. */
  String header(String name) {
    return headerIfSent(name).orElse("");
  }

  /** A header field, if it was sent. */
  Optional<String> headerIfSent(String name) {
    return request.headers().first(HeaderNames.create(name));
  }

  /** A parameter of the query, the first of that name. */
  Optional<String> query(String name) {
    return request.query().contains(name)
        ? request.query().all(name).stream().findFirst()
        : Optional.empty();
  }

  /**
   * The piece of a list that is asked for, by {@code limit} and {@code after}.
   *
   * @throws ProblemException if either is not valid
   */
  Page page() {
    int limit = Page.USUAL;
    Optional<String> wanted = query("limit");
    if (wanted.isPresent()) {
      limit = wanted.get().matches("[0-9]{1,4}") ? Integer.parseInt(wanted.get()) : 0;
      if (limit < 1 || limit > Page.MOST) {
        throw new ProblemException(
            Problem.invalid(
                List.of(
                    new Problem.Field(
                        "?limit", "out-of-range", "This must be from 1 to " + Page.MOST + "."))));
      }
    }
    Optional<String> after = query("after");
    Optional<String> place = after.flatMap(mark -> door.cursors().open(cursorContext(), mark));
    if (after.isPresent() && place.isEmpty()) {
      throw new ProblemException(
          Problem.invalid(
              List.of(
                  new Problem.Field(
                      "?after", "bad-cursor", "This must be the next of an earlier answer."))));
    }
    return new Page(limit, place);
  }

  /** Makes a place in this route's list opaque. */
  Function<String, String> seal() {
    return place -> door.cursors().seal(cursorContext(), place);
  }

  private String cursorContext() {
    return "cursor " + route.path();
  }

  /**
   * Refuses a change that is not based on the present version ({@code If-Match}).
   *
   * @throws ProblemException 428 without the header, 412 if it names another version
   */
  void requireVersion(long present) {
    String sent = request.headers().first(HeaderNames.IF_MATCH).orElse("").strip();
    if (sent.isEmpty()) {
      throw new ProblemException(Problem.preconditionRequired());
    }
    boolean matches = sent.equals("*");
    for (String tag : sent.split(",", 100)) {
      matches |= tag.strip().equals(Answer.tag(present));
    }
    if (!matches) {
      throw new ProblemException(Problem.preconditionFailed());
    }
  }

  /** Ties something to the session, see {@link Doorkeeper#csrfToken}. */
  String csrfToken() {
    return door.csrfToken(person().session());
  }
}

package io.ktizo.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.ktizo.core.account.ApiScope;
import io.ktizo.core.account.Permissions;
import io.ktizo.core.account.Permissions.Action;
import io.ktizo.core.account.Permissions.Need;
import io.ktizo.core.account.Permissions.Permission;
import io.ktizo.core.account.Permissions.Relation;
import io.ktizo.core.account.Permissions.Role;
import io.ktizo.core.account.Permissions.Verdict;
import io.ktizo.core.account.ShopRole;
import io.ktizo.server.Browser;
import io.ktizo.server.TestServer;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Z01: every operation of the OpenAPI document, for everybody who may call it and every object that
 * it may be called for. What must come out follows from the table of permissions alone.
 *
 * <p>A new route is covered by standing in the document. One whose path has a new parameter needs a
 * line in {@link Things}; one that only a role in a Shop may take needs a line in {@link #kinds}.
 */
class AuthorizationMatrixTest {
  private static final Pattern PARAMETER = Pattern.compile("\\{[^}]+}");

  /** What tells a caller that he was turned away at the door. */
  private static final Set<String> TURNED_AWAY =
      Set.of(
          "session.required",
          "access.denied",
          "object.not-found",
          "step-up.required",
          "second-factor.required",
          "key.not-allowed",
          "key.scope-missing",
          "key.unknown",
          "request.cross-site");

  @TempDir static Path data;
  private static TestServer server;
  private static Browser root;
  private static Browser stranger;
  private static Things world;
  private static Map<String, Things.Thing> things;
  private static List<Operation> operations;

  private record Operation(String method, String path, String action, Optional<Relation> relation) {
    String name() {
      return method + " " + path;
    }
  }

  /** Who calls: in which capacities, and how such a caller comes about, fresh. */
  private record Kind(String name, Set<Role> roles, boolean twoFactors, Supplier<Browser> caller) {}

  @BeforeAll
  static void start() {
    server = TestServer.in(data);
    root = Browser.administrator(server);
    stranger = Browser.signedIn(server);
    Browser.expect(
        201,
        stranger.post("/api/v1/api-keys", "{\"name\":\"theirs\",\"scopes\":[\"orders:read\"]}"));
    world = new Things(server, data, stranger);
    things = world.all();
    operations = operations(TestServer.json(server.get("/openapi.json")));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static List<Operation> operations(JsonNode document) {
    List<Operation> all = new ArrayList<>();
    for (var path : document.get("paths").properties()) {
      for (var operation : path.getValue().properties()) {
        if (!operation.getKey().equals("parameters")) {
          JsonNode relation = operation.getValue().path("x-ktizo-relation");
          all.add(
              new Operation(
                  operation.getKey().toUpperCase(Locale.ROOT),
                  path.getKey(),
                  operation.getValue().path("x-ktizo-action").asText(),
                  relation.isMissingNode()
                      ? Optional.empty()
                      : Optional.of(Relation.valueOf(relation.textValue()))));
        }
      }
    }
    return all;
  }

  private static List<Kind> kinds() {
    return List.of(
        new Kind("visitor", Set.of(Role.VISITOR), false, () -> Browser.visiting(server)),
        new Kind("customer", Set.of(Role.CUSTOMER), false, AuthorizationMatrixTest::customer),
        staff(Role.SHOP_OWNER, ShopRole.OWNER),
        staff(Role.SHOP_OPERATOR, ShopRole.OPERATOR),
        staff(Role.SHOP_FINANCE, ShopRole.FINANCE),
        new Kind(
            "support",
            Set.of(Role.CUSTOMER, Role.SUPPORT),
            false,
            () -> withKey(Browser.support(server, freshRoot()))),
        new Kind(
            "administrator",
            Set.of(Role.CUSTOMER, Role.ADMINISTRATOR),
            true,
            () -> withKey(Browser.administrator(server, freshRoot()))));
  }

  /** Who works for a Shop, and showed a second factor. */
  private static Kind staff(Role role, ShopRole inShop) {
    return new Kind(
        role.name(),
        Set.of(Role.CUSTOMER, role),
        true,
        () -> {
          Browser member = withKey(Browser.signedIn(server));
          world.openShop(member, inShop);
          member.setUpSecondFactor();
          member.stepUp();
          return member;
        });
  }

  private static Browser freshRoot() {
    Browser.expect(201, root.signIn(Browser.PASSWORD));
    return root;
  }

  private static Browser customer() {
    return withKey(Browser.signedIn(server));
  }

  /** With something of his own of each kind. */
  private static Browser withKey(Browser browser) {
    Browser.expect(
        201, browser.post("/api/v1/api-keys", "{\"name\":\"own\",\"scopes\":[\"orders:read\"]}"));
    return browser;
  }

  @Test
  void z01_no_route_is_left_out() {
    Set<String> documented =
        operations.stream().map(Operation::name).collect(Collectors.toCollection(TreeSet::new));
    Set<String> served =
        server.routes().stream()
            .map(route -> route.method() + " " + route.path())
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(documented).isEqualTo(served);
    Set<String> known =
        Arrays.stream(Action.values()).map(Action::name).collect(Collectors.toSet());
    for (Operation operation : operations) {
      assertThat(operation.action())
          .as("x-ktizo-action of %s", operation.name())
          .matches(action -> action.equals("EVERYBODY") || known.contains(action));
      for (String parameter : parameters(operation.path())) {
        assertThat(things).as("Things for %s", operation.name()).containsKey(parameter);
      }
    }
    for (Operation operation : operations) {
      if (!operation.action().equals("EVERYBODY")) {
        Set<Role> allowed =
            Permissions.rows().stream()
                .filter(row -> row.action().name().equals(operation.action()))
                .map(Permission::role)
                .collect(Collectors.toSet());
        assertThat(kinds())
            .as("a line in kinds() for one of %s, who may %s", allowed, operation.name())
            .anyMatch(kind -> kind.roles().stream().anyMatch(allowed::contains));
      }
    }
  }

  /** Each path up to a parameter. */
  private static List<String> parameters(String path) {
    List<String> prefixes = new ArrayList<>();
    Matcher matcher = PARAMETER.matcher(path);
    while (matcher.find()) {
      prefixes.add(path.substring(0, matcher.end()));
    }
    return prefixes;
  }

  @Test
  void z01_everybody_passes_where_everybody_may() {
    for (Operation operation : operations) {
      if (operation.action().equals("EVERYBODY")) {
        HttpResponse<byte[]> answer =
            send(
                Browser.visiting(server),
                operation,
                operation.path().replaceAll(PARAMETER.pattern(), "something"),
                Optional.empty());
        assertThat(turnedAway(answer)).as(operation.name()).isEmpty();
      }
    }
  }

  @Test
  void z01_every_route_for_every_role_and_object_as_the_table_says() {
    int cases = 0;
    for (Kind kind : kinds()) {
      Browser caller = kind.caller().get();
      for (Operation operation : operations) {
        if (!operation.action().equals("EVERYBODY")) {
          for (Target target : targets(operation, caller)) {
            HttpResponse<byte[]> answer = send(caller, operation, target.path(), Optional.empty());
            check(kind, operation, target, kind.twoFactors(), true, answer);
            cases++;
            if (hasEnded(caller, operation, answer)) {
              caller = kind.caller().get();
            }
          }
        }
      }
    }
    assertThat(cases).isGreaterThan(150);
  }

  @Test
  void z01_every_route_for_those_who_showed_long_ago_who_they_are() {
    // One of each sort; the others differ in nothing that time changes.
    Set<String> few = Set.of("customer", "administrator", Role.SHOP_OWNER.name());
    for (Kind kind : kinds()) {
      if (!Boolean.getBoolean("ktizo.long") && !few.contains(kind.name())) {
        continue;
      }
      Browser caller = stale(kind);
      for (Operation operation : operations) {
        if (!operation.action().equals("EVERYBODY")) {
          for (Target target : targets(operation, caller)) {
            HttpResponse<byte[]> answer = send(caller, operation, target.path(), Optional.empty());
            check(kind, operation, target, kind.twoFactors(), false, answer);
            if (hasEnded(caller, operation, answer)) {
              caller = stale(kind);
            }
          }
        }
      }
    }
  }

  /** Whether a change that was let through took the caller's session or key with it. */
  private static boolean hasEnded(
      Browser caller, Operation operation, HttpResponse<byte[]> answer) {
    return caller.cookie().isPresent()
        && !operation.method().equals("GET")
        && answer.statusCode() < 300
        && (caller.get("/api/v1/session").statusCode() != 200
            || TestServer.json(caller.get("/api/v1/api-keys")).get("items").isEmpty());
  }

  private static Browser stale(Kind kind) {
    Browser caller = kind.caller().get();
    server.pass(Duration.ofMinutes(11));
    return caller;
  }

  @Test
  void z01_every_route_for_programs_with_all_scopes_and_with_one_that_does_not_fit() {
    Browser owner = customer();
    String everything =
        Arrays.stream(ApiScope.values())
            .map(scope -> "\"" + scope.text() + "\"")
            .collect(Collectors.joining(","));
    for (Operation operation : operations) {
      if (operation.action().equals("EVERYBODY")) {
        continue;
      }
      Optional<ApiScope> scope = Access.scopeFor(Action.valueOf(operation.action()));
      String wrong =
          scope.filter(ApiScope.FILES_READ::equals).isPresent() ? "quotes:read" : "files:read";
      String all = key(owner, everything);
      String one = key(owner, "\"" + wrong + "\"");
      for (Target target : targets(operation, owner)) {
        HttpResponse<byte[]> answer = send(owner, operation, target.path(), Optional.of(all));
        HttpResponse<byte[]> unfit = send(owner, operation, target.path(), Optional.of(one));
        String name = operation.name() + " by a key, " + target;
        if (scope.isEmpty()) {
          assertThat(turnedAway(answer)).as(name).contains("key.not-allowed");
          assertThat(turnedAway(unfit)).as(name).contains("key.not-allowed");
        } else {
          assertThat(turnedAway(unfit)).as(name).contains("key.scope-missing");
          String expected =
              switch (verdict(Set.of(Role.CUSTOMER), target, operation, Set.of(Need.NOTHING))) {
                case ALLOWED, ALLOWED_IF_RECORDED -> "";
                case NEEDS_STEP_UP, NEEDS_SECOND_FACTOR -> "key.not-allowed";
                case DENIED -> refusal(Set.of(Role.CUSTOMER), operation);
              };
          assertThat(turnedAway(answer).orElse("")).as(name).isEqualTo(expected);
          if (!target.there()) {
            assertThat(answer.statusCode()).as(name).isIn(403, 404);
          }
        }
      }
    }
  }

  private static String key(Browser owner, String scopes) {
    world.removePasskeys();
    Browser.expect(201, owner.signIn(Browser.PASSWORD));
    JsonNode issued =
        TestServer.json(
            Browser.expect(
                201,
                owner.post("/api/v1/api-keys", "{\"name\":\"k\",\"scopes\":[" + scopes + "]}")));
    Browser.expect(204, owner.delete("/api/v1/api-keys/" + oldest(owner)));
    return issued.get("key").textValue();
  }

  /** There can be 50 keys at a time: the oldest but the first makes room, if there are many. */
  private static String oldest(Browser owner) {
    JsonNode items =
        TestServer.json(Browser.expect(200, owner.get("/api/v1/api-keys?limit=200"))).get("items");
    if (items.size() < 4) {
      JsonNode spare =
          TestServer.json(
              Browser.expect(
                  201,
                  owner.post(
                      "/api/v1/api-keys", "{\"name\":\"spare\",\"scopes\":[\"shop:read\"]}")));
      return spare.get("id").textValue();
    }
    return items.get(items.size() - 2).get("id").textValue();
  }

  /** An address to call, and how the caller stands to what it names. */
  private record Target(String path, Set<Relation> relations, boolean there) {
    @Override
    public String toString() {
      return relations + (there ? "" : " that is not there");
    }
  }

  private static List<Target> targets(Operation operation, Browser caller) {
    List<String> parameters = parameters(operation.path());
    if (parameters.isEmpty()) {
      // About the caller himself, or about nobody, if the document does not say otherwise.
      return List.of(
          new Target(
              operation.path(),
              operation
                  .relation()
                  .<Set<Relation>>map(Set::of)
                  .orElse(Set.of(Relation.OWN, Relation.ANYBODY)),
              true));
    }
    if (operation.relation().isPresent()) {
      // Whatever the object, he stands to it as the document says.
      return List.of(
          new Target(
              filled(operation.path(), ids(parameters, caller, Relation.FOREIGN)),
              Set.of(operation.relation().get()),
              true));
    }
    List<Target> targets = new ArrayList<>();
    for (Relation relation : Relation.values()) {
      Map<String, String> ids = ids(parameters, caller, relation);
      if (ids.size() == parameters.size()) {
        targets.add(new Target(filled(operation.path(), ids), EnumSet.of(relation), true));
      }
    }
    if (operation.action().equals(Action.SEND_FILE.name())) {
      // tus looks at header fields before it looks for the upload; FilesTest compares its answers.
      return targets;
    }
    Map<String, String> unknown = new HashMap<>();
    for (String parameter : parameters) {
      unknown.put(parameter, unknown(parameter));
    }
    // An id that gives access by itself is everybody's own, also where it names nothing.
    Relation toNothing =
        isCapability(operation)
            ? Relation.OWN
            : ids(parameters, stranger, Relation.ANYBODY).isEmpty()
                ? Relation.FOREIGN
                : Relation.ANYBODY;
    targets.add(new Target(filled(operation.path(), unknown), EnumSet.of(toNothing), false));
    return targets;
  }

  private static Map<String, String> ids(
      List<String> parameters, Browser caller, Relation relation) {
    Map<String, String> ids = new HashMap<>();
    for (String parameter : parameters) {
      thing(parameter).of(caller, relation).ifPresent(id -> ids.put(parameter, id));
    }
    return ids;
  }

  private static Things.Thing thing(String parameter) {
    Things.Thing thing = things.get(parameter);
    assertThat(thing).as("Things for %s", parameter).isNotNull();
    return Objects.requireNonNull(thing);
  }

  /** An id of the right form that names nothing. */
  private static String unknown(String parameter) {
    String known =
        Arrays.stream(Relation.values())
            .flatMap(relation -> thing(parameter).of(stranger, relation).stream())
            .findFirst()
            .orElseThrow();
    char last = known.charAt(known.length() - 1);
    return known.substring(0, known.length() - 1) + (last == '0' ? '1' : '0');
  }

  private static String filled(String path, Map<String, String> ids) {
    String filled = path;
    for (String prefix : parameters(path).reversed()) {
      int start = prefix.lastIndexOf('{');
      filled = filled.substring(0, start) + ids.get(prefix) + filled.substring(prefix.length());
    }
    return filled;
  }

  private static HttpResponse<byte[]> send(
      Browser caller, Operation operation, String path, Optional<String> key) {
    boolean body = Set.of("POST", "PUT", "PATCH").contains(operation.method());
    HttpRequest.Builder request =
        HttpRequest.newBuilder(server.uri(path))
            .header("Sec-Fetch-Site", "same-origin")
            .header("X-Ktizo-Reason", "matrix")
            .header("Tus-Resumable", "1.0.0")
            .method(
                operation.method(), body ? BodyPublishers.ofString("{}") : BodyPublishers.noBody());
    if (body) {
      request.header("Content-Type", "application/json");
    }
    if (key.isPresent()) {
      return server.send(request.header("Authorization", "Bearer " + key.get()).build());
    }
    return server.send(caller.withCookie(request).build());
  }

  private static Optional<String> turnedAway(HttpResponse<byte[]> answer) {
    String type = answer.headers().firstValue("Content-Type").orElse("");
    if (!type.startsWith("application/problem+json")) {
      return Optional.empty();
    }
    if (answer.body().length == 0) {
      return bodiless(answer.statusCode());
    }
    String code = TestServer.json(answer).get("code").textValue();
    return TURNED_AWAY.contains(code) ? Optional.of(code) : Optional.empty();
  }

  /** HEAD tells no code; no route that takes it by name asks for a step-up. */
  private static Optional<String> bodiless(int status) {
    return switch (status) {
      case 401 -> Optional.of("session.required");
      case 403 -> Optional.of("key.scope-missing");
      case 404 -> Optional.of("object.not-found");
      default -> Optional.empty();
    };
  }

  private static Verdict verdict(
      Set<Role> roles, Target target, Operation operation, Set<Need> shown) {
    return Permissions.decide(roles, target.relations(), Action.valueOf(operation.action()), shown);
  }

  private static void check(
      Kind kind,
      Operation operation,
      Target target,
      boolean twoFactors,
      boolean fresh,
      HttpResponse<byte[]> answer) {
    Set<Need> shown = EnumSet.of(Need.NOTHING);
    if (fresh) {
      shown.add(Need.FRESH);
      if (twoFactors) {
        shown.add(Need.FRESH_AND_SECOND_FACTOR);
      }
    }
    String name = operation.name() + " by " + kind.name() + ", " + target;
    String expected =
        switch (verdict(kind.roles(), target, operation, shown)) {
          case ALLOWED, ALLOWED_IF_RECORDED -> "";
          case NEEDS_STEP_UP -> "step-up.required";
          case NEEDS_SECOND_FACTOR -> "second-factor.required";
          case DENIED -> refusal(kind.roles(), operation);
        };
    String got = turnedAway(answer).orElse("");
    if (!target.there() && expected.isEmpty()) {
      // He may, but there is nothing: said in the same words as to those who may not.
      expected = isCapability(operation) ? "" : "object.not-found";
    }
    assertThat(got).as("%s: %s", name, TestServer.text(answer)).isEqualTo(expected);
    if (!target.there()) {
      assertThat(answer.statusCode()).as(name).isIn(401, 403, 404);
    }
    if (!got.isEmpty() && answer.body().length > 0) {
      assertThat(shape(answer))
          .as(name)
          .isEqualTo(SHAPES.computeIfAbsent(got, ignored -> shape(answer)));
    }
  }

  /** Models and quotes have refusals of their own: their ids are what gives access. */
  private static boolean isCapability(Operation operation) {
    return operation.action().equals(Action.SEE_QUOTE.name());
  }

  private static final Map<String, String> SHAPES = new HashMap<>();

  /** Everything of an answer but the request's id. */
  private static String shape(HttpResponse<byte[]> answer) {
    return answer.statusCode()
        + " "
        + answer.headers().firstValue("WWW-Authenticate").orElse("")
        + " "
        + answer.headers().firstValue("Cache-Control").orElse("")
        + " "
        + TestServer.text(answer).replaceAll("request:[0-9a-f]{24}", "request:…");
  }

  /** Signing in may help; or he may do it to other objects; or to none. */
  private static String refusal(Set<Role> roles, Operation operation) {
    Set<Role> possible = EnumSet.copyOf(roles);
    if (!roles.contains(Role.VISITOR)) {
      possible.addAll(EnumSet.of(Role.SHOP_OWNER, Role.SHOP_OPERATOR, Role.SHOP_FINANCE));
    }
    boolean others =
        Permissions.rows().stream()
            .anyMatch(
                row ->
                    row.action().name().equals(operation.action())
                        && possible.contains(row.role()));
    if (others) {
      return "object.not-found";
    }
    return roles.contains(Role.VISITOR) ? "session.required" : "access.denied";
  }
}

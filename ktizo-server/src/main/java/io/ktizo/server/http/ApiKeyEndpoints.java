package io.ktizo.server.http;

import io.ktizo.core.account.Account;
import io.ktizo.core.account.ApiKey;
import io.ktizo.core.account.ApiKeyId;
import io.ktizo.core.account.ApiScope;
import io.ktizo.core.account.IssuingApiKeys;
import io.ktizo.core.account.Permissions.Action;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Size;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Keys by which programs act for somebody. */
public final class ApiKeyEndpoints {
  private final IssuingApiKeys issuing;

  /** Over this use case. */
  public ApiKeyEndpoints(IssuingApiKeys issuing) {
    this.issuing = issuing;
  }

  /** The routes. */
  public List<Route> routes() {
    return List.of(
        Route.post("/api/v1/api-keys", Access.to(Action.ISSUE_API_KEY), this::issue).asOne(),
        Route.get("/api/v1/api-keys", Access.to(Action.SEE_API_KEYS), this::list),
        Route.delete("/api/v1/api-keys/{key}", Access.to(Action.REVOKE_API_KEY), this::revoke));
  }

  /**
   * A key that is wanted.
   *
   * @param name by which the owner recognises it
   * @param scopes for instance {@code orders:read}
   * @param days after which it is worth nothing; {@code null} if it lasts
   */
  record Wanted(
      @PlainText @Size(max = 100) String name,
      @Size(min = 1, max = 20) List<@Size(max = 50) String> scopes,
      @Nullable @Min(1) @Max(3_650) Integer days) {}

  /**
   * A key.
   *
   * @param key the whole of it, shown this once; {@code null} in lists
   */
  record Shown(
      ApiKeyId id,
      String name,
      List<String> scopes,
      Instant createdAt,
      @Nullable Instant expiresAt,
      @Nullable Instant lastUsedAt,
      @Nullable String key) {
    static Shown of(ApiKey key, @Nullable String text) {
      return new Shown(
          key.id(),
          key.name(),
          key.scopes().stream().map(ApiScope::text).toList(),
          key.createdAt(),
          key.expiresAt(),
          key.lastUsedAt(),
          text);
    }
  }

  private Answer issue(Call call) throws IOException {
    call.require(Action.ISSUE_API_KEY, Standing.ownIf(true));
    Wanted wanted = call.body(Wanted.class);
    Set<ApiScope> scopes = scopes(wanted);
    Integer days = wanted.days();
    Optional<IssuingApiKeys.Issued> issued =
        issuing.issue(
            call.person(), wanted.name(), scopes, days == null ? null : Duration.ofDays(days));
    return issued
        .map(
            made ->
                Answer.json(201, Shown.of(made.key(), made.text()))
                    .with("Location", "/api/v1/api-keys/" + made.key().id()))
        .orElseThrow(
            () ->
                new ProblemException(
                    Problem.conflict(
                        "key.too-many",
                        "You have as many keys as there can be.",
                        "Take one back that you no longer need.")));
  }

  private static Set<ApiScope> scopes(Wanted wanted) {
    List<Problem.Field> faults = new ArrayList<>();
    if (!Account.isName(wanted.name())) {
      faults.add(
          new Problem.Field(
              "/name", "bad-format", "This must be 1 to 100 characters of plain text."));
    }
    Set<ApiScope> scopes = EnumSet.noneOf(ApiScope.class);
    for (int i = 0; i < wanted.scopes().size(); i++) {
      try {
        scopes.add(ApiScope.parse(wanted.scopes().get(i)));
      } catch (IllegalArgumentException e) {
        faults.add(new Problem.Field("/scopes/" + i, "unknown-value", "There is no such scope."));
      }
    }
    if (!faults.isEmpty()) {
      throw new ProblemException(Problem.invalid(faults));
    }
    return scopes;
  }

  private Answer list(Call call) {
    call.require(Action.SEE_API_KEYS, Standing.ownIf(true));
    return Answer.json(
        200,
        call.page()
            .slice(
                issuing.of(call.account()),
                key -> key.id().toString(),
                key -> Shown.of(key, null),
                call.seal()));
  }

  private Answer revoke(Call call) {
    ApiKeyId id = call.id("key", ApiKeyId.FORM);
    boolean own = issuing.of(call.account()).stream().anyMatch(key -> key.id().equals(id));
    call.require(Action.REVOKE_API_KEY, Standing.ownIf(own));
    issuing.revoke(call.account(), id);
    return Answer.nothing(204);
  }
}

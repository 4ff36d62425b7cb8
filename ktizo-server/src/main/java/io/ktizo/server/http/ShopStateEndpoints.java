package io.ktizo.server.http;

import io.ktizo.core.account.Permissions.Action;
import io.ktizo.core.shop.ManagingShop;
import io.ktizo.core.shop.Shop;
import io.ktizo.core.shop.ShopId;
import io.ktizo.core.shop.ShopState;
import io.ktizo.core.shop.ShopTransition;
import io.ktizo.core.shop.Shops;
import jakarta.validation.constraints.Size;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Where a Shop stands with the platform, and each way of {@link ShopTransition#TABLE}: what staff
 * decide, what its owner does.
 */
public final class ShopStateEndpoints {
  private static final String SHOP = "/api/v1/shops/{shop}";

  private final Shops shops;
  private final ShopDoor door;
  private final ManagingShop managing;
  private final ShopView view;
  private final Runnable changed;

  /**
   * Over these use cases.
   *
   * @param changed called when other Shops may sell
   */
  public ShopStateEndpoints(Shops shops, ManagingShop managing, Runnable changed) {
    this.shops = shops;
    this.door = new ShopDoor(shops);
    this.managing = managing;
    this.view = new ShopView(managing);
    this.changed = changed;
  }

  /** The routes. */
  public List<Route> routes() {
    return List.of(
        Route.post(SHOP + "/approval", Access.to(Action.APPROVE_SHOP), this::approve),
        Route.post(SHOP + "/suspension", Access.to(Action.SUSPEND_SHOP), this::suspend),
        Route.post(SHOP + "/application", Access.to(Action.CHANGE_SHOP_STATE), this::applyAgain),
        Route.put(SHOP + "/holiday", Access.to(Action.CHANGE_SHOP_STATE), this::holiday),
        Route.delete(SHOP + "/holiday", Access.to(Action.CHANGE_SHOP_STATE), this::back),
        Route.post(SHOP + "/closure", Access.to(Action.CLOSE_SHOP), this::close),
        Route.get("/api/v1/shop-records", Access.to(Action.SEE_SHOP_RECORDS), this::records));
  }

  /** Of an application. */
  enum Approval {
    APPROVE,
    REFUSE
  }

  /** What staff decide, and why; a reason is needed to refuse. */
  record ApprovalDecision(Approval decision, @Nullable @PlainText @Size(max = 500) String reason) {}

  private Answer approve(Call call) throws IOException {
    Shop shop = asRead(call, Action.APPROVE_SHOP);
    ApprovalDecision wanted = call.body(ApprovalDecision.class);
    return moved(
        shop,
        switch (wanted.decision()) {
          case APPROVE -> ShopTransition.Name.APPROVE;
          case REFUSE -> ShopTransition.Name.REFUSE;
        },
        wanted.reason(),
        null);
  }

  /** Of a Shop that sells. */
  enum Suspension {
    SUSPEND,
    REINSTATE
  }

  /** What staff decide, and why; a reason is needed to suspend. */
  record SuspensionDecision(
      Suspension decision, @Nullable @PlainText @Size(max = 500) String reason) {}

  private Answer suspend(Call call) throws IOException {
    Shop shop = asRead(call, Action.SUSPEND_SHOP);
    SuspensionDecision wanted = call.body(SuspensionDecision.class);
    return moved(
        shop,
        switch (wanted.decision()) {
          case SUSPEND -> ShopTransition.Name.SUSPEND;
          case REINSTATE -> ShopTransition.Name.REINSTATE;
        },
        wanted.reason(),
        null);
  }

  private Answer applyAgain(Call call) {
    return moved(
        asRead(call, Action.CHANGE_SHOP_STATE), ShopTransition.Name.APPLY_AGAIN, null, null);
  }

  /** When it ends by itself; {@code null} if its owner will end it. */
  record Holiday(@Nullable Instant until) {}

  private Answer holiday(Call call) throws IOException {
    Shop shop = asRead(call, Action.CHANGE_SHOP_STATE);
    Holiday wanted = call.body(Holiday.class);
    return moved(
        shop,
        shop.state() == ShopState.ON_HOLIDAY
            ? ShopTransition.Name.CHANGE_HOLIDAY
            : ShopTransition.Name.START_HOLIDAY,
        null,
        wanted.until());
  }

  private Answer back(Call call) {
    return moved(
        asRead(call, Action.CHANGE_SHOP_STATE), ShopTransition.Name.END_HOLIDAY, null, null);
  }

  private Answer close(Call call) {
    return moved(asRead(call, Action.CLOSE_SHOP), ShopTransition.Name.CLOSE, null, null);
  }

  /** The Shop in the state in which the caller has read it. */
  private Shop asRead(Call call, Action action) {
    Shop shop = door.shop(call, action);
    call.requireVersion(shop.version());
    return shop;
  }

  private Answer moved(
      Shop shop, ShopTransition.Name name, @Nullable String reason, @Nullable Instant until) {
    return switch (managing.move(shop, name, reason == null ? "" : reason, until)) {
      case ManagingShop.Outcome.Done done -> {
        changed.run();
        yield view.answer(200, done.shop());
      }
      case ManagingShop.Outcome.WrongState other ->
          throw new ProblemException(
              Problem.conflict(
                  "shop.wrong-state",
                  "That cannot be done to this Shop now.",
                  "It is "
                      + other.state()
                      + "; it would have to be "
                      + other.possible().stream()
                          .sorted()
                          .map(ShopState::name)
                          .collect(Collectors.joining(" or "))
                      + "."));
      case ManagingShop.Outcome.NotReady other ->
          throw new ProblemException(
              Problem.conflict(
                  "shop.not-ready",
                  "The Shop has not told all that must be known.",
                  "Missing: " + other.open() + "."));
      case ManagingShop.Outcome.Incomplete other -> throw incomplete(other.field());
    };
  }

  private static ProblemException incomplete(String field) {
    return new ProblemException(
        Problem.invalid(
            List.of(
                field.equals("until")
                    ? new Problem.Field(
                        "/until",
                        "out-of-range",
                        "This must be later than now, by "
                            + ManagingShop.LONGEST.toDays()
                            + " days at most.")
                    : new Problem.Field("/" + field, "missing", "This must be there."))));
  }

  private Answer records(Call call) {
    call.require(Action.SEE_SHOP_RECORDS, Standing.anybody());
    ShopState state = call.query("state").map(ShopStateEndpoints::state).orElse(null);
    Page page = call.page();
    return Answer.json(
        200,
        page.of(
            shops.list(state, page.after().map(ShopId.FORM::parse).orElse(null), page.fetch()),
            shop -> shop.id().toString(),
            view::of,
            call.seal()));
  }

  private static ShopState state(String text) {
    Optional<ShopState> known =
        Arrays.stream(ShopState.values()).filter(state -> state.name().equals(text)).findFirst();
    return known.orElseThrow(
        () ->
            new ProblemException(
                Problem.invalid(
                    List.of(
                        new Problem.Field(
                            "?state",
                            "unknown-value",
                            "This must be one of "
                                + Arrays.stream(ShopState.values())
                                    .map(ShopState::name)
                                    .collect(Collectors.joining(", "))
                                + ".")))));
  }
}

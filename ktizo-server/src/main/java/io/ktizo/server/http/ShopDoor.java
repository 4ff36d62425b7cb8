package io.ktizo.server.http;

import io.ktizo.core.account.AccountId;
import io.ktizo.core.account.Permissions.Action;
import io.ktizo.core.account.ShopRole;
import io.ktizo.core.shop.InvalidJsonException;
import io.ktizo.core.shop.Member;
import io.ktizo.core.shop.Shop;
import io.ktizo.core.shop.ShopId;
import io.ktizo.core.shop.ShopJson;
import io.ktizo.core.shop.ShopState;
import io.ktizo.core.shop.Shops;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** How requests that concern one Shop come in: whose Shop it is, and what bodies hold. */
final class ShopDoor {
  /** Price lists hold profiles of printers, some kilobytes each. */
  private static final int MOST_BYTES = 1 << 20;

  private final Shops shops;

  ShopDoor(Shops shops) {
    this.shops = shops;
  }

  /**
   * The Shop in the path, if the caller may do this to it; the look of staff is written down.
   *
   * @throws ProblemException a 404 of one shape if it is not there or not his
   */
  Shop shop(Call call, Action action) {
    Shop shop = allowed(call, action);
    // One of them stands for the Shop.
    List<AccountId> people = people(shop);
    call.recordLooks(people.subList(0, Math.min(1, people.size())), "shop", shop.id().toString());
    return shop;
  }

  /** The same where each member's data is shown. */
  Shop shopWithMembers(Call call, Action action) {
    Shop shop = allowed(call, action);
    call.recordLooks(people(shop), "shop-members", shop.id().toString());
    return shop;
  }

  /**
   * The same for changes that make no sense once a Shop is closed.
   *
   * @throws ProblemException also a 409 if it is
   */
  Shop openShop(Call call, Action action) {
    Shop shop = shop(call, action);
    if (shop.state() == ShopState.CLOSED) {
      throw new ProblemException(
          Problem.conflict(
              "shop.wrong-state", "That cannot be done to this Shop now.", "It is CLOSED."));
    }
    return shop;
  }

  private Shop allowed(Call call, Action action) {
    ShopId id = call.id("shop", ShopId.FORM);
    call.require(action, Standing.inShop(roles(call, id)));
    return shops.find(id).orElseThrow(() -> new ProblemException(Problem.noSuchThing()));
  }

  private List<AccountId> people(Shop shop) {
    return shops.members(shop.id()).stream().map(Member::account).toList();
  }

  private List<ShopRole> roles(Call call, ShopId id) {
    if (call.caller() instanceof Caller.Visitor) {
      return List.of();
    }
    AccountId account = call.account();
    Optional<Member> member = shops.member(id, account);
    return member.map(found -> List.of(found.role())).orElse(List.of());
  }

  /**
   * A body in the form of {@link ShopJson}.
   *
   * @throws ProblemException 413 if it is too long, 422 with all that is wrong
   */
  static <T> T body(Call call, Class<T> type) throws IOException {
    byte[] bytes;
    try (InputStream in = call.stream()) {
      bytes = in.readNBytes(MOST_BYTES + 1);
    }
    if (bytes.length > MOST_BYTES) {
      throw new ProblemException(
          Problem.of(
              413,
              "request.too-large",
              "The request is too large.",
              "It may have " + MOST_BYTES + " bytes."));
    }
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return ShopJson.read(text, type);
    } catch (CharacterCodingException e) {
      throw new ProblemException(
          Problem.of(400, "request.not-json", "The request is no JSON.", "It is not UTF-8."));
    } catch (InvalidJsonException e) {
      throw new ProblemException(
          Problem.invalid(
              e.faults().stream()
                  .map(fault -> new Problem.Field(fault.path(), "invalid", fault.message()))
                  .toList()));
    }
  }
}

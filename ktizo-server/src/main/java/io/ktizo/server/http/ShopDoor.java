package io.ktizo.server.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ktizo.core.account.AccountId;
import io.ktizo.core.account.Permissions.Action;
import io.ktizo.core.account.ShopRole;
import io.ktizo.core.quote.PriceList;
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
import java.util.ArrayList;
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
   * A body that may be long, as a JSON object; numbers keep all their digits.
   *
   * @throws ProblemException 415 if it is of another type, 413 if it is too long, 400 if it is no
   *     JSON
   */
  static ObjectNode document(Call call) throws IOException {
    Wire.requireJson(call.request());
    byte[] bytes;
    try (InputStream in = call.stream()) {
      bytes = in.readNBytes(MOST_BYTES + 1);
    }
    if (bytes.length > MOST_BYTES) {
      throw new ProblemException(Wire.tooLarge(MOST_BYTES));
    }
    return Wire.readDocument(bytes);
  }

  /**
   * Prices in the form of {@link ShopJson}.
   *
   * @param at where they stand in the body, as a JSON pointer
   * @throws ProblemException 422 with what is wrong
   */
  static PriceList prices(JsonNode json, String at) {
    List<Problem.Field> faults = new ArrayList<>();
    if (!json.isObject()) {
      faults.add(new Problem.Field(at, "wrong-type", "This must be an object."));
    }
    nulls(json, at, at + "/until", faults);
    if (faults.isEmpty()) {
      try {
        return ShopJson.read(json.toString(), PriceList.class);
      } catch (InvalidJsonException e) {
        for (InvalidJsonException.Fault fault : e.faults()) {
          faults.add(new Problem.Field(at + fault.path(), "invalid", "This " + rule(fault) + "."));
        }
      }
    }
    throw new ProblemException(Problem.invalid(faults));
  }

  /** The rule that was broken, without what stands behind it: that is what was sent. */
  private static String rule(InvalidJsonException.Fault fault) {
    int colon = fault.message().indexOf(": ");
    return colon < 0 ? fault.message() : fault.message().substring(0, colon);
  }

  /** A record that gets null where it expects a value cannot say where. */
  private static void nulls(JsonNode json, String at, String allowed, List<Problem.Field> faults) {
    if (json.isNull() && !at.equals(allowed)) {
      faults.add(new Problem.Field(at, "missing", "This must be there."));
    }
    for (int i = 0; json.isArray() && i < json.size(); i++) {
      nulls(json.get(i), at + "/" + i, allowed, faults);
    }
    if (json.isObject()) {
      json.properties()
          .forEach(
              member ->
                  nulls(
                      member.getValue(),
                      at + "/" + Body.escaped(member.getKey()),
                      allowed,
                      faults));
    }
  }

  /**
   * A body that is a longer text, whole.
   *
   * @throws ProblemException 413 if it is too long, 400 if it is not UTF-8
   */
  static String text(Call call, int mostBytes) throws IOException {
    byte[] bytes;
    try (InputStream in = call.stream()) {
      bytes = in.readNBytes(mostBytes + 1);
    }
    if (bytes.length > mostBytes) {
      throw new ProblemException(Wire.tooLarge(mostBytes));
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new ProblemException(
          Problem.of(400, "request.not-utf-8", "The request is no text.", "It is not UTF-8."));
    }
  }
}

package io.ktizo.core.store;

import io.ktizo.core.account.AccountId;
import io.ktizo.core.account.Token;
import io.ktizo.core.event.Event;
import io.ktizo.core.event.MemoryOutbox;
import io.ktizo.core.shop.Invitation;
import io.ktizo.core.shop.InvitationId;
import io.ktizo.core.shop.Member;
import io.ktizo.core.shop.Shop;
import io.ktizo.core.shop.ShopId;
import io.ktizo.core.shop.ShopState;
import io.ktizo.core.shop.Shops;
import io.ktizo.core.shop.SlugTakenException;
import io.ktizo.core.sql.StaleVersionException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Shops in memory, for tests and trials. */
public final class MemoryShops implements Shops {
  private final MemoryOutbox outbox;
  private final Map<ShopId, Shop> shops = new HashMap<>();
  private final List<Member> members = new ArrayList<>();
  private final Map<InvitationId, Invitation> invitations = new HashMap<>();

  /** Shops whose events go to this outbox. */
  public MemoryShops(MemoryOutbox outbox) {
    this.outbox = outbox;
  }

  @Override
  public synchronized void add(Shop shop, Member owner, List<Event> events) {
    if (findBySlug(shop.slug()).isPresent()) {
      throw new SlugTakenException(shop.id());
    }
    shops.put(shop.id(), shop);
    members.add(owner);
    outbox.append(events);
  }

  @Override
  public synchronized Optional<Shop> find(ShopId id) {
    return Optional.ofNullable(shops.get(id));
  }

  @Override
  public synchronized Optional<Shop> findBySlug(String slug) {
    return shops.values().stream().filter(shop -> shop.slug().equals(slug)).findFirst();
  }

  @Override
  public synchronized List<Shop> list(@Nullable ShopState state, @Nullable ShopId after, int most) {
    return shops.values().stream()
        .filter(shop -> state == null || shop.state() == state)
        .filter(shop -> after == null || inOrder(shop.id(), after) > 0)
        .sorted((one, other) -> inOrder(one.id(), other.id()))
        .limit(most)
        .toList();
  }

  /** As databases compare UUIDs: their text does, UUID's own comparison does not. */
  private static int inOrder(ShopId one, ShopId other) {
    return one.toString().compareTo(other.toString());
  }

  @Override
  public synchronized List<Shop> backFromHoliday(Instant now, int most) {
    return shops.values().stream()
        .filter(
            shop ->
                shop.state() == ShopState.ON_HOLIDAY
                    && shop.holidayUntil() != null
                    && !shop.holidayUntil().isAfter(now))
        .limit(most)
        .toList();
  }

  @Override
  public synchronized Shop save(Shop changed, List<Event> events) {
    Shop next = next(changed);
    outbox.append(events);
    return next;
  }

  private Shop next(Shop changed) {
    Shop kept = shops.get(changed.id());
    if (kept == null || kept.version() != changed.version()) {
      throw new StaleVersionException(changed.id(), changed.version());
    }
    Shop next = changed.atVersion(changed.version() + 1);
    shops.put(changed.id(), next);
    return next;
  }

  @Override
  public synchronized List<Member> members(ShopId shop) {
    return members.stream()
        .filter(member -> member.shop().equals(shop))
        .sorted(Comparator.comparing(Member::since))
        .toList();
  }

  @Override
  public synchronized Optional<Member> member(ShopId shop, AccountId account) {
    return members(shop).stream().filter(member -> member.account().equals(account)).findFirst();
  }

  @Override
  public synchronized List<Member> memberships(AccountId account) {
    return members.stream()
        .filter(member -> member.account().equals(account))
        .sorted(Comparator.comparing(Member::since))
        .toList();
  }

  @Override
  public synchronized Shop saveMember(Shop shop, Member member, List<Event> events) {
    Shop next = next(shop);
    members.removeIf(old -> isSame(old, member.shop(), member.account()));
    members.add(member);
    outbox.append(events);
    return next;
  }

  private static boolean isSame(Member member, ShopId shop, AccountId account) {
    return member.shop().equals(shop) && member.account().equals(account);
  }

  @Override
  public synchronized Shop removeMember(Shop shop, AccountId account, List<Event> events) {
    Shop next = next(shop);
    members.removeIf(member -> isSame(member, shop.id(), account));
    outbox.append(events);
    return next;
  }

  @Override
  public synchronized void invite(Invitation invitation, List<Event> events) {
    invitations
        .values()
        .removeIf(
            old ->
                old.shop().equals(invitation.shop())
                    && old.email().key().equals(invitation.email().key()));
    invitations.put(invitation.id(), invitation);
    outbox.append(events);
  }

  @Override
  public synchronized List<Invitation> invitations(ShopId shop) {
    return invitations.values().stream()
        .filter(invitation -> invitation.shop().equals(shop))
        .sorted(Comparator.comparing(Invitation::createdAt))
        .toList();
  }

  @Override
  public synchronized Optional<Invitation> invitation(InvitationId id) {
    return Optional.ofNullable(invitations.get(id));
  }

  @Override
  public synchronized Optional<Invitation> invitation(Token.Hash hash, Instant now) {
    return invitations.values().stream()
        .filter(invitation -> hash.equals(invitation.hash()) && invitation.expiresAt().isAfter(now))
        .findFirst();
  }

  @Override
  public synchronized boolean renew(InvitationId id, Token.Hash hash) {
    return invitations.computeIfPresent(
            id,
            (same, old) ->
                new Invitation(
                    old.id(),
                    old.shop(),
                    old.email(),
                    old.role(),
                    old.invitedBy(),
                    old.createdAt(),
                    old.expiresAt(),
                    hash))
        != null;
  }

  @Override
  public synchronized boolean accept(Invitation invitation, Member member, List<Event> events) {
    if (invitations.remove(invitation.id()) == null) {
      return false;
    }
    if (member(member.shop(), member.account()).isEmpty()) {
      members.add(member);
      outbox.append(events);
    }
    return true;
  }

  @Override
  public synchronized boolean withdraw(InvitationId id) {
    return invitations.remove(id) != null;
  }

  @Override
  public synchronized int forgetInvitations(Instant now) {
    int before = invitations.size();
    invitations.values().removeIf(invitation -> !invitation.expiresAt().isAfter(now));
    return before - invitations.size();
  }
}

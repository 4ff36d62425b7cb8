package io.ktizo.core.shop;

import io.ktizo.core.account.AccountId;
import io.ktizo.core.account.Token;
import io.ktizo.core.event.Event;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where Shops are kept, with who belongs to them and who is invited.
 *
 * <p>Each method is one transaction, and each change is kept together with its events. Who belongs
 * to a Shop is part of it: a change of members takes the Shop's next version, so that two owners
 * cannot remove each other at the same moment. Any number of threads and instances may call it.
 */
public interface Shops {
  /**
   * Keeps a new Shop with its first member.
   *
   * @throws SlugTakenException if another Shop has the slug
   */
  void add(Shop shop, Member owner, List<Event> events);

  /** The Shop with this id. */
  Optional<Shop> find(ShopId id);

  /** The Shop with this slug. */
  Optional<Shop> findBySlug(String slug);

  /**
   * Shops by age.
   *
   * @param state in this state; {@code null} for all
   * @param after those after this one; {@code null} for the oldest
   * @param most at most so many, from 1
   */
  List<Shop> list(@Nullable ShopState state, @Nullable ShopId after, int most);

  /** Shops whose holiday has ended by then. */
  List<Shop> backFromHoliday(Instant now, int most);

  /**
   * Keeps a changed Shop under the next version.
   *
   * @return the Shop with that version
   * @throws io.ktizo.core.sql.StaleVersionException if somebody else changed it meanwhile
   */
  Shop save(Shop changed, List<Event> events);

  /** Who belongs to it, in the order in which they came. */
  List<Member> members(ShopId shop);

  /** Whether and as what somebody belongs to it. */
  Optional<Member> member(ShopId shop, AccountId account);

  /** To which Shops somebody belongs, in the order in which he came. */
  List<Member> memberships(AccountId account);

  /**
   * Adds a member, or gives him another role.
   *
   * @throws io.ktizo.core.sql.StaleVersionException if somebody else changed the Shop meanwhile
   */
  Shop saveMember(Shop shop, Member member, List<Event> events);

  /**
   * Removes a member; nothing but the version changes if there is none.
   *
   * @throws io.ktizo.core.sql.StaleVersionException if somebody else changed the Shop meanwhile
   */
  Shop removeMember(Shop shop, AccountId account, List<Event> events);

  /** Keeps an invitation; an earlier one to the same address goes. */
  void invite(Invitation invitation, List<Event> events);

  /** Invitations that were not accepted yet, the oldest first. */
  List<Invitation> invitations(ShopId shop);

  /** The invitation with this id. */
  Optional<Invitation> invitation(InvitationId id);

  /** The invitation with this secret, if it is still worth something. */
  Optional<Invitation> invitation(Token.Hash hash, Instant now);

  /**
   * Gives an invitation another secret.
   *
   * @return whether it is still there
   */
  boolean renew(InvitationId id, Token.Hash hash);

  /**
   * Takes an invitation and makes a member of whom it was for; of several callers one succeeds.
   * Somebody who belongs to the Shop already keeps the role that he has.
   *
   * @return whether the invitation was still there
   */
  boolean accept(Invitation invitation, Member member, List<Event> events);

  /**
   * Takes an invitation back.
   *
   * @return whether it was there
   */
  boolean withdraw(InvitationId id);

  /**
   * Removes invitations that are worth nothing any more.
   *
   * @param now those that expired by then
   * @return how many
   */
  int forgetInvitations(Instant now);
}

package io.ktizo.core.account;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Who may do what to what: one table, role × relation to the object × action. What is not in it may
 * not be done.
 *
 * <p>A caller finds out how the person stands to the object ({@link Relation}), and asks {@link
 * #decide}. The table is data: documents, tests and the HTTP edge are made from the same rows.
 */
public final class Permissions {
  /** In which capacity somebody acts. */
  public enum Role {
    /** Not signed in. */
    VISITOR,
    /** Signed in. Everybody who is, is this, too. */
    CUSTOMER,
    /** See {@link ShopRole#OWNER}. */
    SHOP_OWNER,
    /** See {@link ShopRole#OPERATOR}. */
    SHOP_OPERATOR,
    /** See {@link ShopRole#FINANCE}. */
    SHOP_FINANCE,
    /** See {@link PlatformRole#SUPPORT}. */
    SUPPORT,
    /** See {@link PlatformRole#ADMINISTRATOR}. */
    ADMINISTRATOR
  }

  /** How somebody stands to an object. */
  public enum Relation {
    /** It is public, or not about anybody. */
    ANYBODY,
    /** It is his own: his account, his order, his file. */
    OWN,
    /** It belongs to his Shop, or was given to it: its printers, an order placed with it. */
    HIS_SHOP,
    /** It is somebody else's. */
    FOREIGN
  }

  /** What is done. */
  public enum Action {
    SEE_SHOP_PROFILE,
    ASK_QUOTE,
    SEE_QUOTE,
    SEND_FILE,
    SEE_FILE,
    QUOTE_FILE,
    DELETE_FILE,
    PLACE_ORDER,
    SEE_ORDER,
    CANCEL_ORDER,
    CHANGE_ORDER_STATE,
    DOWNLOAD_ORDER_FILE,
    WRITE_MESSAGE,
    SEE_MESSAGES,
    SEE_ACCOUNT,
    RENAME_ACCOUNT,
    CHANGE_ACCOUNT,
    CLOSE_ACCOUNT,
    EXPORT_ACCOUNT,
    DISABLE_ACCOUNT,
    CHANGE_PLATFORM_ROLE,
    BECOME_FIRST_ADMINISTRATOR,
    PROVE_IDENTITY,
    SEE_DEVICES,
    SIGN_OUT,
    ISSUE_API_KEY,
    SEE_API_KEYS,
    REVOKE_API_KEY,
    APPLY_FOR_SHOP,
    APPROVE_SHOP,
    SUSPEND_SHOP,
    CHANGE_SHOP_PROFILE,
    CHANGE_SHOP_STATE,
    CLOSE_SHOP,
    SEE_SHOP_RECORDS,
    SEE_SHOP_MEMBERS,
    CHANGE_SHOP_MEMBERS,
    LEAVE_SHOP,
    SEE_INVITATIONS,
    INVITE_STAFF,
    ACCEPT_INVITATION,
    SEE_WEBHOOKS,
    CHANGE_WEBHOOKS,
    SEE_SHOP,
    CHANGE_PRINTERS,
    CHANGE_SHIPPING,
    SEE_STOCK,
    CHANGE_STOCK,
    SEE_PRICE_LISTS,
    CHANGE_PRICE_LISTS,
    SEE_INVOICES,
    SEE_PAYOUTS,
    CHANGE_PAYOUT_ACCOUNT,
    REFUND,
    OPEN_DISPUTE,
    DECIDE_DISPUTE,
    SEE_PARKED_EVENTS,
    SEE_SHOWN_MAILS,
    RETRY_PARKED_EVENT,
    SEE_AUDIT
  }

  /** What somebody must have shown to act. */
  public enum Need {
    /** Nothing beyond being signed in. */
    NOTHING,
    /** He showed just now who he is. */
    FRESH,
    /** A second factor, and just now. */
    FRESH_AND_SECOND_FACTOR
  }

  /**
   * One row: this may be done.
   *
   * @param role in this capacity
   * @param relation to an object that stands so to him
   * @param action this
   * @param need after having shown this
   * @param recorded whether it is written down as a look at a person's data
   */
  public record Permission(
      Role role, Relation relation, Action action, Need need, boolean recorded) {}

  /** The answer to a question. */
  public enum Verdict {
    /** Yes. */
    ALLOWED,
    /** Yes, after {@link StaffLooks#record}. */
    ALLOWED_IF_RECORDED,
    /** After showing again who he is. */
    NEEDS_STEP_UP,
    /** After setting up and using a second factor. */
    NEEDS_SECOND_FACTOR,
    /** No. Whether the object exists is not told. */
    DENIED
  }

  private static final List<Permission> TABLE = table();

  /** The same by action: it is asked at least twice for each request. */
  private static final Map<Action, List<Permission>> BY_ACTION =
      TABLE.stream()
          .collect(
              Collectors.groupingBy(
                  Permission::action, () -> new EnumMap<>(Action.class), Collectors.toList()));

  private Permissions() {}

  private static List<Permission> table() {
    Rows rows = new Rows();
    rows.may(Role.VISITOR, Relation.ANYBODY, Action.SEE_SHOP_PROFILE, Action.ASK_QUOTE);
    rows.may(Role.VISITOR, Relation.OWN, Action.SEE_QUOTE);
    rows.may(
        Role.CUSTOMER,
        Relation.ANYBODY,
        Action.SEE_SHOP_PROFILE,
        Action.ASK_QUOTE,
        Action.SEND_FILE,
        Action.PLACE_ORDER,
        Action.APPLY_FOR_SHOP,
        Action.ACCEPT_INVITATION);
    rows.may(
        Role.CUSTOMER,
        Relation.OWN,
        Action.SEE_QUOTE,
        Action.SEE_FILE,
        Action.QUOTE_FILE,
        Action.DELETE_FILE,
        Action.SEE_ORDER,
        Action.CANCEL_ORDER,
        Action.DOWNLOAD_ORDER_FILE,
        Action.WRITE_MESSAGE,
        Action.SEE_MESSAGES,
        Action.SEE_ACCOUNT,
        Action.RENAME_ACCOUNT,
        Action.PROVE_IDENTITY,
        Action.SEE_DEVICES,
        Action.SIGN_OUT,
        Action.SEE_API_KEYS,
        Action.REVOKE_API_KEY,
        Action.SEE_INVOICES,
        Action.OPEN_DISPUTE);
    rows.mayFresh(Role.CUSTOMER, Relation.ANYBODY, Action.BECOME_FIRST_ADMINISTRATOR);
    rows.mayFresh(
        Role.CUSTOMER,
        Relation.OWN,
        Action.CHANGE_ACCOUNT,
        Action.CLOSE_ACCOUNT,
        Action.EXPORT_ACCOUNT,
        Action.ISSUE_API_KEY);

    Action[] printing = {
      Action.SEE_QUOTE,
      Action.SEE_ORDER,
      Action.CHANGE_ORDER_STATE,
      Action.DOWNLOAD_ORDER_FILE,
      Action.WRITE_MESSAGE,
      Action.SEE_MESSAGES,
      Action.SEE_SHOP,
      Action.CHANGE_PRINTERS,
      Action.CHANGE_SHIPPING,
      Action.SEE_STOCK,
      Action.CHANGE_STOCK,
      Action.SEE_PRICE_LISTS,
      Action.SEE_SHOP_MEMBERS,
      Action.SEE_WEBHOOKS
    };
    rows.may(Role.SHOP_OPERATOR, Relation.HIS_SHOP, printing);
    rows.may(
        Role.SHOP_FINANCE,
        Relation.HIS_SHOP,
        Action.SEE_ORDER,
        Action.SEE_SHOP,
        Action.SEE_STOCK,
        Action.SEE_SHOP_MEMBERS,
        Action.SEE_PRICE_LISTS,
        Action.CHANGE_PRICE_LISTS,
        Action.SEE_INVOICES,
        Action.SEE_PAYOUTS,
        Action.REFUND);
    rows.may(Role.SHOP_OWNER, Relation.HIS_SHOP, printing);
    rows.may(
        Role.SHOP_OWNER,
        Relation.HIS_SHOP,
        Action.CHANGE_SHOP_PROFILE,
        Action.CHANGE_SHOP_STATE,
        Action.SEE_INVITATIONS,
        Action.CHANGE_WEBHOOKS,
        Action.CHANGE_PRICE_LISTS,
        Action.SEE_INVOICES,
        Action.SEE_PAYOUTS,
        Action.REFUND);
    rows.mayFresh(
        Role.SHOP_OWNER,
        Relation.HIS_SHOP,
        Action.INVITE_STAFF,
        Action.CHANGE_SHOP_MEMBERS,
        Action.LEAVE_SHOP,
        Action.CLOSE_SHOP);
    rows.mayFresh(Role.SHOP_OPERATOR, Relation.HIS_SHOP, Action.LEAVE_SHOP);
    rows.mayFresh(Role.SHOP_FINANCE, Relation.HIS_SHOP, Action.LEAVE_SHOP);
    rows.mayWithFactor(Role.SHOP_OWNER, Relation.HIS_SHOP, Action.CHANGE_PAYOUT_ACCOUNT);

    // Staff may look, and it is written down; nobody of the staff exports or closes an account.
    Action[] looking = {
      Action.SEE_QUOTE,
      Action.SEE_FILE,
      Action.SEE_ORDER,
      Action.SEE_MESSAGES,
      Action.SEE_ACCOUNT,
      Action.SEE_INVOICES,
      Action.SEE_SHOP,
      Action.SEE_STOCK,
      Action.SEE_PRICE_LISTS,
      Action.SEE_SHOP_MEMBERS
    };
    rows.mayRecorded(Role.SUPPORT, Relation.FOREIGN, Need.NOTHING, looking);
    rows.mayRecorded(Role.SUPPORT, Relation.FOREIGN, Need.NOTHING, Action.WRITE_MESSAGE);
    rows.may(
        Role.SUPPORT,
        Relation.ANYBODY,
        Action.SEE_PARKED_EVENTS,
        Action.SEE_SHOWN_MAILS,
        Action.SEE_SHOP_RECORDS);
    rows.mayRecorded(Role.ADMINISTRATOR, Relation.FOREIGN, Need.FRESH_AND_SECOND_FACTOR, looking);
    rows.mayRecorded(
        Role.ADMINISTRATOR,
        Relation.FOREIGN,
        Need.FRESH_AND_SECOND_FACTOR,
        Action.DISABLE_ACCOUNT,
        Action.CHANGE_PLATFORM_ROLE,
        Action.SEE_PAYOUTS,
        Action.REFUND,
        Action.DECIDE_DISPUTE,
        Action.APPROVE_SHOP,
        Action.SUSPEND_SHOP);
    rows.mayWithFactor(
        Role.ADMINISTRATOR,
        Relation.ANYBODY,
        Action.SEE_PARKED_EVENTS,
        Action.SEE_SHOWN_MAILS,
        Action.SEE_SHOP_RECORDS,
        Action.RETRY_PARKED_EVENT,
        Action.SEE_AUDIT);
    return List.copyOf(rows.list);
  }

  private static final class Rows {
    final List<Permission> list = new ArrayList<>();

    void may(Role role, Relation relation, Action... actions) {
      add(role, relation, Need.NOTHING, false, actions);
    }

    void mayFresh(Role role, Relation relation, Action... actions) {
      add(role, relation, Need.FRESH, false, actions);
    }

    void mayWithFactor(Role role, Relation relation, Action... actions) {
      add(role, relation, Need.FRESH_AND_SECOND_FACTOR, false, actions);
    }

    void mayRecorded(Role role, Relation relation, Need need, Action... actions) {
      add(role, relation, need, true, actions);
    }

    private void add(Role role, Relation relation, Need need, boolean recorded, Action... actions) {
      for (Action action : actions) {
        list.add(new Permission(role, relation, action, need, recorded));
      }
    }
  }

  /** All rows, in the order in which they are written. */
  public static List<Permission> rows() {
    return TABLE;
  }

  /**
   * Whether somebody may.
   *
   * @param roles all capacities in which he acts with regard to the object: {@link Role#VISITOR}
   *     alone, or {@link Role#CUSTOMER}, his role in the Shop concerned, and his role on the
   *     platform
   * @param relations all ways in which he stands to the object; {@link Relation#FOREIGN} only if he
   *     stands in no closer one
   * @param shown what he has shown
   * @return the friendliest answer of any row
   */
  public static Verdict decide(
      Collection<Role> roles, Collection<Relation> relations, Action action, Set<Need> shown) {
    Verdict best = Verdict.DENIED;
    for (Permission row : rowsOf(action)) {
      if (roles.contains(row.role()) && relations.contains(row.relation())) {
        Verdict verdict = verdict(row, shown);
        if (verdict.compareTo(best) < 0) {
          best = verdict;
        }
      }
    }
    return best;
  }

  /** Whether somebody in one of these capacities may do it to anything at all. */
  public static boolean isPossible(Collection<Role> roles, Action action) {
    for (Permission row : rowsOf(action)) {
      if (roles.contains(row.role())) {
        return true;
      }
    }
    return false;
  }

  private static List<Permission> rowsOf(Action action) {
    return BY_ACTION.getOrDefault(action, List.of());
  }

  private static Verdict verdict(Permission row, Set<Need> shown) {
    return switch (row.need()) {
      case NOTHING -> allowed(row);
      case FRESH ->
          shown.contains(Need.FRESH) || shown.contains(Need.FRESH_AND_SECOND_FACTOR)
              ? allowed(row)
              : Verdict.NEEDS_STEP_UP;
      case FRESH_AND_SECOND_FACTOR ->
          shown.contains(Need.FRESH_AND_SECOND_FACTOR) ? allowed(row) : Verdict.NEEDS_SECOND_FACTOR;
    };
  }

  private static Verdict allowed(Permission row) {
    return row.recorded() ? Verdict.ALLOWED_IF_RECORDED : Verdict.ALLOWED;
  }

  /** What a session has shown at this moment. */
  public static Set<Need> shownBy(Session session, java.time.Instant now) {
    Set<Need> shown = EnumSet.of(Need.NOTHING);
    if (session.isFresh(now)) {
      shown.add(Need.FRESH);
      if (session.assurance() == Session.Assurance.TWO_FACTORS) {
        shown.add(Need.FRESH_AND_SECOND_FACTOR);
      }
    }
    return shown;
  }

  /** The capacities that come from the platform alone; those of a Shop are added by the caller. */
  public static Set<Role> rolesOf(Account account) {
    return switch (account.role()) {
      case CUSTOMER -> EnumSet.of(Role.CUSTOMER);
      case SUPPORT -> EnumSet.of(Role.CUSTOMER, Role.SUPPORT);
      case ADMINISTRATOR -> EnumSet.of(Role.CUSTOMER, Role.ADMINISTRATOR);
    };
  }

  /** The capacity that a role in a Shop gives. */
  public static Role of(ShopRole role) {
    return switch (role) {
      case OWNER -> Role.SHOP_OWNER;
      case OPERATOR -> Role.SHOP_OPERATOR;
      case FINANCE -> Role.SHOP_FINANCE;
    };
  }

  /** The rows by role, for documents. */
  public static Map<Role, List<Permission>> byRole() {
    Map<Role, List<Permission>> byRole = new EnumMap<>(Role.class);
    for (Permission row : TABLE) {
      byRole.computeIfAbsent(row.role(), ignored -> new ArrayList<>()).add(row);
    }
    return byRole;
  }
}

package io.ktizo.server.http;

import io.ktizo.core.account.Permissions;
import io.ktizo.core.account.Permissions.Relation;
import io.ktizo.core.account.Permissions.Role;
import io.ktizo.core.account.ShopRole;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Set;

/**
 * How a caller stands to an object.
 *
 * @param relations all that hold
 * @param roles that he has in the Shop concerned, beside those from the platform
 */
record Standing(Set<Relation> relations, Set<Role> roles) {
  Standing {
    relations = Set.copyOf(relations);
    roles = Set.copyOf(roles);
  }

  /** There is no object, or it is about nobody. */
  static Standing anybody() {
    return new Standing(Set.of(Relation.ANYBODY), Set.of());
  }

  /** His own, or somebody else's. */
  static Standing ownIf(boolean own) {
    return new Standing(Set.of(own ? Relation.OWN : Relation.FOREIGN), Set.of());
  }

  /**
   * An object of a Shop.
   *
   * @param shopRoles of the caller in that Shop; none for a stranger
   */
  static Standing inShop(Collection<ShopRole> shopRoles) {
    return of(false, shopRoles);
  }

  /**
   * An object that has an owner and belongs to a Shop, too, as an order does.
   *
   * @param own whether he is the owner
   * @param shopRoles of the caller in that Shop
   */
  static Standing of(boolean own, Collection<ShopRole> shopRoles) {
    Set<Relation> relations = EnumSet.noneOf(Relation.class);
    Set<Role> roles = EnumSet.noneOf(Role.class);
    if (own) {
      relations.add(Relation.OWN);
    }
    if (!shopRoles.isEmpty()) {
      relations.add(Relation.HIS_SHOP);
      shopRoles.forEach(role -> roles.add(Permissions.of(role)));
    }
    if (relations.isEmpty()) {
      relations.add(Relation.FOREIGN);
    }
    return new Standing(relations, roles);
  }
}

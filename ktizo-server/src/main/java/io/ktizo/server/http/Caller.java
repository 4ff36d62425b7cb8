package io.ktizo.server.http;

import io.ktizo.core.account.Account;
import io.ktizo.core.account.ApiKey;
import io.ktizo.core.account.Permissions;
import io.ktizo.core.account.Permissions.Need;
import io.ktizo.core.account.Permissions.Role;
import io.ktizo.core.account.Session;
import java.time.Instant;
import java.util.Set;

/** Who sends a request. */
sealed interface Caller {
  /** Somebody who is not signed in. */
  record Visitor() implements Caller {}

  /** A person who is signed in on a device. */
  record Person(Account account, Session session) implements Caller {}

  /** A program that acts for a person. */
  record Key(Account account, ApiKey key) implements Caller {}

  /** In which capacities he acts as far as the platform knows; a Shop adds its own. */
  default Set<Role> roles() {
    return switch (this) {
      case Visitor visitor -> Set.of(Role.VISITOR);
      case Person person -> Permissions.rolesOf(person.account());
      // A key that leaked must not open what staff may see.
      case Key key -> Set.of(Role.CUSTOMER);
    };
  }

  /** What he has shown of himself. */
  default Set<Need> shown(Instant now) {
    return switch (this) {
      case Person person -> Permissions.shownBy(person.session(), now);
      case Visitor visitor -> Set.of(Need.NOTHING);
      case Key key -> Set.of(Need.NOTHING);
    };
  }
}

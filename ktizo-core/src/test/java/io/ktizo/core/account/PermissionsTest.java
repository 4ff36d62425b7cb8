package io.ktizo.core.account;

import static org.assertj.core.api.Assertions.assertThat;

import io.ktizo.core.account.Permissions.Action;
import io.ktizo.core.account.Permissions.Need;
import io.ktizo.core.account.Permissions.Permission;
import io.ktizo.core.account.Permissions.Relation;
import io.ktizo.core.account.Permissions.Role;
import io.ktizo.core.account.Permissions.Verdict;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PermissionsTest {
  private static final Set<Need> EVERYTHING = EnumSet.allOf(Need.class);
  private static final Set<Role> SHOP_ROLES =
      EnumSet.of(Role.SHOP_OWNER, Role.SHOP_OPERATOR, Role.SHOP_FINANCE);

  @Test
  void only_what_stands_in_the_table_may_be_done() {
    Set<List<Object>> granted = new HashSet<>();
    for (Permission row : Permissions.rows()) {
      granted.add(List.of(row.role(), row.relation(), row.action()));
    }
    int denied = 0;
    for (Role role : Role.values()) {
      for (Relation relation : Relation.values()) {
        for (Action action : Action.values()) {
          Verdict verdict = Permissions.decide(Set.of(role), Set.of(relation), action, EVERYTHING);
          boolean allowed = verdict == Verdict.ALLOWED || verdict == Verdict.ALLOWED_IF_RECORDED;
          assertThat(allowed)
              .as("%s %s %s", role, relation, action)
              .isEqualTo(granted.contains(List.of(role, relation, action)));
          denied += allowed ? 0 : 1;
        }
      }
    }
    assertThat(denied).isGreaterThan(900);
  }

  @Test
  void no_row_is_written_twice() {
    List<List<Object>> keys =
        Permissions.rows().stream()
            .map(row -> List.<Object>of(row.role(), row.relation(), row.action()))
            .toList();
    assertThat(keys).doesNotHaveDuplicates();
  }

  @Test
  void z02_a_shop_role_reaches_nothing_outside_its_shop() {
    assertThat(Permissions.rows())
        .filteredOn(row -> SHOP_ROLES.contains(row.role()))
        .isNotEmpty()
        .allMatch(row -> row.relation() == Relation.HIS_SHOP);
    assertThat(Permissions.rows())
        .filteredOn(row -> row.relation() == Relation.HIS_SHOP)
        .allMatch(row -> SHOP_ROLES.contains(row.role()));
  }

  @Test
  void only_staff_reach_what_is_somebody_elses_and_each_time_it_is_recorded() {
    assertThat(Permissions.rows())
        .filteredOn(row -> row.relation() == Relation.FOREIGN)
        .isNotEmpty()
        .allMatch(row -> row.role() == Role.SUPPORT || row.role() == Role.ADMINISTRATOR)
        .allMatch(Permission::recorded);
  }

  @Test
  void an_administrator_does_nothing_as_such_without_a_second_factor() {
    assertThat(Permissions.rows())
        .filteredOn(row -> row.role() == Role.ADMINISTRATOR)
        .isNotEmpty()
        .allMatch(row -> row.need() == Need.FRESH_AND_SECOND_FACTOR);
    assertThat(
            Permissions.decide(
                Set.of(Role.CUSTOMER, Role.ADMINISTRATOR),
                Set.of(Relation.FOREIGN),
                Action.SEE_ORDER,
                Set.of(Need.NOTHING, Need.FRESH)))
        .isEqualTo(Verdict.NEEDS_SECOND_FACTOR);
  }

  @Test
  void nobody_exports_or_closes_somebody_elses_account_or_redirects_his_money() {
    assertThat(Permissions.rows())
        .filteredOn(
            row ->
                Set.of(Action.EXPORT_ACCOUNT, Action.CLOSE_ACCOUNT, Action.CHANGE_ACCOUNT)
                    .contains(row.action()))
        .isNotEmpty()
        .allMatch(row -> row.relation() == Relation.OWN && row.need() == Need.FRESH);
    assertThat(Permissions.rows())
        .filteredOn(row -> row.action() == Action.CHANGE_PAYOUT_ACCOUNT)
        .containsExactly(
            new Permission(
                Role.SHOP_OWNER,
                Relation.HIS_SHOP,
                Action.CHANGE_PAYOUT_ACCOUNT,
                Need.FRESH_AND_SECOND_FACTOR,
                false));
  }

  @Test
  void each_action_can_be_done_by_somebody() {
    assertThat(Arrays.asList(Action.values()))
        .allSatisfy(
            action -> assertThat(Permissions.rows()).anyMatch(row -> row.action() == action));
  }

  @Test
  void the_friendliest_of_several_capacities_counts() {
    assertThat(
            Permissions.decide(
                Set.of(Role.CUSTOMER, Role.SHOP_OPERATOR),
                Set.of(Relation.OWN, Relation.HIS_SHOP),
                Action.CHANGE_ORDER_STATE,
                Set.of(Need.NOTHING)))
        .isEqualTo(Verdict.ALLOWED);
    assertThat(
            Permissions.decide(
                Set.of(Role.CUSTOMER), Set.of(Relation.OWN), Action.CLOSE_ACCOUNT, Set.of()))
        .isEqualTo(Verdict.NEEDS_STEP_UP);
  }
}

package io.ktizo.core.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.ktizo.core.store.MemoryStaffLooks;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ManagingMembersTest {
  private static final String EMAIL = "erika@example.org";
  private final AccountFixture people = AccountFixture.inMemory();
  private final StaffLooks looks = new MemoryStaffLooks();
  private final ManagingMembers managing = new ManagingMembers(people.host, looks);
  private AccountId erika;
  private AccountId staff;

  @BeforeEach
  void members() {
    erika = people.aMember(EMAIL).id();
    staff = people.aMember("staff@example.org").id();
  }

  @Test
  void a09_a_shut_account_is_out_at_once_and_can_be_opened_again() {
    Token token = people.signedIn(EMAIL).token();
    assertThat(managing.disable(staff, erika, "ticket 17")).isTrue();
    assertThat(people.isAlive(token)).isFalse();
    assertThat(people.signIn(EMAIL, AccountFixture.PASSWORD))
        .isEqualTo(new SigningIn.Outcome.Refused());
    assertThat(managing.disable(staff, erika, "ticket 17")).isFalse();
    assertThat(managing.enable(staff, erika, "ticket 18")).isTrue();
    people.clock.advance(SignInAttempts.LONGEST);
    assertThat(people.signIn(EMAIL, AccountFixture.PASSWORD))
        .isInstanceOf(SigningIn.Outcome.SignedIn.class);
  }

  @Test
  void what_the_person_closed_stays_closed() {
    Token token = people.signedIn(EMAIL).token();
    assertThat(people.managing.close(people.person(token))).isEqualTo(ManagingAccount.Result.DONE);
    assertThat(managing.enable(staff, erika, "by mistake")).isFalse();
    assertThat(managing.changeRole(staff, erika, PlatformRole.SUPPORT, "by mistake")).isFalse();
  }

  @Test
  void a08_another_role_ends_all_sessions_and_nobody_gives_one_to_himself() {
    Token token = people.signedIn(EMAIL).token();
    assertThat(managing.changeRole(staff, erika, PlatformRole.SUPPORT, "new colleague")).isTrue();
    assertThat(people.isAlive(token)).isFalse();
    assertThat(people.person(people.signedIn(EMAIL).token()).account().role())
        .isEqualTo(PlatformRole.SUPPORT);
    assertThat(managing.changeRole(staff, erika, PlatformRole.SUPPORT, "again")).isFalse();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> managing.changeRole(staff, staff, PlatformRole.ADMINISTRATOR, "because"));
  }

  @Test
  void each_act_is_written_down_with_its_reason() {
    managing.disable(staff, erika, "ticket 17");
    assertThat(looks.at(erika, 10))
        .containsExactly(
            new StaffLooks.Look(
                staff, erika, "account", erika.toString(), "ticket 17", people.clock.instant()));
    assertThatIllegalArgumentException().isThrownBy(() -> managing.disable(staff, erika, " "));
  }
}

package io.ktizo.core.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.ktizo.core.sql.StaleVersionException;
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

  private Account read(AccountId id) {
    return people.host.accounts().find(id).orElseThrow();
  }

  @Test
  void what_was_changed_since_it_was_read_is_left_as_it_is() {
    Account seen = read(erika);
    managing.changeRole(staff, seen, PlatformRole.SUPPORT, "new colleague");

    assertThatExceptionOfType(StaleVersionException.class)
        .isThrownBy(() -> managing.disable(staff, seen, "ticket 17"));
    assertThat(read(erika).state()).isEqualTo(Account.State.OPEN);
  }

  @Test
  void a09_a_shut_account_is_out_at_once_and_can_be_opened_again() {
    Token token = people.signedIn(EMAIL).token();
    assertThat(managing.disable(staff, read(erika), "ticket 17")).isTrue();
    assertThat(people.isAlive(token)).isFalse();
    assertThat(people.signIn(EMAIL, AccountFixture.PASSWORD))
        .isEqualTo(new SigningIn.Outcome.Refused());
    assertThat(managing.disable(staff, read(erika), "ticket 17")).isFalse();
    assertThat(managing.enable(staff, read(erika), "ticket 18")).isTrue();
    people.clock.advance(SignInAttempts.LONGEST);
    assertThat(people.signIn(EMAIL, AccountFixture.PASSWORD))
        .isInstanceOf(SigningIn.Outcome.SignedIn.class);
  }

  @Test
  void what_the_person_closed_stays_closed() {
    Token token = people.signedIn(EMAIL).token();
    assertThat(people.managing.close(people.person(token))).isEqualTo(ManagingAccount.Result.DONE);
    assertThat(managing.enable(staff, read(erika), "by mistake")).isFalse();
    assertThat(managing.changeRole(staff, read(erika), PlatformRole.SUPPORT, "by mistake"))
        .isFalse();
  }

  @Test
  void a08_another_role_ends_all_sessions_and_nobody_gives_one_to_himself() {
    Token token = people.signedIn(EMAIL).token();
    assertThat(managing.changeRole(staff, read(erika), PlatformRole.SUPPORT, "new colleague"))
        .isTrue();
    assertThat(people.isAlive(token)).isFalse();
    assertThat(people.person(people.signedIn(EMAIL).token()).account().role())
        .isEqualTo(PlatformRole.SUPPORT);
    assertThat(managing.changeRole(staff, read(erika), PlatformRole.SUPPORT, "again")).isFalse();
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> managing.changeRole(staff, read(staff), PlatformRole.ADMINISTRATOR, "because"));
  }

  @Test
  void each_act_is_written_down_with_its_reason() {
    managing.disable(staff, read(erika), "ticket 17");
    assertThat(looks.at(erika, 10))
        .containsExactly(
            new StaffLooks.Look(
                staff, erika, "account", erika.toString(), "ticket 17", people.clock.instant()));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> managing.disable(staff, read(erika), " "));
  }
}

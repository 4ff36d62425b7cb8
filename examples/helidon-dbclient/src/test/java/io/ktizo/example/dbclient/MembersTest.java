package io.ktizo.example.dbclient;

import static org.assertj.core.api.Assertions.assertThat;

import io.ktizo.core.account.AccountMail;
import io.ktizo.core.account.Registering;
import io.ktizo.core.account.SigningIn;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MembersTest {
  private static final String PASSWORD = "seven blue buckets on friday";

  @Test
  void a_member_registers_and_signs_in_over_connections_of_the_db_client() {
    List<AccountMail> mails = new ArrayList<>();
    try (Members members = new Members("members", mails::add)) {
      Registering.Outcome outcome =
          members
              .registering()
              .register(
                  new Registering.Request("me@example.org", "Kim", PASSWORD, true, "192.0.2.1"));
      assertThat(outcome).isEqualTo(new Registering.Outcome.Accepted());
      members.sendMails();
      assertThat(mails).singleElement().isInstanceOf(AccountMail.ProveAddress.class);
      AccountMail.ProveAddress mail = (AccountMail.ProveAddress) mails.getFirst();
      assertThat(members.registering().verify(mail.token())).isPresent();

      assertThat(
              members
                  .signingIn()
                  .signIn(new SigningIn.Request("me@example.org", PASSWORD, "laptop", "192.0.2.1")))
          .isInstanceOf(SigningIn.Outcome.SignedIn.class);
      assertThat(members.count()).isEqualTo(1);
    }
  }
}

package io.ktizo.core.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ApiKeyTest {
  private static final Set<ApiScope> SCOPES = Set.of(ApiScope.QUOTES_READ, ApiScope.ORDERS_READ);
  private final AccountFixture people = AccountFixture.inMemory();
  private AccountId erika;
  private SigningIn.SignedInPerson person;

  @BeforeEach
  void aMember() {
    erika = people.aMember("erika@example.org").id();
    person = people.person(people.signedIn("erika@example.org").token());
  }

  private IssuingApiKeys.Issued issue() {
    return people.apiKeys.issue(person, "nightly export", SCOPES, null).orElseThrow();
  }

  @Test
  void a_key_is_shown_once_and_kept_as_a_hash() {
    IssuingApiKeys.Issued issued = issue();
    assertThat(issued.text()).matches("ktizo_key_[0-9a-z]{26}_[A-Za-z0-9_-]{43}");
    String secret = issued.text().substring(issued.text().length() - 43);
    assertThat(people.apiKeys.of(erika))
        .singleElement()
        .satisfies(
            kept -> {
              assertThat(kept.toString()).doesNotContain(secret);
              assertThat(kept.hash()).isEqualTo(new Token(secret).hash());
              assertThat(kept.scopes()).isEqualTo(SCOPES);
            });
    assertThat(issued.toString()).doesNotContain(secret);
  }

  @Test
  void a_key_leads_to_its_owner_with_its_scopes() {
    IssuingApiKeys.Holder holder = people.apiKeys.authenticate(issue().text()).orElseThrow();
    assertThat(holder.account().id()).isEqualTo(erika);
    assertThat(holder.key().scopes()).isEqualTo(SCOPES);
    assertThat(people.apiKeys.of(erika).getFirst().lastUsedAt()).isEqualTo(people.clock.instant());
  }

  @Test
  void anything_else_leads_to_nobody() {
    String text = issue().text();
    String other = issue().text();
    assertThat(people.apiKeys.authenticate("")).isEmpty();
    assertThat(people.apiKeys.authenticate("ktizo_")).isEmpty();
    assertThat(people.apiKeys.authenticate("ktizo_key_x_y")).isEmpty();
    assertThat(people.apiKeys.authenticate(text.substring(0, text.length() - 1))).isEmpty();
    assertThat(people.apiKeys.authenticate(text + "A")).isEmpty();
    assertThat(people.apiKeys.authenticate("x".repeat(1_000_000))).isEmpty();
    assertThat(
            people.apiKeys.authenticate(
                text.substring(0, text.length() - 43) + other.substring(other.length() - 43)))
        .as("one key's name with another's secret")
        .isEmpty();
    for (int at = text.length() - 43; at < text.length(); at++) {
      char changed = text.charAt(at) == 'A' ? 'B' : 'A';
      assertThat(
              people.apiKeys.authenticate(text.substring(0, at) + changed + text.substring(at + 1)))
          .isEmpty();
    }
  }

  @Test
  void a_key_ends_by_time_or_by_its_owner_and_by_nobody_else() {
    IssuingApiKeys.Issued week =
        people.apiKeys.issue(person, "trial", SCOPES, Duration.ofDays(7)).orElseThrow();
    IssuingApiKeys.Issued endless = issue();
    people.clock.advance(Duration.ofDays(7).minusMillis(1));
    assertThat(people.apiKeys.authenticate(week.text())).isPresent();
    people.clock.advance(Duration.ofMillis(1));
    assertThat(people.apiKeys.authenticate(week.text())).isEmpty();
    assertThat(people.apiKeys.authenticate(endless.text())).isPresent();

    AccountId stranger = people.aMember("other@example.org").id();
    assertThat(people.apiKeys.revoke(stranger, endless.key().id())).isFalse();
    assertThat(people.apiKeys.authenticate(endless.text())).isPresent();
    assertThat(people.apiKeys.revoke(erika, endless.key().id())).isTrue();
    assertThat(people.apiKeys.authenticate(endless.text())).isEmpty();
  }

  @Test
  void there_are_at_most_fifty_and_none_without_a_scope() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> people.apiKeys.issue(person, "nothing", Set.of(), null));
    for (int count = 0; count < 50; count++) {
      issue();
    }
    assertThat(people.apiKeys.issue(person, "one more", SCOPES, null)).isEmpty();
  }

  @Test
  void scopes_are_read_as_they_are_written() {
    for (ApiScope scope : ApiScope.values()) {
      assertThat(ApiScope.parse(scope.text())).isEqualTo(scope);
    }
    assertThat(ApiScope.QUOTES_WRITE.text()).isEqualTo("quotes:write");
    assertThatIllegalArgumentException().isThrownBy(() -> ApiScope.parse("admin"));
  }
}

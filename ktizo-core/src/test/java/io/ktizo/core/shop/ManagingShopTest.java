package io.ktizo.core.shop;

import static io.ktizo.core.shop.ShopFixtures.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.ktizo.core.account.Account;
import io.ktizo.core.account.AccountId;
import io.ktizo.core.account.EmailAddress;
import io.ktizo.core.account.PlatformRole;
import io.ktizo.core.account.ShopRole;
import io.ktizo.core.account.Token;
import io.ktizo.core.event.Delivery;
import io.ktizo.core.event.DeliveryRules;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A Shop's life, and who belongs to it. */
class ManagingShopTest {
  private final ShopFixtures at = new ShopFixtures();
  private final ManagingStaff staff = new ManagingStaff(at.host);

  /** Each state with each thing that can be done: only what the table says happens. */
  @Test
  void only_what_the_table_says_happens_in_any_state() {
    int number = 0;
    for (ShopState state : ShopState.values()) {
      for (ShopTransition.Name name : ShopTransition.Name.values()) {
        Shop known = at.aKnownShopNamed("shop-" + number++);
        Shop shop =
            at.host
                .shops()
                .save(
                    new Shop(
                        known.id(),
                        known.version(),
                        known.slug(),
                        known.currency(),
                        known.profile(),
                        known.business(),
                        known.terms(),
                        state,
                        "",
                        null,
                        NOON,
                        NOON),
                    List.of());
        ShopTransition row = ShopTransition.of(name);
        ManagingShop.Outcome outcome = at.managing.move(shop, name, "a reason", null);
        Shop after = at.host.shops().find(shop.id()).orElseThrow();
        if (row.from().contains(state)) {
          assertThat(outcome).isEqualTo(new ManagingShop.Outcome.Done(after));
          assertThat(after.state()).isEqualTo(row.to());
        } else {
          assertThat(outcome).isEqualTo(new ManagingShop.Outcome.WrongState(state, row.from()));
          assertThat(after).isEqualTo(shop);
        }
      }
    }
  }

  @Test
  void nothing_leads_out_of_closed_and_every_other_state_has_a_way() {
    for (ShopState state : ShopState.values()) {
      boolean hasWay = ShopTransition.TABLE.stream().anyMatch(row -> row.from().contains(state));
      assertThat(hasWay).isEqualTo(state != ShopState.CLOSED);
    }
    assertThat(ShopTransition.TABLE)
        .extracting(ShopTransition::name)
        .containsExactlyInAnyOrder(ShopTransition.Name.values());
  }

  @Test
  void a_shop_is_not_approved_before_it_is_known_who_it_is() {
    Shop shop = at.anApplication();
    assertThat(at.managing.move(shop, ShopTransition.Name.APPROVE, "", null))
        .isEqualTo(
            new ManagingShop.Outcome.NotReady(
                List.of(Checklist.Step.PROFILE, Checklist.Step.BUSINESS, Checklist.Step.TERMS)));
    assertThat(at.managing.move(shop, ShopTransition.Name.REFUSE, " ", null))
        .isEqualTo(new ManagingShop.Outcome.Incomplete("reason"));
  }

  @Test
  void the_checklist_is_what_the_shop_has() {
    Shop shop = at.anApprovedShop();
    assertThat(at.managing.checklist(shop).open())
        .containsExactly(
            Checklist.Step.PRINTER,
            Checklist.Step.MATERIAL,
            Checklist.Step.PRICE_LIST,
            Checklist.Step.SHIPPING,
            Checklist.Step.PAYOUT);
    at.host.printers().add(ShopFixtures.aPrinter(shop), List.of());
    at.host.materials().add(ShopFixtures.aMaterial(shop), List.of());
    at.host.shipping().add(ShopFixtures.aPickup(shop), List.of());
    ManagingPrices prices = new ManagingPrices(at.host, new io.ktizo.core.print.LayerEstimator());
    PriceListVersion draft =
        ((ManagingPrices.Outcome.Done) prices.draftFromEquipment(shop)).version();
    assertThat(at.managing.checklist(shop).readyToSell()).isFalse();
    assertThat(prices.publish(shop, draft, null)).isInstanceOf(ManagingPrices.Outcome.Done.class);
    assertThat(at.managing.checklist(shop).readyToSell()).isTrue();
    assertThat(at.managing.checklist(shop).open()).containsExactly(Checklist.Step.PAYOUT);
    at.paid = true;
    assertThat(at.managing.checklist(shop).done()).isEqualTo(EnumSet.allOf(Checklist.Step.class));
  }

  @Test
  void a_holiday_ends_by_the_clock() {
    Shop shop = at.anApprovedShop();
    Instant end = NOON.plus(Duration.ofDays(14));
    assertThat(at.managing.move(shop, ShopTransition.Name.START_HOLIDAY, "", NOON))
        .isEqualTo(new ManagingShop.Outcome.Incomplete("until"));
    assertThat(at.managing.move(shop, ShopTransition.Name.START_HOLIDAY, "", end))
        .isInstanceOf(ManagingShop.Outcome.Done.class);
    at.now = end.minusMillis(1);
    assertThat(at.managing.endHolidays()).isZero();
    at.now = end;
    assertThat(at.managing.endHolidays()).isEqualTo(1);
    assertThat(at.managing.endHolidays()).isZero();
    Shop back = at.host.shops().find(shop.id()).orElseThrow();
    assertThat(back.maySell()).isTrue();
    assertThat(back.holidayUntil()).isNull();
  }

  @Test
  void a_holiday_can_end_at_another_moment_but_not_after_a_year() {
    Shop shop = at.anApprovedShop();
    Instant end = NOON.plus(ManagingShop.LONGEST);
    assertThat(at.managing.move(shop, ShopTransition.Name.START_HOLIDAY, "", end.plusMillis(1)))
        .isEqualTo(new ManagingShop.Outcome.Incomplete("until"));
    assertThat(at.managing.move(shop, ShopTransition.Name.START_HOLIDAY, "", Instant.MAX))
        .isEqualTo(new ManagingShop.Outcome.Incomplete("until"));
    Shop away = moved(shop, ShopTransition.Name.START_HOLIDAY, end);
    at.now = NOON.plus(Duration.ofDays(1));
    Shop shorter = moved(away, ShopTransition.Name.CHANGE_HOLIDAY, NOON.plus(Duration.ofDays(2)));
    assertThat(shorter.stateSince()).isEqualTo(away.stateSince());
    assertThat(shorter.holidayUntil()).isEqualTo(NOON.plus(Duration.ofDays(2)));
    Shop open = moved(shorter, ShopTransition.Name.CHANGE_HOLIDAY, null);
    at.now = NOON.plus(Duration.ofDays(3));
    assertThat(at.managing.endHolidays()).isZero();
    assertThat(moved(open, ShopTransition.Name.END_HOLIDAY, null).maySell()).isTrue();
  }

  private Shop moved(Shop shop, ShopTransition.Name name, @Nullable Instant until) {
    return ((ManagingShop.Outcome.Done) at.managing.move(shop, name, "", until)).shop();
  }

  private Account account(String email) {
    return new Account(
        AccountId.FORM.next(ShopFixtures.IDS),
        1,
        new EmailAddress(email),
        null,
        "Erika",
        "hash",
        Account.State.OPEN,
        PlatformRole.CUSTOMER,
        NOON,
        NOON,
        NOON,
        null);
  }

  private List<ShopMailing.InvitationMail> mails() {
    List<ShopMailing.InvitationMail> mails = new ArrayList<>();
    try (Delivery delivery =
        new Delivery(
            at.stores.outbox(),
            new ShopMailing(at.host, mails::add),
            DeliveryRules.DEFAULT,
            () -> at.now)) {
      while (delivery.deliverDue() > 0) {
        // Until nothing is due.
      }
    }
    return mails;
  }

  @Test
  void who_is_invited_by_mail_can_come_in_once_with_that_address() {
    Shop shop = at.anApplication();
    Invitation invitation = invited(shop, "erika@example.org", ShopRole.FINANCE);
    assertThat(invitation.toString()).doesNotContain("erika");
    ShopMailing.InvitationMail mail = mails().getFirst();
    assertThat(mail.shopName()).isEqualTo("Schichtwerk");

    assertThat(staff.accept(mail.token(), account("mallory@example.org"))).isEmpty();
    assertThat(staff.accept(Token.random(new Random(1)), account("erika@example.org"))).isEmpty();
    Account erika = account("Erika@example.org");
    assertThat(staff.accept(mail.token(), erika))
        .hasValueSatisfying(member -> assertThat(member.role()).isEqualTo(ShopRole.FINANCE));
    assertThat(staff.accept(mail.token(), erika)).isEmpty();
  }

  @Test
  void an_invitation_ends_after_a_week() {
    Shop shop = at.anApplication();
    var unused = invited(shop, "erika@example.org", ShopRole.OWNER);
    Token token = mails().getFirst().token();
    at.now = NOON.plus(Invitation.VALIDITY).minusMillis(1);
    assertThat(staff.open(shop.id())).hasSize(1);
    assertThat(staff.forgetExpired()).isZero();
    at.now = NOON.plus(Invitation.VALIDITY);
    assertThat(staff.accept(token, account("erika@example.org"))).isEmpty();
    assertThat(staff.open(shop.id())).isEmpty();
    assertThat(staff.forgetExpired()).isEqualTo(1);
    assertThat(at.host.shops().invitations(shop.id())).isEmpty();
  }

  private Invitation invited(Shop shop, String email, ShopRole role) {
    return ((ManagingStaff.Invited.Done)
            staff.invite(shop.id(), at.owner, new EmailAddress(email), role))
        .invitation();
  }

  @Test
  void nobody_is_mailed_twice_within_the_hour_however_the_address_is_written() {
    Shop shop = at.anApplication();
    var first = invited(shop, "erika@example.org", ShopRole.OPERATOR);
    at.now = NOON.plus(ManagingStaff.BETWEEN_MAILS).minusMillis(1);
    assertThat(
            staff.invite(
                shop.id(), at.owner, new EmailAddress("Erika@Example.org"), ShopRole.FINANCE))
        .isEqualTo(
            new ManagingStaff.Invited.TooSoon(first.createdAt().plus(ManagingStaff.BETWEEN_MAILS)));
    at.now = NOON.plus(ManagingStaff.BETWEEN_MAILS);
    Invitation again = invited(shop, "erika@example.org", ShopRole.FINANCE);
    assertThat(staff.open(shop.id())).containsExactly(again);
  }

  @Test
  void a_shop_has_no_more_people_than_it_may_and_the_expired_do_not_count() {
    Shop shop = at.anApplication();
    for (int i = 1; i < ManagingStaff.MOST; i++) {
      var unused = invited(shop, "p" + i + "@example.org", ShopRole.OPERATOR);
    }
    EmailAddress another = new EmailAddress("another@example.org");
    assertThat(staff.invite(shop.id(), at.owner, another, ShopRole.OPERATOR))
        .isEqualTo(new ManagingStaff.Invited.TooMany());
    at.now = NOON.plus(Invitation.VALIDITY);
    assertThat(staff.invite(shop.id(), at.owner, another, ShopRole.OPERATOR))
        .isInstanceOf(ManagingStaff.Invited.Done.class);
  }

  @Test
  void an_invitation_is_taken_back_by_its_own_shop_alone() {
    Shop shop = at.anApplication();
    Invitation invitation = invited(shop, "erika@example.org", ShopRole.OPERATOR);
    Token token = mails().getFirst().token();
    assertThat(staff.withdraw(ShopId.FORM.next(ShopFixtures.IDS), invitation.id())).isFalse();
    assertThat(staff.withdraw(shop.id(), invitation.id())).isTrue();
    assertThat(staff.withdraw(shop.id(), invitation.id())).isFalse();
    assertThat(staff.accept(token, account("erika@example.org"))).isEmpty();
  }

  @Test
  void a_shop_always_has_an_owner() {
    Shop shop = at.anApplication();
    assertThat(staff.remove(shop, at.owner)).isEqualTo(ManagingStaff.Outcome.LAST_OWNER);
    assertThat(staff.changeRole(shop, at.owner, ShopRole.OPERATOR))
        .isEqualTo(ManagingStaff.Outcome.LAST_OWNER);
    assertThat(staff.remove(shop, AccountId.FORM.next(ShopFixtures.IDS)))
        .isEqualTo(ManagingStaff.Outcome.NO_MEMBER);
    AccountId second = AccountId.FORM.next(ShopFixtures.IDS);
    Shop next =
        at.host
            .shops()
            .saveMember(shop, new Member(shop.id(), second, ShopRole.OWNER, NOON), List.of());
    // Each owner removes the other, both having read the Shop before: one comes too late.
    assertThat(staff.remove(next, at.owner)).isEqualTo(ManagingStaff.Outcome.DONE);
    org.assertj.core.api.Assertions.assertThatExceptionOfType(
            io.ktizo.core.sql.StaleVersionException.class)
        .isThrownBy(() -> at.host.shops().removeMember(next, second, List.of()));
  }

  @Test
  void what_a_country_does_not_demand_may_be_missing_and_the_rest_not() {
    assertThat(new PostalAddress("1 Main St", "", "Dublin", "", "IE").country()).isEqualTo("IE");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new PostalAddress("Straße 1", "", "Leipzig", "", "DE"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new PostalAddress("1 Main St", "94016", "Colma", "", "US"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new PostalAddress("1", "1", "1", "", "ZZ"));
  }

  /** Forms as VIES tells them; the numbers are those of its examples or published by companies. */
  @Test
  void vat_ids_have_the_form_of_their_country() {
    for (String right :
        List.of(
            "ATU12345678",
            "BE0123456789",
            "DE123456789",
            "FR12345678901",
            "FRAB123456789",
            "NL123456789B01",
            "IE1234567WA",
            "ESX1234567X",
            "SE123456789001",
            "CY12345678X",
            "LT123456789012",
            "PL1234567890")) {
      assertThat(
              VatId.parse(right.substring(0, 2), right.toLowerCase(java.util.Locale.ROOT)).text())
          .isEqualTo(right);
    }
    assertThat(VatId.parse("GR", "EL 123456789").text()).isEqualTo("EL123456789");
    assertThat(VatId.parse("CH", "CHE-123.456.789 MWST").text()).isEqualTo("CHE123456789MWST");
    for (String wrong : List.of("DE12345678", "DE1234567890", "ATU1234567", "DE12345678X", "")) {
      assertThatIllegalArgumentException().isThrownBy(() -> VatId.parse("DE", wrong));
    }
    assertThatIllegalArgumentException().isThrownBy(() -> VatId.parse("US", "US123456789"));
    assertThat(Set.of("DE", "FR")).allMatch(Country::hasVatForm);
  }
}

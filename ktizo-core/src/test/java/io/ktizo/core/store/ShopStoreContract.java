package io.ktizo.core.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.ktizo.core.account.AccountId;
import io.ktizo.core.account.EmailAddress;
import io.ktizo.core.account.ShopRole;
import io.ktizo.core.account.Token;
import io.ktizo.core.event.Event;
import io.ktizo.core.id.Id;
import io.ktizo.core.id.IdGenerator;
import io.ktizo.core.id.TimeOrderedIds;
import io.ktizo.core.print.FilamentMaterial;
import io.ktizo.core.print.PrinterPreset;
import io.ktizo.core.quote.PriceList;
import io.ktizo.core.quote.PrintProcess;
import io.ktizo.core.shop.Business;
import io.ktizo.core.shop.CodeTakenException;
import io.ktizo.core.shop.Invitation;
import io.ktizo.core.shop.InvitationId;
import io.ktizo.core.shop.Material;
import io.ktizo.core.shop.MaterialId;
import io.ktizo.core.shop.Member;
import io.ktizo.core.shop.PostalAddress;
import io.ktizo.core.shop.PriceListFixedException;
import io.ktizo.core.shop.PriceListId;
import io.ktizo.core.shop.PriceListVersion;
import io.ktizo.core.shop.PrintCalendar;
import io.ktizo.core.shop.Printer;
import io.ktizo.core.shop.PrinterId;
import io.ktizo.core.shop.ShippingMethod;
import io.ktizo.core.shop.ShippingMethodId;
import io.ktizo.core.shop.Shop;
import io.ktizo.core.shop.ShopId;
import io.ktizo.core.shop.ShopItem;
import io.ktizo.core.shop.ShopItems;
import io.ktizo.core.shop.ShopState;
import io.ktizo.core.shop.SlugTakenException;
import io.ktizo.core.shop.VatId;
import io.ktizo.core.sql.StaleVersionException;
import java.math.BigDecimal;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.random.RandomGenerator;
import org.joda.money.CurrencyUnit;
import org.joda.money.Money;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the stores of Shops, their items and prices promise, wherever they keep them. */
public abstract class ShopStoreContract {
  private static final Instant NOON = Instant.parse("2026-12-01T12:00:00.123456Z");
  private static final RandomGenerator RANDOM = new Random(8);

  /** For the ids of a test. */
  protected static final IdGenerator IDS =
      new TimeOrderedIds(InstantSource.system(), new Random(7));

  private ShopStores stores = ShopStores.inMemory();

  /** New stores; what others left behind does not concern a test. */
  protected abstract ShopStores stores();

  @BeforeEach
  void open() {
    stores = stores();
  }

  private static String unique(String start) {
    return start + "-" + Long.toString(RANDOM.nextLong(1L << 40), 36);
  }

  private Shop shop() {
    ShopId id = ShopId.FORM.next(IDS);
    return new Shop(
        id,
        1,
        unique("schicht"),
        CurrencyUnit.EUR,
        new Shop.Profile("Schichtwerk 🙂", "Leipzig", "Two\nlines."),
        null,
        "",
        ShopState.APPLIED,
        "",
        null,
        NOON,
        NOON);
  }

  private Member owner(Shop shop) {
    return new Member(shop.id(), AccountId.FORM.next(IDS), ShopRole.OWNER, NOON);
  }

  private Shop added() {
    Shop shop = shop();
    stores.shops().add(shop, owner(shop), List.of());
    return shop;
  }

  private Event event(Id about) {
    return Event.of(IDS, InstantSource.fixed(NOON), "shop-changed", about, Map.of());
  }

  private long undelivered() {
    return stores.outbox().backlog().events();
  }

  private static Shop with(
      Shop shop, @Nullable Business business, ShopState state, @Nullable Instant holidayUntil) {
    return new Shop(
        shop.id(),
        shop.version(),
        shop.slug(),
        shop.currency(),
        new Shop.Profile("Other", "", ""),
        business,
        "Terms\tof sale\n§ 1",
        state,
        "a reason",
        holidayUntil,
        shop.appliedAt(),
        NOON.plusSeconds(1));
  }

  private static Business business() {
    return new Business(
        Business.LegalForm.LIMITED_COMPANY,
        "Schichtwerk GmbH",
        "HRB 12345",
        VatId.parse("DE", "de 123 456 789"),
        new PostalAddress("Straße 1", "04109", "Leipzig", "", "DE"),
        new EmailAddress("shop@example.org"));
  }

  @Test
  void a_shop_is_found_as_it_was_added_and_as_it_was_saved() {
    Shop shop = shop();
    Member owner = owner(shop);
    long before = undelivered();
    stores.shops().add(shop, owner, List.of(event(shop.id())));
    assertThat(stores.shops().find(shop.id())).contains(shop);
    assertThat(stores.shops().findBySlug(shop.slug())).contains(shop);
    assertThat(stores.shops().members(shop.id())).containsExactly(owner);
    assertThat(undelivered()).isEqualTo(before + 1);

    Shop changed = with(shop, business(), ShopState.ON_HOLIDAY, NOON.plusSeconds(60));
    Shop saved = stores.shops().save(changed, List.of(event(shop.id())));
    assertThat(saved).isEqualTo(changed.atVersion(2));
    assertThat(stores.shops().find(shop.id())).contains(saved);
    assertThat(stores.shops().save(with(saved, null, ShopState.CLOSED, null), List.of()).business())
        .isNull();
    assertThat(undelivered()).isEqualTo(before + 2);
  }

  @Test
  void nothing_is_kept_or_told_of_a_change_that_came_too_late() {
    Shop shop = added();
    stores.shops().save(with(shop, business(), ShopState.APPROVED, null), List.of());
    long before = undelivered();
    assertThatExceptionOfType(StaleVersionException.class)
        .isThrownBy(
            () ->
                stores
                    .shops()
                    .save(with(shop, null, ShopState.CLOSED, null), List.of(event(shop.id()))));
    assertThat(stores.shops().find(shop.id()).orElseThrow().state()).isEqualTo(ShopState.APPROVED);
    assertThat(undelivered()).isEqualTo(before);
  }

  @Test
  void no_two_shops_have_a_slug() {
    Shop shop = added();
    Shop other = shop();
    Shop same =
        new Shop(
            other.id(),
            1,
            shop.slug(),
            other.currency(),
            other.profile(),
            null,
            "",
            ShopState.APPLIED,
            "",
            null,
            NOON,
            NOON);
    long before = undelivered();
    assertThatExceptionOfType(SlugTakenException.class)
        .isThrownBy(() -> stores.shops().add(same, owner(same), List.of(event(same.id()))));
    assertThat(stores.shops().find(same.id())).isEmpty();
    assertThat(stores.shops().members(same.id())).isEmpty();
    assertThat(undelivered()).isEqualTo(before);
  }

  @Test
  void shops_are_listed_by_age_page_by_page() {
    Shop first = added();
    Shop second = added();
    Shop third = added();
    Shop approved =
        stores.shops().save(with(second, business(), ShopState.APPROVED, null), List.of());
    assertThat(stores.shops().list(null, first.id(), 2)).containsExactly(approved, third);
    assertThat(stores.shops().list(ShopState.APPROVED, first.id(), 10)).containsExactly(approved);
    assertThat(stores.shops().list(null, third.id(), 10)).isEmpty();
    assertThat(stores.shops().list(null, null, 1)).hasSize(1);
  }

  @Test
  void shops_are_back_when_their_holiday_ends_and_not_before() {
    Shop shop = added();
    Instant end = NOON.plusSeconds(60);
    stores.shops().save(with(shop, business(), ShopState.ON_HOLIDAY, end), List.of());
    assertThat(stores.shops().backFromHoliday(end.minusMillis(1), 1000))
        .noneMatch(other -> other.id().equals(shop.id()));
    assertThat(stores.shops().backFromHoliday(end, 1000))
        .anyMatch(other -> other.id().equals(shop.id()));
  }

  @Test
  void changing_members_takes_the_next_version_of_the_shop() {
    Shop shop = added();
    Member member =
        new Member(shop.id(), AccountId.FORM.next(IDS), ShopRole.OPERATOR, NOON.plusSeconds(1));
    Shop second = stores.shops().saveMember(shop, member, List.of());
    assertThat(second.version()).isEqualTo(2);
    assertThatExceptionOfType(StaleVersionException.class)
        .isThrownBy(() -> stores.shops().removeMember(shop, member.account(), List.of()));
    Member finance = new Member(shop.id(), member.account(), ShopRole.FINANCE, member.since());
    Shop third = stores.shops().saveMember(second, finance, List.of());
    assertThat(stores.shops().member(shop.id(), member.account())).contains(finance);
    assertThat(stores.shops().memberships(member.account())).containsExactly(finance);
    stores.shops().removeMember(third, member.account(), List.of());
    assertThat(stores.shops().members(shop.id())).hasSize(1);
    assertThat(stores.shops().memberships(member.account())).isEmpty();
  }

  private Invitation invitation(Shop shop, String email) {
    return new Invitation(
        InvitationId.FORM.next(IDS),
        shop.id(),
        new EmailAddress(email),
        ShopRole.FINANCE,
        AccountId.FORM.next(IDS),
        NOON,
        NOON.plus(Duration.ofDays(7)),
        null);
  }

  @Test
  void an_invitation_is_good_once_until_it_expires_and_the_newest_counts() {
    Shop shop = added();
    Invitation older = invitation(shop, "Erika@example.org");
    stores.shops().invite(older, List.of());
    Invitation invitation = invitation(shop, "erika@example.ORG");
    stores.shops().invite(invitation, List.of());
    assertThat(stores.shops().invitations(shop.id())).containsExactly(invitation);
    assertThat(stores.shops().renew(older.id(), Token.random(RANDOM).hash())).isFalse();

    Token.Hash hash = Token.random(RANDOM).hash();
    assertThat(stores.shops().renew(invitation.id(), hash)).isTrue();
    assertThat(stores.shops().invitation(hash, invitation.expiresAt())).isEmpty();
    Invitation found =
        stores.shops().invitation(hash, invitation.expiresAt().minusMillis(1)).orElseThrow();
    assertThat(found.email()).isEqualTo(invitation.email());

    Member member =
        new Member(shop.id(), AccountId.FORM.next(IDS), found.role(), NOON.plusSeconds(9));
    assertThat(stores.shops().accept(found, member, List.of(event(shop.id())))).isTrue();
    assertThat(stores.shops().accept(found, member, List.of(event(shop.id())))).isFalse();
    assertThat(stores.shops().member(shop.id(), member.account())).contains(member);
    assertThat(stores.shops().withdraw(found.id())).isFalse();
  }

  @Test
  void invitations_that_expired_are_forgotten_and_others_are_not() {
    Shop shop = added();
    Invitation invitation = invitation(shop, "erika@example.org");
    stores.shops().invite(invitation, List.of());
    stores.shops().forgetInvitations(invitation.expiresAt().minusMillis(1));
    assertThat(stores.shops().invitations(shop.id())).containsExactly(invitation);
    assertThat(stores.shops().forgetInvitations(invitation.expiresAt())).isEqualTo(1);
    assertThat(stores.shops().invitations(shop.id())).isEmpty();
  }

  private Printer printer(Shop shop, String code) {
    return new Printer(
        PrinterId.FORM.next(IDS),
        shop.id(),
        1,
        code,
        "Delta",
        PrintProcess.MATERIAL_EXTRUSION,
        new PriceList.BuildVolume(
            new BigDecimal("100.50"),
            BigDecimal.TEN,
            new BigDecimal("200"),
            new PriceList.Plate.Outline(
                List.of(
                    new PriceList.Plate.Corner(BigDecimal.ZERO, BigDecimal.ZERO),
                    new PriceList.Plate.Corner(new BigDecimal("100.50"), BigDecimal.ZERO),
                    new PriceList.Plate.Corner(BigDecimal.ZERO, BigDecimal.TEN)))),
        new BigDecimal("1.250"),
        new PriceList.Power(new BigDecimal("0.1"), new BigDecimal("0.340")),
        3,
        new PrintCalendar(
            ZoneId.of("Europe/Berlin"),
            Map.of(DayOfWeek.MONDAY, new PrintCalendar.Hours(480, 1440)),
            Set.of(LocalDate.of(2026, 12, 25))),
        List.of(
            new Printer.Setting(
                "PLA", "standard", PrinterPreset.PRUSA_MK3S.profile(FilamentMaterial.PLA))),
        true);
  }

  private Material material(Shop shop, String code) {
    return new Material(
        MaterialId.FORM.next(IDS),
        shop.id(),
        1,
        code,
        "Plastic",
        new BigDecimal("1.24"),
        new BigDecimal("25.40"),
        new BigDecimal("0.05"),
        new BigDecimal("1.5"),
        List.of(new Material.Colour("red", "Signal red", List.of("ff0000", "00ff0080"))),
        true);
  }

  private ShippingMethod shipping(Shop shop, String code) {
    return new ShippingMethod(
        ShippingMethodId.FORM.next(IDS),
        shop.id(),
        1,
        code,
        "Parcel",
        ShippingMethod.Kind.DELIVERY,
        List.of(
            new ShippingMethod.Zone(
                Set.of("DE", "AT"),
                List.of(
                    new ShippingMethod.Tier(
                        new BigDecimal("2000"),
                        new ShippingMethod.Size(BigDecimal.TEN, BigDecimal.TEN, BigDecimal.ONE),
                        Money.parse("EUR 4.90"))),
                Money.parse("EUR 50.00")),
            new ShippingMethod.Zone(
                Set.of(),
                List.of(
                    new ShippingMethod.Tier(new BigDecimal("500"), null, Money.parse("EUR 12.00"))),
                null)),
        new ShippingMethod.Days(1, 3),
        true);
  }

  @Test
  void printers_are_kept_as_they_are() {
    kept(stores.printers(), this::printer, Printer::atVersion);
  }

  @Test
  void materials_are_kept_as_they_are() {
    kept(stores.materials(), this::material, Material::atVersion);
  }

  @Test
  void shipping_methods_are_kept_as_they_are() {
    kept(stores.shipping(), this::shipping, ShippingMethod::atVersion);
  }

  private <I extends Id, T extends ShopItem<I>> void kept(
      ShopItems<I, T> items, BiFunction<Shop, String, T> make, BiFunction<T, Long, T> at) {
    Shop shop = added();
    Shop other = added();
    long before = undelivered();
    T second = make.apply(shop, "second");
    T first = make.apply(shop, "first");
    items.add(second, List.of(event(second.id())));
    items.add(first, List.of());
    items.add(make.apply(other, "first"), List.of());
    assertThat(items.find(second.id())).contains(second);
    assertThat(items.of(shop.id())).containsExactly(first, second);
    assertThatExceptionOfType(CodeTakenException.class)
        .isThrownBy(() -> items.add(make.apply(shop, "first"), List.of(event(shop.id()))));

    Map<ShopId, String> stamps = items.stamps();
    assertThat(items.stamps()).isEqualTo(stamps).containsKeys(shop.id(), other.id());

    T saved = items.save(second, List.of(event(second.id())));
    assertThat(saved).isEqualTo(at.apply(second, 2L));
    Map<ShopId, String> afterwards = items.stamps();
    assertThat(afterwards.get(shop.id())).isNotEqualTo(stamps.get(shop.id()));
    assertThat(afterwards.get(other.id())).isEqualTo(stamps.get(other.id()));
    assertThat(items.find(second.id())).contains(saved);
    assertThatExceptionOfType(StaleVersionException.class)
        .isThrownBy(() -> items.save(second, List.of(event(second.id()))));
    assertThatExceptionOfType(StaleVersionException.class)
        .isThrownBy(() -> items.remove(second, List.of(event(second.id()))));
    items.remove(saved, List.of(event(second.id())));
    assertThat(items.of(shop.id())).containsExactly(first);
    assertThat(items.stamps().get(shop.id()))
        .isNotIn(stamps.get(shop.id()), afterwards.get(shop.id()));
    assertThatExceptionOfType(StaleVersionException.class)
        .isThrownBy(() -> items.save(saved, List.of()));
    assertThat(undelivered()).isEqualTo(before + 3);
  }

  private PriceListVersion draft(Shop shop, int number) {
    return new PriceListVersion(
        PriceListId.FORM.next(IDS), shop.id(), 1, number, prices(shop, number), null, NOON);
  }

  private static PriceList prices(Shop shop, int number) {
    return PriceList.of(shop.slug(), shop.slug(), shop.currency())
        .version(number)
        .printers(
            new PriceList.Printer(
                "mk4",
                "MK4",
                PrintProcess.MATERIAL_EXTRUSION,
                PriceList.BuildVolume.of(250, 210, 220),
                new BigDecimal("1.20"),
                PriceList.Power.NONE,
                BigDecimal.TEN,
                List.of(
                    new PriceList.Setting(
                        "PLA",
                        "standard",
                        PrinterPreset.PRUSA_MK3S.profile(FilamentMaterial.PLA)))))
        .materials(
            new PriceList.Material(
                "PLA",
                "PLA",
                new BigDecimal("25.40"),
                new BigDecimal("1.24"),
                BigDecimal.ZERO,
                BigDecimal.ZERO))
        .build();
  }

  private static PriceListVersion from(PriceListVersion draft, @Nullable Instant from) {
    PriceList prices = draft.prices();
    return new PriceListVersion(
        draft.id(),
        draft.shop(),
        draft.version(),
        draft.number(),
        from == null
            ? prices
            : prices.headed(prices.shop(), prices.id(), prices.version(), from, null),
        from,
        draft.createdAt());
  }

  @Test
  void a_draft_changes_and_goes_and_its_number_is_its_own() {
    Shop shop = added();
    assertThat(stores.prices().nextNumber(shop.id())).isEqualTo(1);
    PriceListVersion draft = draft(shop, 1);
    assertThat(stores.prices().add(draft)).isTrue();
    assertThat(stores.prices().add(draft(shop, 1))).isFalse();
    assertThat(stores.prices().find(draft.id())).contains(draft);
    assertThat(stores.prices().nextNumber(shop.id())).isEqualTo(2);
    PriceListVersion saved = stores.prices().save(draft);
    assertThat(saved.version()).isEqualTo(2);
    assertThatExceptionOfType(StaleVersionException.class)
        .isThrownBy(() -> stores.prices().save(draft));
    assertThatExceptionOfType(StaleVersionException.class)
        .isThrownBy(() -> stores.prices().discard(draft));
    assertThat(stores.prices().hasPublished(shop.id())).isFalse();
    stores.prices().discard(saved);
    assertThat(stores.prices().of(shop.id(), Integer.MAX_VALUE, 10)).isEmpty();
  }

  @Test
  void a_published_version_never_changes_and_the_store_says_so() {
    Shop shop = added();
    PriceListVersion draft = draft(shop, 1);
    stores.prices().add(draft);
    PriceListVersion published =
        stores.prices().publish(from(draft, NOON), List.of(event(shop.id()))).orElseThrow();
    assertThat(stores.prices().find(draft.id())).contains(published);
    assertThatExceptionOfType(PriceListFixedException.class)
        .isThrownBy(() -> stores.prices().save(published));
    assertThatExceptionOfType(PriceListFixedException.class)
        .isThrownBy(() -> stores.prices().discard(published));
    assertThatExceptionOfType(PriceListFixedException.class)
        .isThrownBy(() -> stores.prices().publish(from(published, NOON), List.of()));
    assertThatExceptionOfType(PriceListFixedException.class)
        .isThrownBy(() -> stores.prices().withdraw(published, NOON, List.of()));
    PriceListVersion withdrawn =
        stores.prices().withdraw(published, NOON.minusMillis(1), List.of());
    assertThat(withdrawn.isDraft()).isTrue();
    assertThat(stores.prices().hasPublished(shop.id())).isFalse();
  }

  @Test
  void a_version_is_in_force_from_its_moment_until_the_next_ones() {
    Shop shop = added();
    Instant later = NOON.plusSeconds(3600);
    for (int number = 1; number <= 2; number++) {
      PriceListVersion draft = draft(shop, number);
      stores.prices().add(draft);
      assertThat(stores.prices().publish(from(draft, number == 1 ? NOON : later), List.of()))
          .isPresent();
    }
    PriceListVersion third = draft(shop, 3);
    stores.prices().add(third);
    assertThat(stores.prices().publish(from(third, later), List.of())).isEmpty();
    assertThat(stores.prices().find(third.id())).contains(third);

    assertThat(stores.prices().inForce(shop.id(), NOON.minusMillis(1))).isEmpty();
    PriceList first = stores.prices().inForce(shop.id(), later.minusMillis(1)).orElseThrow();
    assertThat(first).isEqualTo(prices(shop, 1).headed(shop.slug(), shop.slug(), 1, NOON, later));
    assertThat(stores.prices().inForce(shop.id(), later).orElseThrow().version()).isEqualTo(2);
    assertThat(stores.prices().of(shop.id(), 3, 10))
        .extracting(PriceListVersion::number)
        .containsExactly(2, 1);
  }
}

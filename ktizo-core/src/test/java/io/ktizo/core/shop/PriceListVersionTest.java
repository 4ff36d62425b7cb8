package io.ktizo.core.shop;

import static io.ktizo.core.shop.ShopFixtures.NOON;
import static io.ktizo.core.shop.ShopFixtures.eur;
import static io.ktizo.core.shop.ShopFixtures.setupOnly;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.ktizo.core.print.LayerEstimator;
import io.ktizo.core.quote.Offer;
import io.ktizo.core.quote.PriceList;
import io.ktizo.core.quote.QuoteRequest;
import io.ktizo.core.quote.Quoting;
import io.ktizo.core.sql.StaleVersionException;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.joda.money.CurrencyUnit;
import org.junit.jupiter.api.Test;

/** Versions of price lists from draft to history. */
class PriceListVersionTest {
  private static final QuoteRequest ONE = QuoteRequest.of(1);

  private final ShopFixtures at = new ShopFixtures();
  private final LayerEstimator estimator = new LayerEstimator();
  private final ManagingPrices prices = new ManagingPrices(at.host, estimator);
  private final Shop shop = at.anApprovedShop();

  private static PriceListVersion done(ManagingPrices.Outcome outcome) {
    assertThat(outcome).isInstanceOf(ManagingPrices.Outcome.Done.class);
    return ((ManagingPrices.Outcome.Done) outcome).version();
  }

  private PriceListVersion draft(String setup) {
    return done(prices.draft(shop, setupOnly(setup)));
  }

  private PriceList inForce(Instant moment) {
    return at.host.prices().inForce(shop.id(), moment).orElseThrow();
  }

  @Test
  void drafts_are_numbered_and_headed_by_the_shop() {
    assertThat(draft("1").number()).isEqualTo(1);
    PriceListVersion second = draft("2");
    assertThat(second.number()).isEqualTo(2);
    assertThat(second.prices().shop()).isEqualTo("schichtwerk");
    assertThat(second.prices().version()).isEqualTo(2);
    assertThat(second.isDraft()).isTrue();
  }

  @Test
  void prices_in_another_currency_are_refused() {
    Shop swiss =
        at.managing.apply(
            at.owner, "alpdruck", CurrencyUnit.CHF, new Shop.Profile("Alpdruck", "", ""));
    assertThat(prices.draft(swiss, setupOnly("1")))
        .isEqualTo(new ManagingPrices.Outcome.WrongCurrency());
  }

  @Test
  void a_version_is_in_force_from_its_date_and_history_stays() {
    done(prices.publish(shop, draft("5.00"), null));
    Instant january = Instant.parse("2027-01-01T00:00:00Z");
    done(prices.publish(shop, draft("6.00"), january));
    assertThat(inForce(NOON).work().setupPerOrder()).isEqualByComparingTo("5");
    assertThat(inForce(january.minusNanos(1_000)).work().setupPerOrder()).isEqualByComparingTo("5");
    assertThat(inForce(january).work().setupPerOrder()).isEqualByComparingTo("6");
    assertThat(inForce(NOON).until()).isEqualTo(january);
    assertThat(inForce(january).until()).isNull();
    at.now = january.plus(Duration.ofDays(400));
    assertThat(inForce(NOON).work().setupPerOrder()).isEqualByComparingTo("5");
  }

  @Test
  void nothing_changes_a_version_whose_moment_has_come() {
    PriceListVersion version = done(prices.publish(shop, draft("5.00"), NOON.plusSeconds(60)));
    at.now = NOON.plusSeconds(60);
    assertThatExceptionOfType(PriceListFixedException.class)
        .isThrownBy(() -> prices.change(shop, version, setupOnly("9")));
    assertThatExceptionOfType(PriceListFixedException.class)
        .isThrownBy(() -> prices.withdraw(version));
    assertThatExceptionOfType(PriceListFixedException.class)
        .isThrownBy(() -> prices.publish(shop, version, NOON.plusSeconds(3600)));
    assertThat(inForce(at.now).work().setupPerOrder()).isEqualByComparingTo("5");
  }

  @Test
  void before_its_moment_it_can_be_taken_back_and_changed() {
    PriceListVersion version = done(prices.publish(shop, draft("5.00"), NOON.plusSeconds(60)));
    PriceListVersion again = prices.withdraw(version);
    assertThat(again.isDraft()).isTrue();
    PriceListVersion changed = done(prices.change(shop, again, setupOnly("7")));
    assertThat(at.host.prices().inForce(shop.id(), NOON.plusSeconds(60))).isEmpty();
    assertThatExceptionOfType(StaleVersionException.class)
        .isThrownBy(() -> prices.change(shop, again, setupOnly("8")));
    assertThat(changed.prices().work().setupPerOrder()).isEqualByComparingTo("7");
  }

  @Test
  void nothing_is_published_for_the_past_or_for_a_moment_that_is_taken() {
    PriceListVersion draft = draft("5.00");
    assertThat(prices.publish(shop, draft, NOON.minusMillis(1)))
        .isEqualTo(new ManagingPrices.Outcome.WrongMoment());
    assertThat(
            prices.publish(
                shop, draft, NOON.plus(ManagingPrices.FARTHEST).plus(Duration.ofDays(1))))
        .isEqualTo(new ManagingPrices.Outcome.WrongMoment());
    assertThat(prices.publish(shop, draft, Instant.MAX))
        .isEqualTo(new ManagingPrices.Outcome.WrongMoment());
    done(prices.publish(shop, draft, NOON));
    assertThat(prices.publish(shop, draft("6.00"), NOON))
        .isEqualTo(new ManagingPrices.Outcome.WrongMoment());
  }

  @Test
  void a_preview_says_what_a_quote_would() {
    PriceList list = draft("7.00").prices();
    at.now = NOON.minus(Duration.ofDays(3_000));
    List<Offer> offers = prices.preview(list, SamplePart.CUBE.model(), ONE);
    assertThat(offers).hasSize(1);
    // Nothing is charged but for setting up.
    assertThat(((Offer.Priced) offers.getFirst()).quote().net()).isEqualTo(eur("7.00"));
    assertThat(((Offer.Priced) offers.getFirst()).quote().net())
        .isEqualTo(
            ((Offer.Priced)
                    Quoting.with(estimator, InstantSource.fixed(NOON))
                        .quote(SamplePart.CUBE.model(), List.of(list), ONE)
                        .getFirst())
                .quote()
                .net());
  }

  @Test
  void a_comparison_tells_what_changes_for_each_part_and_what_comes_and_goes() {
    PriceList before = setupOnly("7.00");
    PriceList after = setupOnly("9.10");
    PriceComparison comparison =
        prices.compare(
            before,
            after,
            Map.of("cube", SamplePart.CUBE.model(), "plate", SamplePart.PLATE.model()),
            ONE);
    assertThat(comparison.rows()).hasSize(2);
    for (PriceComparison.Row row : comparison.rows()) {
      assertThat(row.before()).isEqualTo(new PriceComparison.Answer.Price(eur("7.00")));
      assertThat(row.difference()).contains(eur("2.10"));
      assertThat(row.share()).contains(new BigDecimal("0.3000"));
    }
    PriceList renamed =
        after.equipped(
            List.of(
                new PriceList.Printer(
                    "mk4",
                    "MK4",
                    after.printers().getFirst().process(),
                    after.printers().getFirst().buildVolume(),
                    BigDecimal.ZERO,
                    PriceList.Power.NONE,
                    BigDecimal.TEN,
                    after.printers().getFirst().settings())),
            after.materials());
    assertThat(prices.compare(before, renamed, Map.of("cube", SamplePart.CUBE.model()), ONE).rows())
        .satisfiesExactly(
            gone -> {
              assertThat(gone.after()).isEqualTo(new PriceComparison.Answer.Nothing());
              assertThat(gone.difference()).isEmpty();
            },
            come -> assertThat(come.before()).isEqualTo(new PriceComparison.Answer.Nothing()));
  }

  @Test
  void a_draft_from_the_equipment_has_its_machines_and_the_present_terms() {
    assertThat(prices.draftFromEquipment(shop))
        .isEqualTo(new ManagingPrices.Outcome.NothingToPrint());
    done(prices.publish(shop, draft("5.00"), null));
    at.host.printers().add(ShopFixtures.aPrinter(shop), List.of());
    at.host.materials().add(ShopFixtures.aMaterial(shop), List.of());
    PriceList list = done(prices.draftFromEquipment(shop)).prices();
    assertThat(list.work().setupPerOrder()).isEqualByComparingTo("5");
    assertThat(list.printers().getFirst().hourlyRate()).isEqualByComparingTo("2");
    // Two printers, day and night.
    assertThat(list.printers().getFirst().hoursPerDay()).isEqualByComparingTo("48");
    assertThat(list.materials().getFirst().pricePerKilogram()).isEqualByComparingTo("25");
  }

  @Test
  void sample_parts_have_the_volumes_that_their_measures_give() {
    assertThat(SamplePart.CUBE.model().facts().volumeMm3()).isEqualTo(8_000);
    assertThat(SamplePart.PLATE.model().facts().volumeMm3()).isEqualTo(18_000);
    assertThat(SamplePart.TOWER.model().facts().volumeMm3()).isEqualTo(21_600);
    assertThat(SamplePart.BRACKET.model().facts().volumeMm3()).isEqualTo(10_500);
    assertThat(SamplePart.BLOCK.model().facts().volumeMm3()).isEqualTo(378_000);
    for (SamplePart part : SamplePart.values()) {
      assertThat(part.model().facts().reservations()).isEmpty();
    }
  }
}

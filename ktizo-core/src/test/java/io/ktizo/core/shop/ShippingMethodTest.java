package io.ktizo.core.shop;

import static io.ktizo.core.shop.ShopFixtures.eur;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.ktizo.core.shop.ShippingMethod.Offer;
import io.ktizo.core.shop.ShippingMethod.Parcel;
import io.ktizo.core.shop.ShippingMethod.Reason;
import io.ktizo.core.shop.ShippingMethod.Size;
import io.ktizo.core.shop.ShippingMethod.Tier;
import io.ktizo.core.shop.ShippingMethod.Zone;
import java.math.BigDecimal;
import java.util.List;
import java.util.Set;
import org.joda.money.CurrencyUnit;
import org.joda.money.Money;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What sending a parcel costs, and why it is not sent, up to the gram, the millimetre, the cent.
 */
class ShippingMethodTest {
  private static final Size SHOEBOX = size("350", "250", "100");
  private static final Size SMALL = size("10", "10", "10");

  private static Size size(String x, String y, String z) {
    return new Size(new BigDecimal(x), new BigDecimal(y), new BigDecimal(z));
  }

  private static Tier tier(String grams, @Nullable Size upTo, String price) {
    return new Tier(new BigDecimal(grams), upTo, eur(price));
  }

  private static Zone zone(Set<String> countries, @Nullable Money freeAbove, Tier... tiers) {
    return new Zone(countries, List.of(tiers), freeAbove);
  }

  private static ShippingMethod delivery(boolean offered, Zone... zones) {
    return new ShippingMethod(
        ShippingMethodId.FORM.next(ShopFixtures.IDS),
        ShopId.FORM.next(ShopFixtures.IDS),
        1,
        "parcel",
        "Parcel",
        ShippingMethod.Kind.DELIVERY,
        List.of(zones),
        new ShippingMethod.Days(1, 3),
        offered);
  }

  private static final ShippingMethod HOME =
      delivery(
          true,
          zone(
              Set.of("DE"),
              eur("60.00"),
              tier("2000", SHOEBOX, "4.90"),
              tier("20000", null, "9.90")));

  private static Offer offer(
      ShippingMethod method, String country, String grams, Size size, String goods) {
    return method.offer(new Parcel(country, new BigDecimal(grams), size, eur(goods)));
  }

  private static Offer price(String amount) {
    return new Offer.Price(eur(amount));
  }

  private static Offer not(Reason reason) {
    return new Offer.Not(reason);
  }

  @ParameterizedTest
  @CsvSource({
    "0.001, 4.90",
    "1999.999, 4.90",
    "2000, 4.90",
    "2000.001, 9.90",
    "20000, 9.90",
  })
  void a_tier_takes_parcels_up_to_and_with_its_weight(String grams, String expected) {
    assertThat(offer(HOME, "DE", grams, SMALL, "1.00")).isEqualTo(price(expected));
  }

  @Test
  void what_is_heavier_than_the_last_tier_is_not_sent() {
    assertThat(offer(HOME, "DE", "20000.001", SMALL, "1.00")).isEqualTo(not(Reason.WEIGHT));
  }

  @ParameterizedTest
  @CsvSource({
    "350, 250, 100",
    "350, 100, 250",
    "250, 350, 100",
    "250, 100, 350",
    "100, 350, 250",
    "100, 250, 350",
  })
  void a_box_fits_in_whichever_way_it_is_turned(String x, String y, String z) {
    assertThat(offer(HOME, "DE", "500", size(x, y, z), "1.00")).isEqualTo(price("4.90"));
    // One side a hair longer than the longest, the middle or the shortest.
    BigDecimal more = new BigDecimal("0.001");
    Size longer = new Size(new BigDecimal(x).add(more), new BigDecimal(y), new BigDecimal(z));
    assertThat(offer(HOME, "DE", "500", longer, "1.00")).isEqualTo(price("9.90"));
  }

  @Test
  void a_parcel_of_small_volume_that_is_too_long_does_not_fit() {
    ShippingMethod letters = delivery(true, zone(Set.of(), null, tier("2000", SHOEBOX, "4.90")));
    assertThat(offer(letters, "FR", "10", size("351", "1", "1"), "1.00"))
        .isEqualTo(not(Reason.SIZE));
    assertThat(offer(letters, "FR", "2001", size("351", "1", "1"), "1.00"))
        .as("its weight is told first: no smaller box would help")
        .isEqualTo(not(Reason.WEIGHT));
  }

  @ParameterizedTest
  @CsvSource({"59.99, 4.90", "60.00, 0.00", "60.01, 0.00"})
  void it_is_free_from_the_very_amount_on(String goods, String expected) {
    assertThat(offer(HOME, "DE", "500", SMALL, goods)).isEqualTo(price(expected));
  }

  @Test
  void what_cannot_be_sent_is_not_sent_for_free_either() {
    assertThat(offer(HOME, "DE", "20001", SMALL, "1000.00")).isEqualTo(not(Reason.WEIGHT));
    assertThat(offer(HOME, "FR", "500", SMALL, "1000.00")).isEqualTo(not(Reason.COUNTRY));
  }

  @Test
  void a_country_belongs_to_the_first_zone_that_names_it() {
    Zone neighbours = zone(Set.of("DE", "FR"), null, tier("1000", null, "7.00"));
    Zone home = zone(Set.of("DE"), null, tier("5000", null, "3.00"));
    Zone world = zone(Set.of(), null, tier("9000", null, "20.00"));

    ShippingMethod method = delivery(true, neighbours, home, world);
    assertThat(offer(method, "DE", "1000", SMALL, "1.00")).isEqualTo(price("7.00"));
    assertThat(offer(method, "DE", "1001", SMALL, "1.00"))
        .as("no second zone is asked")
        .isEqualTo(not(Reason.WEIGHT));
    assertThat(offer(method, "JP", "1001", SMALL, "1.00")).isEqualTo(price("20.00"));

    ShippingMethod turned = delivery(true, home, neighbours, world);
    assertThat(offer(turned, "DE", "1001", SMALL, "1.00")).isEqualTo(price("3.00"));
    assertThat(offer(turned, "FR", "1000", SMALL, "1.00")).isEqualTo(price("7.00"));
    assertThat(offer(delivery(true, world, home), "DE", "9000", SMALL, "1.00"))
        .as("everywhere is here, too")
        .isEqualTo(price("20.00"));
  }

  @Test
  void what_is_not_offered_is_not_sent_wherever_it_should_go() {
    ShippingMethod method = delivery(false, zone(Set.of("DE"), null, tier("1000", null, "7.00")));
    assertThat(offer(method, "DE", "1", SMALL, "1.00")).isEqualTo(not(Reason.NOT_OFFERED));
    assertThat(offer(method, "FR", "1", SMALL, "1.00")).isEqualTo(not(Reason.NOT_OFFERED));
  }

  @Test
  void who_comes_for_it_pays_nothing_however_large_it_is() {
    ShippingMethod pickup =
        new ShippingMethod(
            ShippingMethodId.FORM.next(ShopFixtures.IDS),
            ShopId.FORM.next(ShopFixtures.IDS),
            1,
            "pickup",
            "Pickup",
            ShippingMethod.Kind.PICKUP,
            List.of(),
            new ShippingMethod.Days(0, 0),
            true);
    assertThat(
            pickup.offer(
                new Parcel(
                    "JP",
                    new BigDecimal("9000000"),
                    size("90000", "90000", "90000"),
                    Money.ofMinor(CurrencyUnit.JPY, 1))))
        .isEqualTo(new Offer.Price(Money.zero(CurrencyUnit.JPY)));
  }

  @Test
  void what_contradicts_itself_never_becomes_a_method() {
    Zone home = zone(Set.of("DE"), null, tier("1000", null, "7.00"));
    assertThatIllegalArgumentException().isThrownBy(() -> delivery(true));
    assertThatIllegalArgumentException().isThrownBy(() -> zone(Set.of("XX"), null));
    assertThatIllegalArgumentException().isThrownBy(() -> zone(Set.of("DE"), null));
    assertThatIllegalArgumentException().isThrownBy(() -> tier("0", null, "1.00"));
    assertThatIllegalArgumentException().isThrownBy(() -> tier("1", null, "-0.01"));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                delivery(
                    true,
                    home,
                    new Zone(
                        Set.of(),
                        List.of(
                            new Tier(BigDecimal.ONE, null, Money.ofMinor(CurrencyUnit.JPY, 100))),
                        null)));
    assertThatIllegalArgumentException().isThrownBy(() -> new ShippingMethod.Days(3, 2));
  }
}

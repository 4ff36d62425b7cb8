package io.ktizo.core.shop;

import java.time.Instant;
import java.util.regex.Pattern;
import org.joda.money.CurrencyUnit;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who prints for others. Immutable; the methods that change something give a changed copy,
 * which {@link Shops#save} keeps under the next version.
 *
 * @param id of the Shop
 * @param version of the row, from 1
 * @param slug its name in addresses and price lists, never changed: 3 to 40 small letters, digits
 *     and single dashes, beginning with a letter
 * @param currency of all its prices, never changed
 * @param profile what customers read
 * @param business who stands behind it; {@code null} until told
 * @param terms its terms of sale, at most 50,000 characters; empty until told
 * @param state where it stands
 * @param reason why staff refused or suspended it; empty in other states
 * @param holidayUntil first moment after the holiday; {@code null} if none is set
 * @param appliedAt when it came
 * @param stateSince when it got into this state
 */
public record Shop(
    ShopId id,
    long version,
    String slug,
    CurrencyUnit currency,
    Profile profile,
    @Nullable Business business,
    String terms,
    ShopState state,
    String reason,
    @Nullable Instant holidayUntil,
    Instant appliedAt,
    Instant stateSince) {
  private static final Pattern SLUG = Pattern.compile("(?=.{3,40}$)[a-z][a-z0-9]*(?:-[a-z0-9]+)*");

  /**
   * What customers read.
   *
   * @param name 1 to 80 characters
   * @param place where it prints, at most 100 characters; may be empty
   * @param about a few sentences, at most 2,000 characters; may be empty
   */
  public record Profile(String name, String place, String about) {
    public Profile {
      name = Check.line("name", name.strip(), 80);
      place = place.isBlank() ? "" : Check.line("place", place.strip(), 100);
      about = Check.lines("about", about.strip(), 2_000);
    }
  }

  public Shop {
    if (!isSlug(slug)) {
      throw new IllegalArgumentException(
          "slug has 3 to 40 small letters, digits and single dashes, beginning with a letter");
    }
    terms = Check.lines("terms", terms, 50_000);
    reason = Check.lines("reason", reason, 500);
    if (holidayUntil != null && state != ShopState.ON_HOLIDAY) {
      throw new IllegalArgumentException("an end of a holiday without a holiday");
    }
  }

  /** Whether this can be a Shop's name in addresses. */
  public static boolean isSlug(String text) {
    return text.length() <= 40 && SLUG.matcher(text).matches();
  }

  /** Whether customers may buy, as far as the state decides. */
  public boolean maySell() {
    return state == ShopState.APPROVED;
  }

  Shop withProfile(Profile next) {
    return copy(version, next, business, terms, state, reason, holidayUntil, stateSince);
  }

  Shop withBusiness(@Nullable Business next) {
    return copy(version, profile, next, terms, state, reason, holidayUntil, stateSince);
  }

  Shop withTerms(String next) {
    return copy(version, profile, business, next, state, reason, holidayUntil, stateSince);
  }

  Shop moved(ShopTransition row, String why, @Nullable Instant until, Instant at) {
    return copy(
        version,
        profile,
        business,
        terms,
        row.to(),
        why,
        until,
        row.to() == state ? stateSince : at);
  }

  /** The Shop as the store keeps it after saving. */
  public Shop atVersion(long next) {
    return copy(next, profile, business, terms, state, reason, holidayUntil, stateSince);
  }

  private Shop copy(
      long newVersion,
      Profile newProfile,
      @Nullable Business newBusiness,
      String newTerms,
      ShopState newState,
      String newReason,
      @Nullable Instant newHolidayUntil,
      Instant newStateSince) {
    return new Shop(
        id,
        newVersion,
        slug,
        currency,
        newProfile,
        newBusiness,
        newTerms,
        newState,
        newReason,
        newHolidayUntil,
        appliedAt,
        newStateSince);
  }

  /** Without what people wrote. */
  @Override
  public String toString() {
    return "Shop[" + id + ", version=" + version + ", " + state + "]";
  }
}

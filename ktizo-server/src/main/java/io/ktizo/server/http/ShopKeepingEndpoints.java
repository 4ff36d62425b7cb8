package io.ktizo.server.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.ktizo.core.account.EmailAddress;
import io.ktizo.core.account.Permissions.Action;
import io.ktizo.core.account.ShopRole;
import io.ktizo.core.shop.Business;
import io.ktizo.core.shop.Country;
import io.ktizo.core.shop.ManagingShop;
import io.ktizo.core.shop.Member;
import io.ktizo.core.shop.PostalAddress;
import io.ktizo.core.shop.Shop;
import io.ktizo.core.shop.ShopId;
import io.ktizo.core.shop.ShopState;
import io.ktizo.core.shop.Shops;
import io.ktizo.core.shop.SlugTakenException;
import io.ktizo.core.shop.VatId;
import jakarta.validation.constraints.Size;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.joda.money.CurrencyUnit;
import org.joda.money.IllegalCurrencyException;
import org.jspecify.annotations.Nullable;

/** What a Shop tells of itself: applying, one's own Shops, profile, business, terms. */
public final class ShopKeepingEndpoints {
  private final Shops shops;
  private final ShopDoor door;
  private final ManagingShop managing;
  private final ShopView view;
  private final Runnable changed;

  /**
   * Over these use cases.
   *
   * @param changed called when other Shops may sell
   */
  public ShopKeepingEndpoints(Shops shops, ManagingShop managing, Runnable changed) {
    this.shops = shops;
    this.door = new ShopDoor(shops);
    this.managing = managing;
    this.view = new ShopView(managing);
    this.changed = changed;
  }

  /** The routes. */
  public List<Route> routes() {
    return List.of(
        Route.post("/api/v1/shops", Access.to(Action.APPLY_FOR_SHOP), this::apply).asOne(),
        Route.get("/api/v1/account/shops", Access.to(Action.SEE_ACCOUNT), this::own),
        Route.get("/api/v1/shops/{shop}", Access.to(Action.SEE_PRICE_LISTS), this::see),
        Route.put(
            "/api/v1/shops/{shop}/profile", Access.to(Action.CHANGE_SHOP_PROFILE), this::profile),
        Route.get(
            "/api/v1/shops/{shop}/business", Access.to(Action.SEE_PRICE_LISTS), this::seeBusiness),
        Route.get("/api/v1/shops/{shop}/terms", Access.to(Action.SEE_PRICE_LISTS), this::seeTerms),
        Route.put(
            "/api/v1/shops/{shop}/business", Access.to(Action.CHANGE_SHOP_PROFILE), this::business),
        Route.put(
            "/api/v1/shops/{shop}/terms", Access.to(Action.CHANGE_SHOP_PROFILE), this::terms));
  }

  /** Who asks to be let in. */
  record Application(
      @Size(min = 3, max = 40) String slug,
      @Size(min = 3, max = 3) String currency,
      @PlainText @Size(max = 80) String name) {}

  private Answer apply(Call call) throws IOException {
    call.require(Action.APPLY_FOR_SHOP, Standing.anybody());
    Application wanted = call.body(Application.class);
    if (!Shop.isSlug(wanted.slug())) {
      throw wrong("/slug", "Small letters, digits and single dashes, beginning with a letter.");
    }
    CurrencyUnit currency;
    try {
      currency = CurrencyUnit.of(wanted.currency());
    } catch (IllegalCurrencyException e) {
      throw wrong("/currency", "This must be a currency of ISO 4217.");
    }
    try {
      Shop shop =
          managing.apply(
              call.account(), wanted.slug(), currency, new Shop.Profile(wanted.name(), "", ""));
      return view.answer(201, shop).with("Location", "/api/v1/shops/" + shop.id());
    } catch (SlugTakenException e) {
      throw new ProblemException(
          Problem.conflict("shop.slug-taken", "Another Shop has this slug.", "Choose another."));
    }
  }

  private static ProblemException wrong(String pointer, String message) {
    return new ProblemException(Problem.invalid(List.of(fault(pointer, message))));
  }

  /** A Shop to which somebody belongs. */
  record Own(ShopId id, String slug, String name, ShopState state, ShopRole role) {
    static Own of(Member member, Shop shop) {
      return new Own(shop.id(), shop.slug(), shop.profile().name(), shop.state(), member.role());
    }
  }

  private Answer own(Call call) {
    call.require(Action.SEE_ACCOUNT, Standing.ownIf(true));
    List<Own> items =
        shops.memberships(call.account()).stream().flatMap(member -> own(member).stream()).toList();
    return Answer.json(200, new Page.Of<>(items, null));
  }

  private Optional<Own> own(Member member) {
    return shops.find(member.shop()).map(shop -> Own.of(member, shop));
  }

  private Answer see(Call call) {
    return view.answer(200, door.shop(call, Action.SEE_PRICE_LISTS));
  }

  /** What customers read. */
  record ProfileChange(
      @PlainText @Size(max = 80) String name,
      @Size(max = 100) String place,
      @Size(max = 2_000) String about) {}

  private Answer profile(Call call) throws IOException {
    Shop shop = door.shop(call, Action.CHANGE_SHOP_PROFILE);
    call.requireVersion(shop.version());
    ProfileChange wanted = call.body(ProfileChange.class);
    Shop.Profile profile;
    try {
      profile = new Shop.Profile(wanted.name(), wanted.place(), wanted.about());
    } catch (IllegalArgumentException e) {
      throw wrong("", String.valueOf(e.getMessage()));
    }
    Shop saved = managing.changeProfile(shop, profile);
    changed.run();
    return view.answer(200, saved);
  }

  /**
   * Who stands behind the Shop; parts of the address that its country does not ask for may be
   * empty.
   */
  record BusinessChange(
      Business.LegalForm form,
      @PlainText @Size(max = 200) String legalName,
      @Size(max = 100) String registration,
      @Nullable @PlainText @Size(max = 40) String vatId,
      @Size(max = 200) String street,
      @Size(max = 20) String postCode,
      @Size(max = 100) String city,
      @Size(max = 100) String region,
      @Size(min = 2, max = 2) String country,
      @Size(max = 254) String contact) {
    static BusinessChange of(Business business) {
      VatId vatId = business.vatId();
      PostalAddress address = business.address();
      return new BusinessChange(
          business.form(),
          business.legalName(),
          business.registration(),
          vatId == null ? null : vatId.text(),
          address.street(),
          address.postCode(),
          address.city(),
          address.region(),
          address.country(),
          business.contact().text());
    }
  }

  /** Who stands behind the Shop, as it was told; {@code null} until it was. */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  record ToldBusiness(@Nullable BusinessChange business) {}

  private Answer seeBusiness(Call call) {
    Shop shop = door.shop(call, Action.SEE_PRICE_LISTS);
    Business business = shop.business();
    return Answer.json(200, new ToldBusiness(business == null ? null : BusinessChange.of(business)))
        .version(shop.version());
  }

  private Answer seeTerms(Call call) {
    Shop shop = door.shop(call, Action.SEE_PRICE_LISTS);
    return Answer.json(200, new TermsChange(shop.terms())).version(shop.version());
  }

  private Answer business(Call call) throws IOException {
    Shop shop = door.shop(call, Action.CHANGE_SHOP_PROFILE);
    call.requireVersion(shop.version());
    BusinessChange wanted = call.body(BusinessChange.class);
    return view.answer(200, managing.changeBusiness(shop, business(wanted)));
  }

  /**
   * What was told, as core wants it.
   *
   * @throws ProblemException with each fault at its field
   */
  private static Business business(BusinessChange wanted) {
    if (!Country.isKnown(wanted.country())) {
      throw wrong("/country", "This must be two capital letters of ISO 3166-1, for instance DE.");
    }
    List<Problem.Field> faults = new ArrayList<>();
    Country.required(wanted.country()).stream()
        .sorted()
        .filter(part -> written(wanted, part).isBlank())
        .forEach(
            part -> faults.add(fault(pointer(part), "An address in this country needs this.")));
    Optional<EmailAddress> contact = EmailAddress.parse(wanted.contact());
    if (contact.isEmpty()) {
      faults.add(fault("/contact", "This must be an e-mail address."));
    }
    VatId vatId = null;
    String told = wanted.vatId();
    if (told != null) {
      try {
        vatId = VatId.parse(wanted.country(), told);
      } catch (IllegalArgumentException e) {
        faults.add(fault("/vatId", "This has not the form of a VAT id of this country."));
      }
    }
    if (!faults.isEmpty()) {
      throw new ProblemException(Problem.invalid(faults));
    }
    try {
      return new Business(
          wanted.form(),
          wanted.legalName(),
          wanted.registration(),
          vatId,
          new PostalAddress(
              wanted.street(), wanted.postCode(), wanted.city(), wanted.region(), wanted.country()),
          contact.orElseThrow());
    } catch (IllegalArgumentException e) {
      throw wrong("", String.valueOf(e.getMessage()));
    }
  }

  private static String written(BusinessChange wanted, Country.Part part) {
    return switch (part) {
      case STREET -> wanted.street();
      case POST_CODE -> wanted.postCode();
      case CITY -> wanted.city();
      case REGION -> wanted.region();
    };
  }

  private static String pointer(Country.Part part) {
    return switch (part) {
      case STREET -> "/street";
      case POST_CODE -> "/postCode";
      case CITY -> "/city";
      case REGION -> "/region";
    };
  }

  private static Problem.Field fault(String pointer, String message) {
    return new Problem.Field(pointer, "bad-format", message);
  }

  /** Terms of sale. */
  record TermsChange(@Size(max = 50_000) String text) {}

  private Answer terms(Call call) throws IOException {
    Shop shop = door.shop(call, Action.CHANGE_SHOP_PROFILE);
    call.requireVersion(shop.version());
    String text = Body.read(ShopDoor.document(call), TermsChange.class).text();
    try {
      return view.answer(200, managing.changeTerms(shop, text));
    } catch (IllegalArgumentException e) {
      throw wrong("/text", String.valueOf(e.getMessage()));
    }
  }
}

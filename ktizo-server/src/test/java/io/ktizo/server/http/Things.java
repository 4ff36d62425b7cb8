package io.ktizo.server.http;

import io.ktizo.core.account.AccountId;
import io.ktizo.core.account.CredentialId;
import io.ktizo.core.account.EmailAddress;
import io.ktizo.core.account.Passkey;
import io.ktizo.core.account.PasskeyId;
import io.ktizo.core.account.Permissions.Relation;
import io.ktizo.core.account.ShopRole;
import io.ktizo.core.event.EventId;
import io.ktizo.core.event.JdbcOutbox;
import io.ktizo.core.id.TimeOrderedIds;
import io.ktizo.core.print.FilamentMaterial;
import io.ktizo.core.print.LayerEstimator;
import io.ktizo.core.print.PrinterPreset;
import io.ktizo.core.quote.PriceList;
import io.ktizo.core.quote.PrintProcess;
import io.ktizo.core.shop.Grams;
import io.ktizo.core.shop.Invitation;
import io.ktizo.core.shop.ManagingPrices;
import io.ktizo.core.shop.ManagingStaff;
import io.ktizo.core.shop.Material;
import io.ktizo.core.shop.MaterialId;
import io.ktizo.core.shop.Member;
import io.ktizo.core.shop.PrintCalendar;
import io.ktizo.core.shop.Printer;
import io.ktizo.core.shop.PrinterId;
import io.ktizo.core.shop.ShippingMethod;
import io.ktizo.core.shop.ShippingMethodId;
import io.ktizo.core.shop.Shop;
import io.ktizo.core.shop.ShopEnvironment;
import io.ktizo.core.shop.ShopId;
import io.ktizo.core.shop.Shops;
import io.ktizo.core.shop.Spool;
import io.ktizo.core.shop.SpoolId;
import io.ktizo.core.sql.Database;
import io.ktizo.core.sql.H2Address;
import io.ktizo.core.store.JdbcPasskeys;
import io.ktizo.core.store.JdbcWebhooks;
import io.ktizo.core.store.ShopStores;
import io.ktizo.core.webhook.Sealed;
import io.ktizo.core.webhook.Webhook;
import io.ktizo.core.webhook.WebhookDelivery;
import io.ktizo.core.webhook.WebhookDeliveryId;
import io.ktizo.core.webhook.WebhookId;
import io.ktizo.payments.Allocation;
import io.ktizo.payments.Payable;
import io.ktizo.payments.PayableId;
import io.ktizo.payments.PayeeId;
import io.ktizo.payments.RefundRequest;
import io.ktizo.payments.store.JdbcPayments;
import io.ktizo.server.Browser;
import io.ktizo.server.DemoShops;
import io.ktizo.server.StlFiles;
import io.ktizo.server.TestServer;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import org.joda.money.Money;

/**
 * The objects that the parameters in paths name, for {@link AuthorizationMatrixTest}: whoever adds
 * a route with a new parameter adds one line to {@link #all}, under the path up to the parameter.
 */
final class Things {
  private final TestServer server;
  private final Path data;
  private final Browser stranger;
  private final Random random = new Random(7);
  private final TimeOrderedIds ids = new TimeOrderedIds(InstantSource.system(), random);
  private final Map<String, String> shops = new HashMap<>();
  private final List<Map.Entry<AccountId, PasskeyId>> planted = new ArrayList<>();
  private final Map<String, String> drafts = new HashMap<>();
  private final Map<String, Webhook> webhooks = new HashMap<>();
  private final Map<String, WebhookDelivery> deliveries = new HashMap<>();
  private final Map<String, Equipment> equipment = new HashMap<>();

  /**
   * Things of a server.
   *
   * @param data its folder
   * @param stranger a member whose things are somebody else's for everybody else
   */
  Things(TestServer server, Path data, Browser stranger) {
    this.server = server;
    this.data = data;
    this.stranger = stranger;
  }

  /** One kind of thing. */
  @FunctionalInterface
  interface Thing {
    /**
     * A thing that is there.
     *
     * @param caller who will ask for it
     * @param relation how he stands to it
     * @return its id as it stands in the path; nothing if no thing of the kind can stand so to him
     */
    Optional<String> of(Browser caller, Relation relation);
  }

  /** All of them, by the path up to their parameter. */
  Map<String, Thing> all() {
    return Map.ofEntries(
        Map.entry("/api/v1/models/{id}", this::model),
        Map.entry("/api/v1/quotes/{id}", this::quote),
        Map.entry("/api/v1/sessions/{session}", this::session),
        Map.entry("/api/v1/api-keys/{key}", this::key),
        Map.entry("/api/v1/account/passkeys/{passkey}", this::passkey),
        Map.entry("/api/v1/members/{member}", this::member),
        Map.entry("/api/v1/files/{id}", this::file),
        Map.entry("/api/v1/uploads/{id}", this::upload),
        Map.entry("/api/v1/shops/{shop}", this::shop),
        Map.entry("/api/v1/shops/{shop}/price-lists/{priceList}", this::priceList),
        Map.entry("/api/v1/account/shops/{shop}", this::shop),
        Map.entry("/api/v1/shops/{shop}/members/{member}", this::shopMember),
        Map.entry("/api/v1/shops/{shop}/invitations/{invitation}", this::invitation),
        Map.entry("/api/v1/shops/{shop}/webhooks/{webhook}", this::webhook),
        Map.entry("/api/v1/shops/{shop}/webhooks/{webhook}/deliveries/{delivery}", this::delivery),
        Map.entry("/api/v1/shops/{shop}/printers/{printer}", of(Equipment::printer)),
        Map.entry("/api/v1/shops/{shop}/printers/{printer}/settings/{material}", code("PLA")),
        Map.entry(
            "/api/v1/shops/{shop}/printers/{printer}/settings/{material}/{quality}",
            code("standard")),
        Map.entry("/api/v1/shops/{shop}/materials/{material}", of(Equipment::material)),
        Map.entry("/api/v1/shops/{shop}/spools/{spool}", of(Equipment::spool)),
        Map.entry("/api/v1/shops/{shop}/shipping-methods/{method}", of(Equipment::shipping)),
        Map.entry("/api/v1/shops/{shop}/years/{year}", this::year),
        Map.entry("/api/v1/payables/{payable}", this::payable),
        Map.entry("/api/v1/payables/{payable}/refunds/{refund}", this::refund),
        Map.entry("/api/v1/parked-events/{event}", this::event));
  }

  /** Whoever knows its id is its owner. */
  private Optional<String> model(Browser caller, Relation relation) {
    return relation == Relation.OWN
        ? Optional.of(server.modelId(StlFiles.cube(20)))
        : Optional.empty();
  }

  private Optional<String> quote(Browser caller, Relation relation) {
    return model(caller, relation)
        .map(id -> TestServer.json(server.ask("{\"model\":\"" + id + "\"}")).get("id").textValue());
  }

  private Optional<String> session(Browser caller, Relation relation) {
    return owner(caller, relation)
        .map(
            owner ->
                TestServer.json(Browser.expect(200, owner.get("/api/v1/session")))
                    .get("id")
                    .textValue());
  }

  private Optional<String> key(Browser caller, Relation relation) {
    return owner(caller, relation)
        .flatMap(
            owner ->
                Optional.ofNullable(
                        TestServer.json(Browser.expect(200, owner.get("/api/v1/api-keys")))
                            .get("items")
                            .get(0))
                    .map(key -> key.get("id").textValue()));
  }

  private Optional<String> member(Browser caller, Relation relation) {
    return owner(caller, relation).map(Browser::accountId);
  }

  /** Whose thing it is; nobody's if the caller is not signed in and it should be his own. */
  private Optional<Browser> owner(Browser caller, Relation relation) {
    return switch (relation) {
      case OWN -> caller.cookie().isPresent() ? Optional.of(caller) : Optional.empty();
      case FOREIGN -> Optional.of(stranger);
      case ANYBODY, HIS_SHOP -> Optional.empty();
    };
  }

  private Optional<String> passkey(Browser caller, Relation relation) {
    return owner(caller, relation)
        .map(
            owner -> {
              byte[] credential = new byte[32];
              random.nextBytes(credential);
              PasskeyId id = PasskeyId.FORM.next(ids);
              new JdbcPasskeys(server.database())
                  .add(
                      new Passkey(
                          id,
                          AccountId.FORM.parse(owner.accountId()),
                          new CredentialId(credential),
                          "pQECAyYgASFYIA",
                          0,
                          "a key",
                          server.now(),
                          null));
              planted.add(Map.entry(AccountId.FORM.parse(owner.accountId()), id));
              return id.toString();
            });
  }

  /** Lets people sign in with their passwords again. */
  void removePasskeys() {
    JdbcPasskeys passkeys = new JdbcPasskeys(server.database());
    planted.forEach(passkey -> passkeys.remove(passkey.getKey(), passkey.getValue()));
    planted.clear();
  }

  private Optional<String> file(Browser caller, Relation relation) {
    return owner(caller, relation)
        .map(
            owner ->
                send(owner, StlFiles.cube(20)).headers().firstValue("Ktizo-File").orElseThrow());
  }

  /** An upload is told apart by who sends it: what is another's is not there. */
  private Optional<String> upload(Browser caller, Relation relation) {
    if (relation != Relation.ANYBODY) {
      return Optional.empty();
    }
    return Optional.of(created(send(owner(caller, Relation.OWN).orElse(stranger), new byte[0])));
  }

  private HttpResponse<byte[]> send(Browser owner, byte[] content) {
    return Browser.expect(
        201,
        server.send(
            owner
                .withCookie(
                    HttpRequest.newBuilder(server.uri("/api/v1/uploads"))
                        .header("Sec-Fetch-Site", "same-origin")
                        .header("Tus-Resumable", "1.0.0")
                        .header("Upload-Length", content.length == 0 ? "100" : "" + content.length)
                        .header("Content-Type", "application/offset+octet-stream"))
                .POST(BodyPublishers.ofByteArray(content))
                .build()));
  }

  /** Somebody's new Shop, in which he has a role. */
  String openShop(Browser member, ShopRole role) {
    Browser owner = role == ShopRole.OWNER ? member : Browser.signedIn(server);
    String slug = "shop-" + shops.size();
    String id =
        created(
            owner.post(
                "/api/v1/shops",
                "{\"slug\":\"" + slug + "\",\"currency\":\"EUR\",\"name\":\"A Shop\"}"));
    if (role != ShopRole.OWNER) {
      Shops stored = environment().shops();
      Shop shop = stored.find(ShopId.FORM.parse(id)).orElseThrow();
      stored.saveMember(
          shop,
          new Member(shop.id(), AccountId.FORM.parse(member.accountId()), role, server.now()),
          List.of());
    }
    shops.put(member.accountId(), id);
    return id;
  }

  private Optional<String> shop(Browser caller, Relation relation) {
    return switch (relation) {
      case HIS_SHOP ->
          caller.cookie().isPresent()
              ? Optional.ofNullable(shops.get(caller.accountId()))
              : Optional.empty();
      case FOREIGN ->
          Optional.of(
              Optional.ofNullable(shops.get(stranger.accountId()))
                  .orElseGet(() -> openShop(stranger, ShopRole.OWNER)));
      case ANYBODY, OWN -> Optional.empty();
    };
  }

  /** One draft for each Shop: without If-Match nobody changes it. */
  private Optional<String> priceList(Browser caller, Relation relation) {
    return shop(caller, relation).map(shop -> drafts.computeIfAbsent(shop, this::draft));
  }

  /** Somebody who belongs to the Shop; the caller himself if it is his. */
  private Optional<String> shopMember(Browser caller, Relation relation) {
    return shop(caller, relation)
        .map(shop -> (relation == Relation.FOREIGN ? stranger : caller).accountId());
  }

  /** One that is open; without a version, whoever may takes it back. */
  private Optional<String> invitation(Browser caller, Relation relation) {
    return shop(caller, relation)
        .map(
            shop -> {
              ShopId id = ShopId.FORM.parse(shop);
              ManagingStaff staff = new ManagingStaff(environment());
              return staff.open(id).stream()
                  .findFirst()
                  .orElseGet(() -> invited(staff, id))
                  .id()
                  .toString();
            });
  }

  private Invitation invited(ManagingStaff staff, ShopId shop) {
    EmailAddress email = new EmailAddress("i" + random.nextInt() + "@mail.test");
    AccountId by = AccountId.FORM.parse(stranger.accountId());
    return ((ManagingStaff.Invited.Done) staff.invite(shop, by, email, ShopRole.OPERATOR))
        .invitation();
  }

  /** One that is paused, so that nothing is ever sent: without If-Match nobody changes it. */
  private Optional<String> webhook(Browser caller, Relation relation) {
    return shop(caller, relation).map(shop -> webhook(shop).id().toString());
  }

  private Webhook webhook(String shop) {
    return webhooks.computeIfAbsent(
        shop,
        ignored -> {
          Webhook webhook =
              new Webhook(
                  WebhookId.FORM.next(ids),
                  ShopId.FORM.parse(shop),
                  1,
                  URI.create("https://shop.example.org/"),
                  Set.of(),
                  Webhook.State.PAUSED,
                  new Sealed(new byte[16]),
                  null,
                  null,
                  0,
                  null,
                  null,
                  server.now());
          stored().add(webhook);
          return webhook;
        });
  }

  private JdbcWebhooks stored() {
    return new JdbcWebhooks(server.database(), new JdbcOutbox(server.database()));
  }

  private Optional<String> delivery(Browser caller, Relation relation) {
    return shop(caller, relation)
        .map(shop -> deliveries.computeIfAbsent(shop, this::message).id().toString());
  }

  private WebhookDelivery message(String shop) {
    WebhookDelivery message =
        new WebhookDelivery(
            WebhookDeliveryId.FORM.next(ids),
            webhook(shop).id(),
            EventId.FORM.next(ids),
            0,
            "shop-changed",
            "{}",
            WebhookDelivery.State.PENDING,
            0,
            server.now(),
            "",
            null,
            server.now());
    var unused = stored().write(List.of(message));
    return message;
  }

  private String draft(String shop) {
    ShopEnvironment environment = environment();
    Shop found = environment.shops().find(ShopId.FORM.parse(shop)).orElseThrow();
    return ((ManagingPrices.Outcome.Done)
            new ManagingPrices(environment, new LayerEstimator())
                .draft(found, DemoShops.load().getFirst().priceList()))
        .version()
        .id()
        .toString();
  }

  /** What a Shop has, by ids; each in its first version. */
  private record Equipment(String printer, String material, String spool, String shipping) {}

  private Thing of(Function<Equipment, String> part) {
    return (caller, relation) ->
        shop(caller, relation)
            .map(shop -> part.apply(equipment.computeIfAbsent(shop, this::equipped)));
  }

  /** Something that is named by a code. */
  private Thing code(String code) {
    return (caller, relation) -> shop(caller, relation).map(shop -> code);
  }

  private Equipment equipped(String id) {
    ShopEnvironment environment = environment();
    ShopId shop = ShopId.FORM.parse(id);
    Material material =
        new Material(
            MaterialId.FORM.next(ids),
            shop,
            1,
            "PLA",
            "PLA",
            new BigDecimal("1.24"),
            BigDecimal.TEN,
            BigDecimal.ZERO,
            BigDecimal.ZERO,
            List.of(),
            true);
    environment.materials().add(material, List.of());
    Printer printer =
        new Printer(
            PrinterId.FORM.next(ids),
            shop,
            1,
            "mk3",
            "MK3",
            PrintProcess.MATERIAL_EXTRUSION,
            PriceList.BuildVolume.of(250, 210, 210),
            BigDecimal.ONE,
            PriceList.Power.NONE,
            1,
            PrintCalendar.always(ZoneOffset.UTC),
            List.of(
                new Printer.Setting(
                    "PLA", "standard", PrinterPreset.PRUSA_MK3S.profile(FilamentMaterial.PLA))),
            true);
    environment.printers().add(printer, List.of());
    Spool spool =
        new Spool(
            SpoolId.FORM.next(ids),
            shop,
            1,
            material.id(),
            "",
            "a spool",
            Grams.of(1_000),
            Grams.ZERO,
            true,
            server.now());
    ShopStores.in(server.database(), ids).stock().add(spool, List.of());
    ShippingMethod pickup =
        new ShippingMethod(
            ShippingMethodId.FORM.next(ids),
            shop,
            1,
            "pickup",
            "Pickup",
            ShippingMethod.Kind.PICKUP,
            List.of(),
            new ShippingMethod.Days(0, 0),
            true);
    environment.shipping().add(pickup, List.of());
    return new Equipment(
        printer.id().toString(),
        material.id().toString(),
        spool.id().toString(),
        pickup.id().toString());
  }

  private ShopEnvironment environment() {
    ShopStores stores = ShopStores.in(server.database(), ids);
    return new ShopEnvironment(
        stores.shops(),
        stores.printers(),
        stores.materials(),
        stores.shipping(),
        stores.prices(),
        shop -> false,
        ids,
        server::now,
        random);
  }

  private static String created(HttpResponse<byte[]> answer) {
    String place = Browser.expect(201, answer).headers().firstValue("Location").orElseThrow();
    return place.substring(place.lastIndexOf('/') + 1);
  }

  private Optional<String> year(Browser caller, Relation relation) {
    return shop(caller, relation).map(shop -> "2025");
  }

  private Optional<String> payable(Browser caller, Relation relation) {
    return shop(caller, relation)
        .map(
            shop -> {
              String id = "order_" + ids.next().toString().replace("-", "");
              Money amount = Money.parse("EUR 10.00");
              Payable payable =
                  new Payable(
                      new PayableId(id),
                      List.of(
                          new Payable.Line(
                              "gear",
                              new PayeeId(shop),
                              amount,
                              Money.parse("EUR 0.00"),
                              Payable.TaxCollector.PAYEE)),
                      List.of());
              new JdbcPayments(server.database())
                  .<Boolean>inTransaction(
                      tables -> {
                        boolean kept = tables.insert(payable);
                        tables.put(
                            new RefundRequest(
                                payable.id(),
                                "r1",
                                List.of(new Allocation.Portion("gear", amount)),
                                RefundRequest.State.REQUESTED,
                                "somebody",
                                server.now(),
                                null,
                                null));
                        return kept;
                      });
              return id;
            });
  }

  private Optional<String> refund(Browser caller, Relation relation) {
    return shop(caller, relation).map(shop -> "r1");
  }

  private Optional<String> event(Browser caller, Relation relation) {
    if (relation != Relation.ANYBODY) {
      return Optional.empty();
    }
    Instant now = server.now();
    EventId id = EventId.FORM.next(new TimeOrderedIds(InstantSource.fixed(now), new Random()));
    // As the outbox leaves an event that failed too often; waiting for that would take half an
    // hour.
    Database database =
        Database.over(
            () ->
                DriverManager.getConnection(
                    H2Address.file(data.resolve("ktizo.data")), "ktizo", ""));
    database.run(
        transaction -> {
          transaction
              .sql(
                  """
                  INSERT INTO event_streams
                    (about, last_number, due_at, attempts, owner, parked_at, failure)
                  VALUES (:about, 1, :now, 10, NULL, :now, 'java.io.IOException')
                  """)
              .bind("about", "parked_" + id)
              .bind("now", now)
              .update();
          transaction
              .sql(
                  """
                  INSERT INTO events (about, number, id, type, happened_at, facts)
                  VALUES (:about, 1, :id, 'something-happened', :now, '')
                  """)
              .bind("about", "parked_" + id)
              .bind("id", id)
              .bind("now", now)
              .update();
        });
    return Optional.of(id.toString());
  }
}

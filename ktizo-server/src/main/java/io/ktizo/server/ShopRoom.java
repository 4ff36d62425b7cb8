package io.ktizo.server;

import io.ktizo.core.account.Accounts;
import io.ktizo.core.account.AddressThrottle;
import io.ktizo.core.account.AesSecretBox;
import io.ktizo.core.event.Event;
import io.ktizo.core.event.Receiver;
import io.ktizo.core.job.Jobs;
import io.ktizo.core.print.PrintEstimator;
import io.ktizo.core.shop.ManagingEquipment;
import io.ktizo.core.shop.ManagingPrices;
import io.ktizo.core.shop.ManagingShop;
import io.ktizo.core.shop.ManagingStaff;
import io.ktizo.core.shop.ShopEnvironment;
import io.ktizo.core.shop.ShopMailing;
import io.ktizo.core.shop.Stock;
import io.ktizo.core.store.JdbcMaterials;
import io.ktizo.core.store.JdbcPriceLists;
import io.ktizo.core.store.JdbcPrinters;
import io.ktizo.core.store.JdbcShippingMethods;
import io.ktizo.core.store.JdbcShops;
import io.ktizo.core.store.JdbcStock;
import io.ktizo.core.store.JdbcWebhooks;
import io.ktizo.core.webhook.AddressGuard;
import io.ktizo.core.webhook.DeliveringWebhooks;
import io.ktizo.core.webhook.ManagingWebhooks;
import io.ktizo.core.webhook.WebhookFanOut;
import io.ktizo.core.webhook.Webhooks;
import io.ktizo.server.desk.Shop;
import io.ktizo.server.desk.ShopWindow;
import io.ktizo.server.http.MaterialEndpoints;
import io.ktizo.server.http.PriceListEndpoints;
import io.ktizo.server.http.PrinterEndpoints;
import io.ktizo.server.http.PrinterSettingEndpoints;
import io.ktizo.server.http.Route;
import io.ktizo.server.http.ShippingEndpoints;
import io.ktizo.server.http.ShopKeepingEndpoints;
import io.ktizo.server.http.ShopMemberEndpoints;
import io.ktizo.server.http.ShopStateEndpoints;
import io.ktizo.server.http.SpoolEndpoints;
import io.ktizo.server.http.WebhookEndpoints;
import io.ktizo.server.outside.WebhookSender;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;

/** Shops: what they have, charge and want to be told. */
final class ShopRoom implements AutoCloseable {
  private static final int MESSAGES_AT_ONCE = 16;
  private static final int EXPIRED_AT_ONCE = 500;
  private static final Duration LOG_OF_MESSAGES = Duration.ofDays(30);

  private final InstantSource clock;
  private final ShopEnvironment environment;
  private final Stock stock;
  private final Webhooks webhooks;
  private final ManagingShop managing;
  private final ManagingPrices prices;
  private final ShopWindow window;
  private final WebhookSender sender;
  private final DeliveringWebhooks delivering;
  private final WebhookFanOut fanOut;
  private final ManagingStaff staff;
  private final ShopMailing mailing;
  private final ManagingWebhooks managingWebhooks;
  private final Accounts accounts;
  private final AddressThrottle invitations;

  private ShopRoom(
      InstantSource clock,
      ShopEnvironment environment,
      Stock stock,
      Webhooks webhooks,
      ManagingPrices prices,
      WebhookSender sender,
      DeliveringWebhooks delivering,
      WebhookFanOut fanOut,
      ManagingWebhooks managingWebhooks,
      ShopMailing.Mailer mailer,
      Accounts accounts,
      AddressThrottle invitations) {
    this.clock = clock;
    this.environment = environment;
    this.stock = stock;
    this.webhooks = webhooks;
    this.managing = new ManagingShop(environment);
    this.prices = prices;
    this.window = new ShopWindow(environment, stock);
    this.sender = sender;
    this.delivering = delivering;
    this.fanOut = fanOut;
    this.managingWebhooks = managingWebhooks;
    this.staff = new ManagingStaff(environment);
    this.mailing = new ShopMailing(environment, mailer);
    this.accounts = accounts;
    this.invitations = invitations;
  }

  /**
   * Opens the room.
   *
   * @param accounts of those who belong to Shops
   * @param rules who may be mailed how often; in a demo webhooks may go to this machine, and
   *     without TLS
   * @param payouts whether a Shop can be paid
   */
  static ShopRoom open(
      Foundation foundation,
      Secrets secrets,
      Accounts accounts,
      KtizoServer.People rules,
      PrintEstimator estimator,
      ShopEnvironment.Payouts payouts) {
    InstantSource clock = foundation.clock();
    ShopEnvironment environment =
        new ShopEnvironment(
            new JdbcShops(foundation.database(), foundation.outbox()),
            new JdbcPrinters(foundation.database(), foundation.outbox()),
            new JdbcMaterials(foundation.database(), foundation.outbox()),
            new JdbcShippingMethods(foundation.database(), foundation.outbox()),
            new JdbcPriceLists(foundation.database(), foundation.outbox()),
            payouts,
            foundation.ids(),
            clock,
            foundation.random());
    Webhooks webhooks = new JdbcWebhooks(foundation.database(), foundation.outbox());
    AesSecretBox box = new AesSecretBox(secrets.key("webhooks"), foundation.random());
    AddressGuard guard = rules.demo() ? AddressGuard.local() : AddressGuard.strict();
    WebhookSender sender = new WebhookSender(guard, MESSAGES_AT_ONCE);
    return new ShopRoom(
        clock,
        environment,
        new JdbcStock(foundation.database(), foundation.outbox(), foundation.ids()),
        webhooks,
        new ManagingPrices(environment, estimator),
        sender,
        new DeliveringWebhooks(webhooks, sender, box, foundation.ids(), clock, MESSAGES_AT_ONCE),
        new WebhookFanOut(webhooks, foundation.ids(), clock),
        new ManagingWebhooks(webhooks, guard, box, foundation.ids(), clock, foundation.random()),
        rules.mailer(),
        accounts,
        new AddressThrottle(rules.throttle(), clock));
  }

  ShopEnvironment environment() {
    return environment;
  }

  Stock stock() {
    return stock;
  }

  ManagingShop managing() {
    return managing;
  }

  ManagingPrices prices() {
    return prices;
  }

  /** The Shops that sell. */
  ShopWindow window() {
    return window;
  }

  /** The Shops of files, in the database, if it has none yet. */
  void openDemoShops(List<Shop> shops, PeopleRoom people, boolean withPeople) {
    new DemoData(this, people).write(shops, withPeople);
  }

  List<Route> routes() {
    return Stream.of(
            new ShopKeepingEndpoints(environment.shops(), managing, window::lookAgain).routes(),
            new ShopStateEndpoints(environment.shops(), managing, window::lookAgain).routes(),
            new PriceListEndpoints(
                    environment.shops(), environment.prices(), prices, window::lookAgain)
                .routes(),
            new ShopMemberEndpoints(environment.shops(), staff, accounts, invitations).routes(),
            new WebhookEndpoints(environment.shops(), webhooks, managingWebhooks).routes(),
            equipment())
        .flatMap(List::stream)
        .toList();
  }

  /** What a Shop prints with, and how it ships. */
  private List<Route> equipment() {
    ManagingEquipment equipment = new ManagingEquipment(environment, stock);
    Runnable changed = window::lookAgain;
    return Stream.of(
            new PrinterEndpoints(environment, equipment, changed).routes(),
            new PrinterSettingEndpoints(environment, equipment, changed).routes(),
            new MaterialEndpoints(environment, equipment, changed).routes(),
            new SpoolEndpoints(environment, stock, equipment, changed).routes(),
            new ShippingEndpoints(environment, equipment).routes())
        .flatMap(List::stream)
        .toList();
  }

  /** What has to be done from time to time. */
  void schedule(Jobs.Builder jobs) {
    jobs.every("webhooks", Duration.ofSeconds(5), delivering::deliverDue);
    jobs.every("shop-holidays", Duration.ofMinutes(1), managing::endHolidays);
    jobs.every("shop-invitations", Duration.ofHours(1), staff::forgetExpired);
    jobs.every(
        "spool-reservations",
        Duration.ofSeconds(30),
        () -> stock.expire(clock.instant(), EXPIRED_AT_ONCE));
    jobs.every(
        "webhook-log",
        Duration.ofHours(6),
        () -> webhooks.forget(clock.instant().minus(LOG_OF_MESSAGES)));
  }

  /** Mails to those who are invited. */
  Receiver mailing() {
    return mailing;
  }

  /** Messages for webhooks from every event that concerns a Shop. */
  Receiver fanOut() {
    return fanOut;
  }

  /** What is shown of a Shop may be old. */
  void lookAgain(Event event) {
    if (event.type().startsWith("shop-")) {
      window.lookAgain();
    }
  }

  @Override
  public void close() {
    sender.close();
  }
}

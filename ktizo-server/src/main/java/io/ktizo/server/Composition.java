package io.ktizo.server;

import io.ktizo.core.account.AddressThrottle;
import io.ktizo.core.account.EmailAddress;
import io.ktizo.core.account.Passwords;
import io.ktizo.core.account.UsingPasskeys;
import io.ktizo.core.mesh.MeshLimits;
import io.ktizo.payments.stripe.StripeSettings;
import io.ktizo.server.config.Configuration;
import io.ktizo.server.config.Secret;
import io.ktizo.server.desk.Retention;
import io.ktizo.server.http.Proxies;
import io.ktizo.server.mail.AccountLetters;
import io.ktizo.server.mail.Letters;
import io.ktizo.server.mail.ShownLetters;
import io.ktizo.server.mail.SmtpLetters;
import io.ktizo.server.operations.AccessLog;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the operator's settings mean for the parts of the server. */
final class Composition {
  private Composition() {}

  /**
   * The settings of a server.
   *
   * @throws UnknownHostException if an address is none of this machine
   */
  static KtizoServer.Settings settings(Configuration configuration, InstantSource clock)
      throws UnknownHostException {
    Configuration.Web web = configuration.web();
    Configuration.Limits limits = configuration.limits();
    return new KtizoServer.Settings(
        new InetSocketAddress(InetAddress.getByName(web.address()), web.port()),
        configuration.dataFolder(),
        place(configuration.database()),
        Retention.DEMO,
        new MeshLimits(
            limits.fileBytes(),
            4 * limits.fileBytes(),
            200,
            2_000,
            4_000_000,
            32,
            Duration.ofSeconds(20)),
        new KtizoServer.People(
            configuration.demo().accounts(),
            configuration.isProduction(),
            Passwords.Cost.DEFAULT,
            AddressThrottle.Limits.DEFAULT,
            letters(configuration, clock)),
        StorageSettings.of(configuration),
        money(configuration),
        surroundings(configuration, clock));
  }

  private static Foundation.@Nullable Place place(Configuration.Database database) {
    String url = database.url();
    if (url == null) {
      return null;
    }
    if (database.isEmbedded()) {
      throw new IllegalArgumentException(
          "database.url names an H2: leave it out, and data.folder says where it lies");
    }
    Secret password = database.password();
    String user = database.user();
    return new Foundation.Place.Postgres(
        url, user == null ? "" : user, password == null ? "" : password.value());
  }

  private static KtizoServer.Money money(Configuration configuration) {
    return new KtizoServer.Money(
        configuration.isProduction(),
        configuration.payments(),
        site(configuration.web(), configuration.tls() != null),
        StripeSettings.LIVE_API);
  }

  private static Surroundings surroundings(Configuration configuration, InstantSource clock)
      throws UnknownHostException {
    Configuration.Operations operations = configuration.operations();
    Configuration.Limits limits = configuration.limits();
    return new Surroundings(
        operations.enabled()
            ? new InetSocketAddress(InetAddress.getByName(operations.address()), operations.port())
            : null,
        AccessLog.toSystemLog(clock),
        configuration.tls(),
        new Proxies(configuration.web().trustedProxies(), configuration.web().proxyHeaders()),
        passkeys(configuration.web()),
        configuration.isProduction() ? configuration.secrets() : null,
        configuration.database().connections(),
        limits.connections(),
        limits.requests(),
        limits.grace());
  }

  private static AccountLetters letters(Configuration configuration, InstantSource clock) {
    Configuration.Mail mail = configuration.mail();
    String platform = configuration.operator().legalName();
    return new AccountLetters(
        mail == null ? "en" : mail.language(),
        platform == null ? "KTIZO" : platform,
        site(configuration.web(), configuration.tls() != null),
        mail == null ? new ShownLetters(clock) : smtp(mail, clock));
  }

  private static Letters smtp(Configuration.Mail mail, InstantSource clock) {
    Secret password = mail.password();
    String from = mail.from();
    return new SmtpLetters(
        new SmtpLetters.Server(
            mail.host(),
            mail.port(),
            switch (mail.security()) {
              case STARTTLS -> SmtpLetters.Security.STARTTLS;
              case TLS -> SmtpLetters.Security.TLS;
              case NONE -> SmtpLetters.Security.NONE;
            },
            mail.user(),
            password == null ? null : password.value(),
            new EmailAddress(from == null ? "no-reply@localhost.localdomain" : from),
            mail.timeout()),
        clock);
  }

  /** Bound to the name that people type; without one, to this machine's. */
  private static UsingPasskeys.Site passkeys(Configuration.Web web) {
    URI said = web.publicUrl();
    if (said == null) {
      return new UsingPasskeys.Site("localhost", Set.of("http://localhost:" + web.port()));
    }
    String authority = said.getPort() < 0 ? said.getHost() : said.getHost() + ":" + said.getPort();
    return new UsingPasskeys.Site(said.getHost(), Set.of(said.getScheme() + "://" + authority));
  }

  private static URI site(Configuration.Web web, boolean tls) {
    URI said = web.publicUrl();
    if (said != null) {
      return said;
    }
    String host = web.address().contains(":") ? "[" + web.address() + "]" : web.address();
    return URI.create((tls ? "https://" : "http://") + host + ":" + web.port());
  }
}

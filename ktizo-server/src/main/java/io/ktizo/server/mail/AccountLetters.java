package io.ktizo.server.mail;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import io.ktizo.core.account.AccountMail;
import io.ktizo.core.account.ShopRole;
import io.ktizo.core.account.Token;
import io.ktizo.core.shop.ShopMailing;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Properties;

/**
 * Writes mails about accounts, and invitations to Shops, and hands them over. In one language, the
 * platform's: an account does not say which one its person speaks.
 *
 * <p>Tokens stand behind the {@code #} of a link: browsers send that part to nobody, so it gets
 * into no log and no referrer.
 */
public final class AccountLetters implements Mailer, AutoCloseable {
  private static final String TEMPLATE = "mail.jte";

  private final TemplateEngine html = engine(ContentType.Html, "io.ktizo.server.mail.html");
  private final TemplateEngine text = engine(ContentType.Plain, "io.ktizo.server.mail.text");
  private final Properties words;
  private final String language;
  private final String platform;
  private final String site;
  private final Letters letters;

  /**
   * Letters in a language.
   *
   * @param language {@code en} or {@code de}
   * @param platform who sends them, as people know it
   * @param site where people reach the server; links begin with it
   * @param letters takes them away
   * @throws IllegalArgumentException if there are no words in the language
   */
  public AccountLetters(String language, String platform, URI site, Letters letters) {
    this.words = words(language);
    this.language = language;
    this.platform = platform;
    String base = site.toString();
    this.site = base.endsWith("/") ? base.substring(0, base.length() - 1) : base;
    this.letters = letters;
  }

  private static TemplateEngine engine(ContentType type, String packageName) {
    return TemplateEngine.createPrecompiled(
        null, type, AccountLetters.class.getClassLoader(), packageName);
  }

  private static Properties words(String language) {
    try (InputStream in =
        AccountLetters.class.getResourceAsStream("wording." + language + ".properties")) {
      if (in == null) {
        throw new IllegalArgumentException("no words in the language " + language);
      }
      try (Reader reader = new InputStreamReader(in, StandardCharsets.UTF_8)) {
        Properties words = new Properties();
        words.load(reader);
        return words;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Sends a mail that has no name of its own, under one that chance makes.
   *
   * @throws MailFailedException if it could not be handed over
   */
  @Override
  public void send(AccountMail mail) throws MailFailedException {
    send(mail, java.util.UUID.randomUUID().toString());
  }

  @Override
  public void send(AccountMail mail, String key) throws MailFailedException {
    letters.send(letter(mail, key));
  }

  @Override
  public void send(ShopMailing.InvitationMail mail) throws MailFailedException {
    send(mail, java.util.UUID.randomUUID().toString());
  }

  @Override
  public void send(ShopMailing.InvitationMail mail, String key) throws MailFailedException {
    letters.send(letter(mail, key));
  }

  /** What would have been sent, where there is no mail server; else nothing. */
  public Optional<ShownLetters> shown() {
    return letters instanceof ShownLetters shown ? Optional.of(shown) : Optional.empty();
  }

  /** Ends what is being sent. */
  @Override
  public void close() {
    letters.close();
  }

  /** The letter, without sending it. */
  Letter letter(AccountMail mail, String key) {
    Wording wording =
        switch (mail) {
          case AccountMail.ProveAddress it ->
              wording("prove-address", it.name(), link("verify", it.token()));
          case AccountMail.AlreadyRegistered it -> wording("already-registered", it.name(), "");
          case AccountMail.ResetPassword it ->
              wording("reset-password", it.name(), link("new-password", it.token()));
          case AccountMail.PasswordChanged it -> wording("password-changed", it.name(), "");
          case AccountMail.ConfirmAddress it ->
              wording("confirm-address", it.name(), link("confirm-email", it.token()));
          case AccountMail.AddressChangeNotice it ->
              wording("address-change-notice", it.name(), link("revert-email", it.token()));
          case AccountMail.AddressChanged it -> wording("address-changed", it.name(), "");
          case AccountMail.SecondFactorChanged it ->
              wording("second-factor-changed", it.name(), "");
          case AccountMail.AccountClosed it -> wording("account-closed", it.name(), "");
        };
    return new Letter(mail.to(), key, wording, rendered(text, wording), rendered(html, wording));
  }

  /** The same for an invitation; to whom it goes may have no account, and no name. */
  Letter letter(ShopMailing.InvitationMail mail, String key) {
    String kind = "shop-invitation";
    Wording wording =
        new Wording(
            language,
            word(kind + ".subject"),
            word(kind + ".greeting"),
            paragraphs(word(kind + ".text")).stream().map(part -> filled(part, mail)).toList(),
            word(kind + ".action"),
            link("join", mail.token()),
            paragraphs(word(kind + ".note")),
            word(kind + ".closing").replace("{platform}", platform));
    return new Letter(mail.to(), key, wording, rendered(text, wording), rendered(html, wording));
  }

  /** The name last: whatever stands in it is a name and nothing else. */
  private String filled(String paragraph, ShopMailing.InvitationMail mail) {
    return paragraph.replace("{role}", role(mail.role())).replace("{shop}", mail.shopName());
  }

  private String role(ShopRole role) {
    return switch (role) {
      case OWNER -> word("shop-role.owner");
      case OPERATOR -> word("shop-role.operator");
      case FINANCE -> word("shop-role.finance");
    };
  }

  private String link(String page, Token token) {
    return site + "/" + page + "#" + token.secret();
  }

  private Wording wording(String kind, String name, String link) {
    return new Wording(
        language,
        word(kind + ".subject"),
        word("greeting").replace("{name}", name),
        paragraphs(word(kind + ".text")),
        link.isEmpty() ? "" : word(kind + ".action"),
        link,
        paragraphs(words.getProperty(kind + ".note", "")),
        word("closing").replace("{platform}", platform));
  }

  private String word(String key) {
    String found = words.getProperty(key);
    if (found == null) {
      throw new IllegalStateException("no words for " + key + " in " + language);
    }
    return found;
  }

  private static List<String> paragraphs(String text) {
    return Arrays.stream(text.split("\\|", -1)).filter(part -> !part.isBlank()).toList();
  }

  private static String rendered(TemplateEngine engine, Wording wording) {
    StringOutput output = new StringOutput();
    engine.render(TEMPLATE, wording, output);
    return output.toString();
  }
}

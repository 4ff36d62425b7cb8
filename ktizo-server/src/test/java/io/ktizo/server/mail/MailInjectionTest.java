package io.ktizo.server.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import io.ktizo.core.account.Account;
import io.ktizo.core.account.AccountMail;
import io.ktizo.core.account.EmailAddress;
import io.ktizo.core.account.ShopRole;
import io.ktizo.core.account.Token;
import io.ktizo.core.shop.ShopMailing;
import jakarta.mail.BodyPart;
import jakarta.mail.Header;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Cases S04, N05 and U18: whatever somebody calls himself, one mail goes to the right recipient,
 * with the headers that it always has.
 */
class MailInjectionTest {
  private static final Instant NOW = Instant.parse("2026-12-01T12:00:00Z");
  private static final EmailAddress TO = new EmailAddress("erika@example.org");
  private static final Set<String> HEADERS =
      Set.of(
          "return-path",
          "received",
          "date",
          "from",
          "to",
          "message-id",
          "subject",
          "mime-version",
          "content-type",
          "content-language",
          "auto-submitted");

  private static GreenMail mailServer;
  private static SmtpLetters smtp;

  @BeforeAll
  static void start_a_mail_server() {
    mailServer = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
    mailServer.start();
    smtp =
        new SmtpLetters(
            new SmtpLetters.Server(
                "127.0.0.1",
                mailServer.getSmtp().getPort(),
                SmtpLetters.Security.NONE,
                null,
                null,
                new EmailAddress("no-reply@print.example.org"),
                Duration.ofSeconds(5)),
            InstantSource.fixed(NOW));
  }

  @AfterAll
  static void stop_the_mail_server() {
    smtp.close();
    mailServer.stop();
  }

  @BeforeEach
  void empty_the_mailboxes() throws Exception {
    mailServer.purgeEmailFromAllMailboxes();
  }

  private static AccountLetters letters(String language) {
    return new AccountLetters(
        language, "Druckhaus Nord", URI.create("https://print.example.org/"), smtp);
  }

  private static MimeMessage theOneMail() {
    MimeMessage[] mails = mailServer.getReceivedMessages();
    assertThat(mails).hasSize(1);
    return mails[0];
  }

  private static String part(MimeMessage mail, int index) throws Exception {
    BodyPart part = ((MimeMultipart) mail.getContent()).getBodyPart(index);
    return ((String) part.getContent()).replace("\r\n", "\n");
  }

  private static List<AccountMail> allMails(String name) {
    Token token = new Token("R2VoZWltIQ-x_9");
    return List.of(
        new AccountMail.ProveAddress(TO, name, token),
        new AccountMail.AlreadyRegistered(TO, name),
        new AccountMail.ResetPassword(TO, name, token),
        new AccountMail.PasswordChanged(TO, name),
        new AccountMail.ConfirmAddress(TO, name, token),
        new AccountMail.AddressChangeNotice(TO, name, token),
        new AccountMail.AddressChanged(TO, name),
        new AccountMail.SecondFactorChanged(TO, name),
        new AccountMail.AccountClosed(TO, name));
  }

  /** What people have called themselves elsewhere, to no good. */
  static List<String> names() {
    return List.of(
        "x\r\nBcc: victim@example.net",
        "x\nBcc: victim@example.net",
        "x\rBcc: victim@example.net",
        "x\r\n\r\n<h1>another body</h1>",
        "x\r\n.\r\nMAIL FROM:<a@b.c>",
        "x\u760d\u760aBcc: victim@example.net", // CVE-2025-7962: low bytes are CR and LF
        "\u560d\u560aBcc: victim@example.net",
        "x\u2028Bcc: victim@example.net",
        "x\u0085Bcc: victim@example.net",
        "=?utf-8?q?x=0D=0ABcc:_victim@example.net?=",
        "=?utf-8?b?DQpCY2M6IHZpY3RpbUBleGFtcGxlLm5ldA==?=",
        "\"Support\" <support@print.example.org>",
        "victim@example.net",
        "a, b <victim@example.net>; c:",
        "%0d%0aBcc:%20victim@example.net",
        "<script>alert(1)</script>",
        "<a href=\"https://evil.example\">click</a>",
        "'\"><img src=x onerror=alert(1)>",
        "\u202egpj.exe", // turns the writing direction
        "CON",
        "a\u0000b",
        "{platform}{name}",
        "${7*7}",
        "n".repeat(5_000));
  }

  @ParameterizedTest
  @MethodSource("names")
  void s04_a_name_reaches_no_header_and_no_second_recipient(String name) throws Exception {
    letters("en").send(new AccountMail.ProveAddress(TO, name, new Token("t")), "event_1.1");

    MimeMessage received = theOneMail();
    assertThat(received.getAllRecipients())
        .containsExactly(new InternetAddress("erika@example.org"));
    assertThat(received.getFrom())
        .containsExactly(new InternetAddress("no-reply@print.example.org"));
    Set<String> headers = new TreeSet<>();
    for (Header header : Collections.list(received.getAllHeaders())) {
      headers.add(header.getName().toLowerCase(Locale.ROOT));
      assertThat(header.getValue()).doesNotContain("victim", "\u760a");
    }
    assertThat(HEADERS).containsAll(headers);
    assertThat(headers).contains("subject", "to", "message-id");
    assertThat(((MimeMultipart) received.getContent()).getCount()).isEqualTo(2);
    assertThat(part(received, 1))
        .doesNotContain("<script", "<img", "<h1>", "<a href=\"https://evil")
        .startsWith("<!DOCTYPE html>");
  }

  private static ShopMailing.InvitationMail invitation(String shop, ShopRole role) {
    return new ShopMailing.InvitationMail(TO, shop, role, new Token("R2VoZWltIQ-x_9"));
  }

  @ParameterizedTest
  @MethodSource("names")
  void s04_a_shops_name_reaches_no_header_and_no_second_recipient(String name) throws Exception {
    letters("de").send(invitation(name, ShopRole.FINANCE), "event_1.1");

    MimeMessage received = theOneMail();
    assertThat(received.getAllRecipients())
        .containsExactly(new InternetAddress("erika@example.org"));
    assertThat(received.getSubject()).isEqualTo("Eine Einladung zur Mitarbeit in einem Shop");
    for (Header header : Collections.list(received.getAllHeaders())) {
      assertThat(HEADERS).contains(header.getName().toLowerCase(Locale.ROOT));
      assertThat(header.getValue()).doesNotContain("victim", "\u760a");
    }
    assertThat(((MimeMultipart) received.getContent()).getCount()).isEqualTo(2);
    assertThat(part(received, 1))
        .doesNotContain("<script", "<img", "<h1>", "<a href=\"https://evil")
        .startsWith("<!DOCTYPE html>");
  }

  @Test
  void an_invitation_says_which_shop_as_what_and_how_in_both_languages() throws Exception {
    for (String language : List.of("en", "de")) {
      Set<String> texts = new TreeSet<>();
      for (ShopRole role : ShopRole.values()) {
        mailServer.purgeEmailFromAllMailboxes();
        letters(language).send(invitation("{role} & {platform}", role), "event_1.1");
        MimeMessage received = theOneMail();
        assertThat(received.getMessageID()).isEqualTo("<event_1.1@print.example.org>");
        assertThat(received.getHeader("Content-Language", null)).isEqualTo(language);
        String text = part(received, 0);
        assertThat(text)
            .contains("\"{role} & {platform}\"", "Druckhaus Nord")
            .contains("\nhttps://print.example.org/join#R2VoZWltIQ-x_9\n")
            .doesNotContain("{shop}", "{name}", "|");
        assertThat(part(received, 1))
            .contains("{role} &amp; {platform}")
            .contains("href=\"https://print.example.org/join#R2VoZWltIQ-x_9\"");
        texts.add(text);
      }
      assertThat(texts).hasSize(3);
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void an_account_takes_no_name_that_could_end_a_line(String name) {
    if (Account.isName(name)) {
      assertThat(name.chars()).noneMatch(Character::isISOControl);
      assertThat(name).doesNotContain("\u2028", "\u202e");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "erika@example.org\r\nBcc: victim@example.net",
        "erika@example.org\nvictim@example.net",
        "erika@example.org, victim@example.net",
        "erika@example.org\u0000",
        "erika\u760d\u760aRCPT TO:<victim@example.net>@example.org",
        "\"erika\r\n\"@example.org",
        "Erika <erika@example.org>",
        "erika@example.org>",
        "=?utf-8?q?erika?=@example.org\u2028",
        "=?utf-8?q?victim=40example.net=3e=00?=@example.org", // decoded by some before routing
        "erika@exa\u760ample.org"
      })
  void s04_what_could_be_two_addresses_is_none(String address) {
    assertThat(EmailAddress.parse(address)).isEmpty();
    assertThatIllegalArgumentException().isThrownBy(() -> new EmailAddress(address));
  }

  @Test
  void a_key_cannot_leave_the_message_id() {
    Letter good = letters("en").letter(allMails("Erika").getFirst(), "event_1.1");
    for (String key : List.of("", "a\r\nBcc: x@y.z", "a@b", "a>b", "a b", "k".repeat(101))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new Letter(TO, key, good.wording(), good.text(), good.html()));
    }
  }

  @Test
  void a_subject_is_one_line() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new Wording("en", "a\r\nBcc: b", "Hello", List.of(), "", "", List.of(), "x"));
  }

  @Test
  void each_mail_says_what_it_is_about_in_both_languages() throws Exception {
    for (String language : List.of("en", "de")) {
      Set<String> subjects = new TreeSet<>();
      for (AccountMail mail : allMails("Erika Müller 🙂")) {
        mailServer.purgeEmailFromAllMailboxes();
        letters(language).send(mail, "event_1.1");
        MimeMessage received = theOneMail();
        subjects.add(received.getSubject());
        assertThat(received.getHeader("Content-Language", null)).isEqualTo(language);
        for (int part = 0; part < 2; part++) {
          assertThat(part(received, part))
              .contains("Erika Müller 🙂", "Druckhaus Nord")
              .doesNotContain("{name}", "{platform}", "|");
        }
      }
      assertThat(subjects).hasSize(9);
    }
    mailServer.purgeEmailFromAllMailboxes();
    letters("de").send(allMails("Erika").getFirst(), "event_1.1");
    assertThat(theOneMail().getSubject()).isEqualTo("Bitte bestätigen Sie Ihre E-Mail-Adresse");
    assertThat(part(theOneMail(), 0)).startsWith("Guten Tag Erika,\n");
  }

  @Test
  void links_carry_the_token_where_browsers_send_it_to_nobody() throws Exception {
    letters("en").send(allMails("Erika").get(2), "event_1.1");
    String link = "https://print.example.org/new-password#R2VoZWltIQ-x_9";
    assertThat(part(theOneMail(), 0)).contains("\n" + link + "\n");
    assertThat(part(theOneMail(), 1)).contains("href=\"" + link + "\"");
  }

  @Test
  void the_message_id_follows_from_the_event() throws Exception {
    letters("en").send(allMails("Erika").get(0), "event_1.1");
    letters("en").send(allMails("Erika").get(0), "event_1.1");
    letters("en").send(allMails("Erika").get(0), "event_1.2");
    assertThat(mailServer.getReceivedMessages())
        .extracting(MimeMessage::getMessageID)
        .containsExactly(
            "<event_1.1@print.example.org>",
            "<event_1.1@print.example.org>",
            "<event_1.2@print.example.org>");
  }
}

package io.ktizo.server.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import io.ktizo.core.account.AccountEnvironment;
import io.ktizo.core.account.AccountMail;
import io.ktizo.core.account.AccountMailing;
import io.ktizo.core.account.AddressThrottle;
import io.ktizo.core.account.AesSecretBox;
import io.ktizo.core.account.EmailAddress;
import io.ktizo.core.account.PasswordRules;
import io.ktizo.core.account.Passwords;
import io.ktizo.core.account.Registering;
import io.ktizo.core.account.Token;
import io.ktizo.core.event.Delivery;
import io.ktizo.core.event.DeliveryRules;
import io.ktizo.core.event.MemoryOutbox;
import io.ktizo.core.id.TimeOrderedIds;
import io.ktizo.core.store.MemoryAccounts;
import io.ktizo.core.store.MemorySessions;
import io.ktizo.core.store.MemorySignInAttempts;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Random;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** From an event to a mailbox, with a mail server that is away, silent, or refuses. */
class MailDeliveryTest {
  private static final Pattern LINK =
      Pattern.compile("https://print\\.example\\.org/verify#(\\S+)");

  private Instant now = Instant.parse("2026-12-01T12:00:00Z");
  private final InstantSource clock = () -> now;
  private final Random random = new Random(3);
  private final MemoryOutbox outbox = new MemoryOutbox();
  private final AccountEnvironment host =
      new AccountEnvironment(
          new MemoryAccounts(outbox),
          new MemorySessions(),
          new MemorySignInAttempts(),
          new AddressThrottle(AddressThrottle.Limits.DEFAULT, clock),
          new Passwords(new Passwords.Cost(64, 1), 2, Duration.ofSeconds(20), random),
          new PasswordRules(ignored -> false, Set.of()),
          new AesSecretBox(new byte[32], random),
          new TimeOrderedIds(clock, random),
          clock,
          random,
          "KTIZO");
  private final Registering registering = new Registering(host);

  private static int freePort() throws IOException {
    try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return probe.getLocalPort();
    }
  }

  private SmtpLetters smtp(int port, Duration timeout) {
    return new SmtpLetters(
        new SmtpLetters.Server(
            "127.0.0.1",
            port,
            SmtpLetters.Security.NONE,
            null,
            null,
            new EmailAddress("no-reply@print.example.org"),
            timeout),
        clock);
  }

  private AccountLetters letters(Letters letters) {
    return new AccountLetters("en", "KTIZO", URI.create("https://print.example.org"), letters);
  }

  private Delivery delivery(Letters letters) {
    return new Delivery(
        outbox, new AccountMailing(host, letters(letters)), DeliveryRules.DEFAULT, clock);
  }

  private void register() {
    assertThat(
            registering.register(
                new Registering.Request(
                    "erika@example.org", "Erika", "correct horse battery", true, "192.0.2.1")))
        .isEqualTo(new Registering.Outcome.Accepted());
  }

  @Test
  void a_mail_waits_while_the_mail_server_is_down_and_arrives_once_when_it_is_back()
      throws Exception {
    int port = freePort();
    register();
    try (SmtpLetters smtp = smtp(port, Duration.ofSeconds(5));
        Delivery delivery = delivery(smtp)) {
      for (int attempt = 1; attempt <= 4; attempt++) {
        assertThat(delivery.deliverDue()).isZero();
        assertThat(outbox.backlog().events()).isEqualTo(1);
        now = now.plus(Duration.ofMinutes(1));
      }
      GreenMail mailServer =
          new GreenMail(new ServerSetup(port, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
      mailServer.start();
      try {
        assertThat(delivery.deliverDue()).isEqualTo(1);
        assertThat(delivery.deliverDue()).isZero();
        assertThat(outbox.backlog().events()).isZero();
        MimeMessage[] mails = mailServer.getReceivedMessages();
        assertThat(mails).hasSize(1);
        String text = (String) ((MimeMultipart) mails[0].getContent()).getBodyPart(0).getContent();
        Matcher link = LINK.matcher(text);
        assertThat(link.find()).isTrue();
        assertThat(registering.verify(new Token(link.group(1)))).isPresent();
      } finally {
        mailServer.stop();
      }
    }
  }

  @Test
  void a_mail_is_parked_for_staff_after_ten_failures() throws Exception {
    register();
    try (SmtpLetters smtp = smtp(freePort(), Duration.ofSeconds(5));
        Delivery delivery = delivery(smtp)) {
      for (int attempt = 1; attempt <= 10; attempt++) {
        assertThat(outbox.parked(10)).isEmpty();
        assertThat(delivery.deliverDue()).isZero();
        now = now.plus(Duration.ofMinutes(11));
      }
      assertThat(outbox.parked(10))
          .singleElement()
          .satisfies(
              parked ->
                  assertThat(parked.failure()).isEqualTo(MailFailedException.class.getName()));
    }
  }

  private AccountMail aMail() {
    return new AccountMail.PasswordChanged(new EmailAddress("erika@example.org"), "Erika");
  }

  @Test
  void a_silent_mail_server_is_not_waited_for_longer_than_the_time_out() throws Exception {
    try (FakeMailServer silent = new FakeMailServer("");
        SmtpLetters smtp = smtp(silent.port(), Duration.ofSeconds(1))) {
      long begin = System.nanoTime();
      assertThatExceptionOfType(MailFailedException.class)
          .isThrownBy(() -> letters(smtp).send(aMail(), "event_1.1"));
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(10));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"550 5.1.1 no such user", "550 no such user", "553 5.1.3 bad address"})
  void a_mailbox_that_does_not_exist_is_not_tried_again(String answer) throws Exception {
    try (FakeMailServer server = new FakeMailServer(answer);
        SmtpLetters smtp = smtp(server.port(), Duration.ofSeconds(5))) {
      letters(smtp).send(aMail(), "event_1.1");
      assertThat(server.taken).hasValue(0);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "450 4.2.1 mailbox busy",
        "452 4.3.1 no space",
        "550 5.7.1 relaying denied",
        "530 5.7.0 authentication required"
      })
  void any_other_refusal_is_tried_again_and_quotes_nobody(String answer) throws Exception {
    try (FakeMailServer server = new FakeMailServer(answer);
        SmtpLetters smtp = smtp(server.port(), Duration.ofSeconds(5))) {
      assertThatExceptionOfType(MailFailedException.class)
          .isThrownBy(() -> letters(smtp).send(aMail(), "event_1.1"))
          .withMessageNotContainingAny("erika", "busy", "denied")
          .withNoCause();
    }
  }

  @Test
  void without_tls_nothing_is_said_where_starttls_is_wanted() throws Exception {
    try (FakeMailServer server = new FakeMailServer("250 ok");
        SmtpLetters smtp =
            new SmtpLetters(
                new SmtpLetters.Server(
                    "127.0.0.1",
                    server.port(),
                    SmtpLetters.Security.STARTTLS,
                    "ktizo",
                    "secret",
                    new EmailAddress("no-reply@print.example.org"),
                    Duration.ofSeconds(5)),
                clock)) {
      assertThatExceptionOfType(MailFailedException.class)
          .isThrownBy(() -> letters(smtp).send(aMail(), "event_1.1"));
      assertThat(server.taken).hasValue(0);
    }
  }

  @Test
  void in_a_demo_the_newest_letters_are_kept_to_be_shown() throws Exception {
    ShownLetters shown = new ShownLetters(clock);
    for (int count = 0; count < 250; count++) {
      letters(shown).send(aMail(), "event_" + count + ".1");
    }
    letters(shown).send(aMail(), "event_249.1");
    assertThat(shown.newest()).hasSize(200);
    assertThat(shown.newest().getFirst().letter().key()).isEqualTo("event_249.1");
    assertThat(shown.newest().getLast().letter().key()).isEqualTo("event_50.1");
  }
}

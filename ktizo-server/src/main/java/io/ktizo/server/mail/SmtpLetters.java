package io.ktizo.server.mail;

import io.ktizo.core.account.EmailAddress;
import jakarta.mail.Address;
import jakarta.mail.Authenticator;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.PasswordAuthentication;
import jakarta.mail.SendFailedException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Date;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Hands letters to a mail server by SMTP submission (RFC 6409), with Jakarta Mail.
 *
 * <p>Each letter takes a connection of its own and at most {@link #LONGEST}, whatever the server
 * does; who calls tries again later. A mailbox that does not exist is no reason to try again: that
 * is noted, without the address, and the letter counts as done.
 */
public final class SmtpLetters implements Letters {
  /** Longest time for one letter; an event with two letters stays within its lease. */
  public static final Duration LONGEST = Duration.ofSeconds(25);

  private static final System.Logger LOG = System.getLogger(SmtpLetters.class.getName());

  private static final Pattern NO_MAILBOX =
      Pattern.compile("5[0-9][0-9][ -]5\\.1\\.|55[013](?:[ -](?![245]\\.)|$)");

  private final Server server;
  private final Session session;
  private final InstantSource clock;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  /** How a connection is protected. */
  public enum Security {
    /** TLS before anything is said, or nothing is. */
    STARTTLS,
    /** TLS from the first byte. */
    TLS,
    /** Not at all. */
    NONE
  }

  /**
   * A mail server.
   *
   * @param host name
   * @param port of submission
   * @param security of the connection; with TLS the certificate must be the host's
   * @param user to sign in as; {@code null} for nobody
   * @param password for the user
   * @param from sender of the letters
   * @param timeout for connecting, and for each answer
   */
  public record Server(
      String host,
      int port,
      Security security,
      @Nullable String user,
      @Nullable String password,
      EmailAddress from,
      Duration timeout) {
    /** Without the password. */
    @Override
    public String toString() {
      return "Server[" + host + ":" + port + ", " + security + "]";
    }
  }

  /** By this server. */
  public SmtpLetters(Server server, InstantSource clock) {
    this.server = server;
    this.clock = clock;
    this.session = Session.getInstance(properties(server), authenticator(server));
  }

  private static Properties properties(Server server) {
    Properties properties = new Properties();
    String timeout = Long.toString(server.timeout().toMillis());
    properties.setProperty("mail.smtp.host", server.host());
    properties.setProperty("mail.smtp.port", Integer.toString(server.port()));
    properties.setProperty("mail.smtp.connectiontimeout", timeout);
    properties.setProperty("mail.smtp.timeout", timeout);
    properties.setProperty("mail.smtp.writetimeout", timeout);
    properties.setProperty("mail.smtp.auth", Boolean.toString(server.user() != null));
    // Otherwise the machine's own name would be looked up and told.
    properties.setProperty("mail.smtp.localhost", domain(server.from()));
    properties.setProperty("mail.smtp.ssl.checkserveridentity", "true");
    properties.setProperty("mail.smtp.ssl.protocols", "TLSv1.3 TLSv1.2");
    // To two of whom one is unknown: there is one recipient, so all or nothing.
    properties.setProperty("mail.smtp.sendpartial", "false");
    properties.setProperty("mail.mime.allowutf8", "false");
    switch (server.security()) {
      case STARTTLS -> {
        properties.setProperty("mail.smtp.starttls.enable", "true");
        properties.setProperty("mail.smtp.starttls.required", "true");
      }
      case TLS -> properties.setProperty("mail.smtp.ssl.enable", "true");
      case NONE -> properties.setProperty("mail.smtp.starttls.enable", "false");
    }
    return properties;
  }

  private static @Nullable Authenticator authenticator(Server server) {
    String user = server.user();
    String password = server.password();
    if (user == null) {
      return null;
    }
    return new Authenticator() {
      @Override
      protected PasswordAuthentication getPasswordAuthentication() {
        return new PasswordAuthentication(user, password == null ? "" : password);
      }
    };
  }

  private static String domain(EmailAddress address) {
    return address.text().substring(address.text().indexOf('@') + 1);
  }

  @Override
  public void send(Letter letter) throws MailFailedException {
    Future<?> sending =
        threads.submit(
            () -> {
              Transport.send(message(letter));
              return null;
            });
    try {
      sending.get(LONGEST.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new MailFailedException(letter.key(), "the mail server took too long");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new MailFailedException(letter.key(), "interrupted");
    } catch (ExecutionException e) {
      if (isUndeliverable(e.getCause())) {
        LOG.log(
            System.Logger.Level.WARNING,
            "mail {0} is not deliverable: the mail server knows no such mailbox",
            letter.key());
        return;
      }
      throw new MailFailedException(letter.key(), kindOf(e.getCause()));
    } finally {
      // Interrupting a virtual thread that waits for a socket closes the socket.
      sending.cancel(true);
    }
  }

  /**
   * Whether the server says that there is no such mailbox: status 5.1.x of RFC 3463 §3.2, or 550,
   * 551 or 553 without such a status. Another refusal, as 5.7.1 for want of a password, is the
   * operator's to mend, and the letter waits.
   */
  private static boolean isUndeliverable(@Nullable Throwable failure) {
    if (!(failure instanceof SendFailedException failed)) {
      return false;
    }
    Address[] invalid = failed.getInvalidAddresses();
    if (invalid == null || invalid.length == 0) {
      return false;
    }
    @Nullable Exception next = failed;
    while (next instanceof MessagingException messaging) {
      if (NO_MAILBOX.matcher(String.valueOf(messaging.getMessage()).strip()).lookingAt()) {
        return true;
      }
      next = messaging.getNextException();
    }
    return false;
  }

  private static String kindOf(@Nullable Throwable failure) {
    Throwable kind = failure;
    if (failure instanceof MessagingException messaging && messaging.getNextException() != null) {
      kind = messaging.getNextException();
    }
    return kind == null ? "unknown" : kind.getClass().getSimpleName();
  }

  private MimeMessage message(Letter letter) throws MessagingException {
    MimeMessage message = new NamedMessage(session, messageId(letter));
    message.setFrom(new InternetAddress(server.from().text(), true));
    message.setRecipient(Message.RecipientType.TO, new InternetAddress(letter.to().text(), true));
    message.setSubject(letter.wording().subject(), "UTF-8");
    message.setSentDate(Date.from(clock.instant()));
    message.setHeader("Content-Language", letter.wording().language());
    // No answer by an out-of-office machine, please (RFC 3834 §5).
    message.setHeader("Auto-Submitted", "auto-generated");
    MimeBodyPart text = new MimeBodyPart();
    text.setText(letter.text(), "UTF-8", "plain");
    MimeBodyPart html = new MimeBodyPart();
    html.setText(letter.html(), "UTF-8", "html");
    message.setContent(new MimeMultipart("alternative", text, html));
    message.saveChanges();
    return message;
  }

  private String messageId(Letter letter) {
    return "<" + letter.key() + "@" + domain(server.from()) + ">";
  }

  /** Keeps the Message-ID that it is given. */
  private static final class NamedMessage extends MimeMessage {
    private final String id;

    NamedMessage(Session session, String id) {
      super(session);
      this.id = id;
    }

    @Override
    protected void updateMessageID() throws MessagingException {
      setHeader("Message-ID", id);
    }
  }

  /** Ends what is being sent. */
  @Override
  public void close() {
    threads.shutdownNow();
  }
}

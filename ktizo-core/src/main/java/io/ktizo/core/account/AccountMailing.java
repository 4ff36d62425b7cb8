package io.ktizo.core.account;

import io.ktizo.core.event.Event;
import io.ktizo.core.event.Receiver;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Writes the mails that follow from what happens to accounts.
 *
 * <p>Tokens are made here, at the moment of sending: neither the outbox nor any queue ever holds a
 * secret or an address. An event that comes twice leads to a second mail with another token; both
 * are good.
 */
public final class AccountMailing implements Receiver {
  private final AccountEnvironment host;
  private final Mailer mailer;

  /** Sends mails; returns when the mail is safely handed over. */
  @FunctionalInterface
  public interface Mailer {
    /**
     * Sends one.
     *
     * @throws Exception if it could not; it will be asked again with another token
     */
    void send(AccountMail mail) throws Exception;

    /**
     * Sends one that has a name, so that a mail that is sent a second time can be told by it.
     *
     * @param key the same for the same mail of the same event, however often that is delivered:
     *     letters, digits, dots and underscores
     * @throws Exception if it could not; it will be asked again with the same key and another token
     */
    default void send(AccountMail mail, String key) throws Exception {
      send(mail);
    }
  }

  /** Mailing by this mailer. */
  public AccountMailing(AccountEnvironment host, Mailer mailer) {
    this.host = host;
    this.mailer = mailer;
  }

  @Override
  public void receive(Event event) throws Exception {
    if (!event.about().startsWith("account_")) {
      return;
    }
    Optional<Account> account = host.accounts().find(AccountId.FORM.parse(event.about()));
    if (account.isEmpty()) {
      return;
    }
    List<AccountMail> mails = mailsFor(event.type(), account.get());
    for (int index = 0; index < mails.size(); index++) {
      mailer.send(mails.get(index), event.id() + "." + (index + 1));
    }
  }

  private List<AccountMail> mailsFor(String type, Account account) {
    EmailAddress to = account.email();
    String name = account.name();
    return switch (type) {
      case AccountEvents.REGISTERED ->
          account.verifiedAt() != null
              ? List.of()
              : List.of(
                  new AccountMail.ProveAddress(
                      to, name, token(account, OneTimeToken.Purpose.VERIFY_EMAIL, null)));
      case AccountEvents.REGISTERED_AGAIN -> List.of(new AccountMail.AlreadyRegistered(to, name));
      case AccountEvents.RESET_REQUESTED ->
          List.of(
              new AccountMail.ResetPassword(
                  to, name, token(account, OneTimeToken.Purpose.RESET_PASSWORD, null)));
      case AccountEvents.PASSWORD_CHANGED -> List.of(new AccountMail.PasswordChanged(to, name));
      case AccountEvents.EMAIL_CHANGE_REQUESTED -> changeOfAddress(account);
      case AccountEvents.EMAIL_CHANGED -> List.of(new AccountMail.AddressChanged(to, name));
      case AccountEvents.SECOND_FACTOR_CHANGED ->
          List.of(new AccountMail.SecondFactorChanged(to, name));
      case AccountEvents.CLOSED -> List.of(new AccountMail.AccountClosed(to, name));
      default -> List.of();
    };
  }

  private List<AccountMail> changeOfAddress(Account account) {
    EmailAddress pending = account.pendingEmail();
    if (pending == null) {
      return List.of();
    }
    // The present address first: if the second mail fails, the owner knows already.
    return List.of(
        new AccountMail.AddressChangeNotice(
            account.email(),
            account.name(),
            token(account, OneTimeToken.Purpose.REVERT_EMAIL, account.email().text())),
        new AccountMail.ConfirmAddress(
            pending,
            account.name(),
            token(account, OneTimeToken.Purpose.CONFIRM_EMAIL, pending.text())));
  }

  private Token token(Account account, OneTimeToken.Purpose purpose, @Nullable String detail) {
    Token token = Token.random(host.random());
    Instant now = host.clock().instant();
    host.accounts()
        .issue(
            new OneTimeToken(
                token.hash(), purpose, account.id(), now.plus(purpose.validity()), detail),
            now);
    return token;
  }
}

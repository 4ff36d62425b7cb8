package io.ktizo.core.shop;

import io.ktizo.core.account.EmailAddress;
import io.ktizo.core.account.ShopRole;
import io.ktizo.core.account.Token;
import io.ktizo.core.event.Event;
import io.ktizo.core.event.Receiver;
import java.util.Optional;

/**
 * Writes the mails that follow from invitations. The secret is made at the moment of sending:
 * neither the outbox nor any queue ever holds one. An event that comes twice leads to a second
 * mail, and the secret of the first is worth nothing any more.
 */
public final class ShopMailing implements Receiver {
  private final ShopEnvironment host;
  private final Mailer mailer;

  /**
   * An invitation as it is mailed.
   *
   * @param to whom
   * @param shopName name of the Shop
   * @param role as what
   * @param token the secret that accepts it
   */
  public record InvitationMail(EmailAddress to, String shopName, ShopRole role, Token token) {}

  /** Sends mails; returns when the mail is safely handed over. */
  @FunctionalInterface
  public interface Mailer {
    /**
     * Sends one.
     *
     * @throws Exception if it could not; it will be asked again with another secret
     */
    void send(InvitationMail mail) throws Exception;

    /**
     * Sends one that has a name, so that a mail that is sent a second time can be told by it.
     *
     * @param key the same for the same event, however often that is delivered: letters, digits,
     *     dots and underscores
     * @throws Exception if it could not; it will be asked again with the same key and another
     *     secret
     */
    default void send(InvitationMail mail, String key) throws Exception {
      send(mail);
    }
  }

  /** Mailing by this mailer. */
  public ShopMailing(ShopEnvironment host, Mailer mailer) {
    this.host = host;
    this.mailer = mailer;
  }

  @Override
  public void receive(Event event) throws Exception {
    if (!event.type().equals(ShopEvents.MEMBER_INVITED)) {
      return;
    }
    InvitationId id = InvitationId.FORM.parse(event.fact("invitation"));
    Optional<Invitation> invitation = host.shops().invitation(id);
    Optional<Shop> shop = invitation.flatMap(found -> host.shops().find(found.shop()));
    Token token = Token.random(host.random());
    if (shop.isEmpty() || !host.shops().renew(id, token.hash())) {
      return;
    }
    mailer.send(
        new InvitationMail(
            invitation.get().email(), shop.get().profile().name(), invitation.get().role(), token),
        event.id() + ".1");
  }
}

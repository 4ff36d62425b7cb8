package io.ktizo.server;

import io.ktizo.core.event.Event;
import io.ktizo.core.event.Receiver;
import java.util.List;

/**
 * What follows from what: each event that the libraries tell of, and the calls that it leads to.
 * The whole of it stands on this page, in {@link #of}.
 *
 * <p>A reaction may be called again for an event that it has dealt with; those that fail are called
 * again later, together with the others of the same event.
 */
final class Reactions implements Receiver {
  private final List<Receiver> receivers;

  private Reactions(List<Receiver> receivers) {
    this.receivers = List.copyOf(receivers);
  }

  /** The reactions, in the order in which they are called. */
  static Reactions of(PeopleRoom people, ShopRoom shops) {
    return new Reactions(
        List.of(
            // account-…, email-…, password-…, second-factor-…: mails to the person
            people.mailing(),
            // shop-member-invited: a mail to whom it is for
            shops.mailing(),
            // account-closed, account-state-changed: keys stop working
            people::endOfKeys,
            // shop-…: what is shown of Shops
            shops::lookAgain,
            // whatever concerns a Shop: messages to its webhooks
            shops.fanOut()));
  }

  @Override
  public void receive(Event event) throws Exception {
    for (Receiver receiver : receivers) {
      receiver.receive(event);
    }
  }
}

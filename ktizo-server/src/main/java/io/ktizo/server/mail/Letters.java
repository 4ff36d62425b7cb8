package io.ktizo.server.mail;

/**
 * Takes letters away. A letter with a key that was taken before may be taken again: it carries the
 * same Message-ID, by which mailboxes tell it from a new one. Any number of threads may call it.
 */
public interface Letters extends AutoCloseable {
  /**
   * Takes one, and returns when it is safely handed over, or when it is known that it never can be
   * because there is no such mailbox.
   *
   * @throws MailFailedException if it could not be handed over now
   */
  void send(Letter letter) throws MailFailedException;

  /** Ends what is being sent. */
  @Override
  default void close() {}
}

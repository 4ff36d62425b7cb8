package io.ktizo.core.account;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Where sessions are kept. What one instance ends is over on all at once, as each use asks here.
 * Any number of threads and instances may call it.
 */
public interface Sessions {
  /** Keeps a new session. */
  void add(Session session);

  /** The session with this token, alive or not. */
  Optional<Session> find(Token.Hash hash);

  /** Writes down that it was used. */
  void touch(SessionId id, Instant at);

  /**
   * Puts a session under another token, so that the old one is worth nothing, with a new proof.
   *
   * @return whether the session was still there
   */
  boolean renew(SessionId id, Token.Hash hash, Session.Assurance assurance, Instant provenAt);

  /** All sessions of an account, the last used first; those that are over may be among them. */
  List<Session> of(AccountId account);

  /**
   * Ends one of the account's sessions.
   *
   * @return whether it was there and the account's
   */
  boolean end(AccountId account, SessionId id);

  /**
   * Ends all sessions of an account but one.
   *
   * @return how many
   */
  int endOthers(AccountId account, SessionId kept);

  /**
   * Ends all sessions of an account.
   *
   * @return how many
   */
  int endAll(AccountId account);

  /**
   * Removes sessions that are over; for a job.
   *
   * @param createdBefore all that are older
   * @param seenBefore all that were last used earlier
   * @return how many
   */
  int removeOver(Instant createdBefore, Instant seenBefore);
}

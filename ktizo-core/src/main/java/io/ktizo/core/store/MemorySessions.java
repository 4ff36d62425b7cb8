package io.ktizo.core.store;

import io.ktizo.core.account.AccountId;
import io.ktizo.core.account.Session;
import io.ktizo.core.account.SessionId;
import io.ktizo.core.account.Sessions;
import io.ktizo.core.account.Token;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** Sessions in memory, for tests and trials. */
public final class MemorySessions implements Sessions {
  private final Map<SessionId, Session> sessions = new HashMap<>();

  @Override
  public synchronized void add(Session session) {
    sessions.put(session.id(), session);
  }

  @Override
  public synchronized Optional<Session> find(Token.Hash hash) {
    return sessions.values().stream().filter(session -> session.hash().equals(hash)).findFirst();
  }

  @Override
  public synchronized void touch(SessionId id, Instant at) {
    sessions.computeIfPresent(
        id,
        (same, old) ->
            old.lastSeenAt().isBefore(at)
                ? new Session(
                    id,
                    old.account(),
                    old.hash(),
                    old.createdAt(),
                    at,
                    old.assurance(),
                    old.provenAt(),
                    old.device())
                : old);
  }

  @Override
  public synchronized boolean renew(
      SessionId id, Token.Hash hash, Session.Assurance assurance, Instant provenAt) {
    return sessions.computeIfPresent(
            id,
            (same, old) ->
                new Session(
                    id,
                    old.account(),
                    hash,
                    old.createdAt(),
                    provenAt,
                    assurance,
                    provenAt,
                    old.device()))
        != null;
  }

  @Override
  public synchronized List<Session> of(AccountId account) {
    return sessions.values().stream()
        .filter(session -> session.account().equals(account))
        .sorted(
            Comparator.comparing(Session::lastSeenAt)
                .thenComparing(session -> session.id().toString())
                .reversed())
        .toList();
  }

  @Override
  public synchronized boolean end(AccountId account, SessionId id) {
    return removeIf(session -> session.id().equals(id) && session.account().equals(account)) == 1;
  }

  @Override
  public synchronized int endOthers(AccountId account, SessionId kept) {
    return removeIf(session -> session.account().equals(account) && !session.id().equals(kept));
  }

  @Override
  public synchronized int endAll(AccountId account) {
    return removeIf(session -> session.account().equals(account));
  }

  @Override
  public synchronized int removeOver(Instant createdBefore, Instant seenBefore) {
    return removeIf(
        session ->
            session.createdAt().isBefore(createdBefore)
                || session.lastSeenAt().isBefore(seenBefore));
  }

  private int removeIf(Predicate<Session> condition) {
    int before = sessions.size();
    sessions.values().removeIf(condition);
    return before - sessions.size();
  }
}

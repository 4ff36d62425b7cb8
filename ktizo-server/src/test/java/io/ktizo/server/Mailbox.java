package io.ktizo.server;

import io.ktizo.core.account.AccountMail;
import io.ktizo.core.account.AccountMailing;
import java.time.Duration;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Mails that the server sends, for tests that wait for them. */
public final class Mailbox implements AccountMailing.Mailer {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final CopyOnWriteArrayList<AccountMail> mails = new CopyOnWriteArrayList<>();
  private final Semaphore arrived = new Semaphore(0);

  @Override
  public void send(AccountMail mail) {
    mails.add(mail);
    arrived.release();
  }

  /** Takes out the oldest mail of a kind to an address; waits until it comes. */
  public <M extends AccountMail> M take(Class<M> kind, String email) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      for (AccountMail mail : mails) {
        if (kind.isInstance(mail) && mail.to().text().equals(email)) {
          mails.remove(mail);
          return kind.cast(mail);
        }
      }
      try {
        if (!arrived.tryAcquire(end - System.nanoTime(), TimeUnit.NANOSECONDS)) {
          throw new AssertionError("no " + kind.getSimpleName() + " has come");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError(e);
      }
    }
  }

  /** Whether there is a mail of a kind to an address now. */
  public boolean has(Class<? extends AccountMail> kind, String email) {
    return mails.stream().anyMatch(mail -> kind.isInstance(mail) && mail.to().text().equals(email));
  }
}

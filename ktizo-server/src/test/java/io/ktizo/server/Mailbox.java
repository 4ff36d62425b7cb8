package io.ktizo.server;

import io.ktizo.core.account.AccountMail;
import io.ktizo.core.shop.ShopMailing.InvitationMail;
import io.ktizo.server.mail.Mailer;
import java.time.Duration;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Mails that the server sends, for tests that wait for them. */
public final class Mailbox implements Mailer {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final CopyOnWriteArrayList<Sent> mails = new CopyOnWriteArrayList<>();
  private final Semaphore arrived = new Semaphore(0);

  private record Sent(String to, Object mail) {}

  @Override
  public void send(AccountMail mail) {
    keep(mail.to().text(), mail);
  }

  @Override
  public void send(InvitationMail mail) {
    keep(mail.to().text(), mail);
  }

  private void keep(String to, Object mail) {
    mails.add(new Sent(to, mail));
    arrived.release();
  }

  /** Takes out the oldest mail of a kind to an address; waits until it comes. */
  public <M> M take(Class<M> kind, String email) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      for (Sent sent : mails) {
        if (kind.isInstance(sent.mail()) && sent.to().equals(email)) {
          mails.remove(sent);
          return kind.cast(sent.mail());
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
  public boolean has(Class<?> kind, String email) {
    return mails.stream().anyMatch(sent -> kind.isInstance(sent.mail()) && sent.to().equals(email));
  }
}

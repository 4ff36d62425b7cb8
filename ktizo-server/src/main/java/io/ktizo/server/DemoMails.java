package io.ktizo.server;

import io.ktizo.core.account.AccountMail;
import io.ktizo.core.account.AccountMailing;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Where mails go when there is no mail server: the newest 200 are kept in memory to be shown. For
 * demos and tests: whoever can see them can take over any account.
 */
public final class DemoMails implements AccountMailing.Mailer {
  private static final int MOST = 200;

  private final Deque<AccountMail> mails = new ArrayDeque<>();

  @Override
  public synchronized void send(AccountMail mail) {
    mails.addFirst(mail);
    if (mails.size() > MOST) {
      mails.removeLast();
    }
  }

  /** What would have been sent, the newest first. */
  public synchronized List<AccountMail> newest() {
    return List.copyOf(mails);
  }
}

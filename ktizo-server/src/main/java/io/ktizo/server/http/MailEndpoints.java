package io.ktizo.server.http;

import io.ktizo.core.account.Permissions.Action;
import io.ktizo.server.mail.ShownLetters;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Mails that are shown to staff because there is no mail server. With one, the list is empty. */
public final class MailEndpoints {
  private final Optional<ShownLetters> letters;

  /** Over letters that are kept to be shown; nothing if they are sent. */
  public MailEndpoints(Optional<ShownLetters> letters) {
    this.letters = letters;
  }

  /** The routes. */
  public List<Route> routes() {
    return List.of(
        Route.get("/api/v1/shown-mails", Access.to(Action.SEE_SHOWN_MAILS), this::newest));
  }

  /** A mail on the wire. */
  record Shown(String to, String subject, String text, Instant at) {
    static Shown of(ShownLetters.Shown shown) {
      return new Shown(
          shown.letter().to().text(),
          shown.letter().wording().subject(),
          shown.letter().text(),
          shown.at());
    }
  }

  private Answer newest(Call call) {
    call.require(Action.SEE_SHOWN_MAILS, Standing.anybody());
    List<Shown> items =
        letters.stream().flatMap(kept -> kept.newest().stream()).map(Shown::of).toList();
    return Answer.json(200, new Page.Of<>(items, null));
  }
}

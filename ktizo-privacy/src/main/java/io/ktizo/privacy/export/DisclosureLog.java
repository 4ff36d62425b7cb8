package io.ktizo.privacy.export;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.ktizo.privacy.Subject;
import io.ktizo.privacy.holder.Application;
import io.ktizo.privacy.holder.People;
import io.ktizo.privacy.store.Session;
import io.ktizo.privacy.store.Store;
import io.ktizo.privacy.store.Vault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A record of disclosures in the engine's own tables: whose it is stands there by keyed hash, what
 * it says is sealed. It goes when the person is erased. For use by several threads.
 */
public final class DisclosureLog implements Disclosures {
  private static final String USE = "disclosure";
  private static final String STEP = "keep the record of disclosures";
  private static final String TABLE = Store.SCHEMA + ".disclosure";
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private final Application application;

  /** Nothing is touched. */
  public DisclosureLog(Application application) {
    this.application = application;
  }

  private record Written(
      String recipient, @Nullable String dataSet, @Nullable String row, String what, String at) {}

  /**
   * Notes that data of a person went to somebody.
   *
   * @throws io.ktizo.privacy.StepFailedException if it cannot be noted, or the host lends no secret
   */
  public void note(Subject asked, Disclosure disclosure) {
    Vault vault = application.needVault(STEP);
    try (Session session = application.store().open()) {
      Subject subject = People.canonical(application.compiled(session), session, asked);
      String id = UUID.randomUUID().toString();
      byte[] content =
          MAPPER.writeValueAsBytes(
              new Written(
                  disclosure.recipient(),
                  disclosure.dataSet(),
                  disclosure.row(),
                  disclosure.what(),
                  disclosure.at().toString()));
      session.update(
          STEP,
          null,
          "INSERT INTO " + TABLE + " (id, subject_hash, at, sealed) VALUES (?, ?, ?, ?)",
          id,
          hash(vault, vault.currentId(), subject),
          disclosure.at(),
          vault.seal(USE, id, content));
      session.commit();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  @Override
  public void tell(Subject asked, Listener listener) throws IOException {
    Vault vault = application.needVault(STEP);
    try (Session session = application.store().open()) {
      Subject subject = People.canonical(application.compiled(session), session, asked);
      List<String> ids = vault.ids();
      session.each(
          STEP,
          null,
          row -> {
            try {
              Written one =
                  MAPPER.readValue(
                      vault.open(USE, row.getString(1), row.getBytes(2)), Written.class);
              listener.heard(
                  new Disclosure(
                      one.recipient(),
                      one.dataSet(),
                      one.row(),
                      one.what(),
                      Instant.parse(one.at())));
            } catch (IOException refused) {
              throw new UncheckedIOException(refused);
            }
          },
          "SELECT id, sealed FROM "
              + TABLE
              + " WHERE subject_hash IN ("
              + String.join(", ", Collections.nCopies(ids.size(), "?"))
              + ") ORDER BY at, id",
          ids.stream().map(id -> hash(vault, id, subject)).toArray());
    } catch (UncheckedIOException refused) {
      throw refused.getCause();
    }
  }

  /** Takes away what is noted about a person; part of the session's transaction. */
  public static void forget(Session session, Vault vault, Subject subject) {
    for (String id : vault.ids()) {
      session.update(
          STEP, null, "DELETE FROM " + TABLE + " WHERE subject_hash = ?", hash(vault, id, subject));
    }
  }

  private static String hash(Vault vault, String keyId, Subject subject) {
    return vault.hash(keyId, USE, subject.kind() + "\u0000" + subject.key());
  }
}

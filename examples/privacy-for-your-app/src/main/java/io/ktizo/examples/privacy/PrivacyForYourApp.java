package io.ktizo.examples.privacy;

import io.ktizo.privacy.KeySource;
import io.ktizo.privacy.Privacy;
import io.ktizo.privacy.Subject;
import io.ktizo.privacy.datamap.DataMap;
import io.ktizo.privacy.erasure.Certificate;
import io.ktizo.privacy.export.Controller;
import io.ktizo.privacy.export.Exported;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.sql.DataSource;

/** Everything that an application writes to embed the engine. */
public final class PrivacyForYourApp {
  private final Privacy privacy;

  /**
   * Puts the engine beside an application's own tables.
   *
   * @param secret 32 random bytes from wherever the application keeps its secrets
   */
  public PrivacyForYourApp(DataSource database, DataMap map, byte[] secret) {
    this.privacy =
        Privacy.builder()
            .dataSource(database)
            .dataMap(map)
            .keys(KeySource.of("2026", secret))
            .controller(Controller.of("Library of Things e.V.", "privacy@things.example"))
            .build();
  }

  /** "Show me what you have of me." */
  public Exported export(int member, Path zip) throws IOException {
    try (OutputStream out = Files.newOutputStream(zip)) {
      return privacy.export(person(member), out);
    }
  }

  /** "Forget me." */
  public Certificate erase(int member) {
    return privacy.erase(person(member));
  }

  private static Subject person(int member) {
    return new Subject("member", Integer.toString(member));
  }
}

package io.ktizo.privacy.export;

import io.ktizo.privacy.Subject;
import io.ktizo.privacy.holder.Application;
import java.io.IOException;
import java.io.OutputStream;
import java.security.SecureRandom;
import java.util.UUID;

/** Makes archives that go straight to a stream. For use by several threads. */
public final class Exporting {
  private final Application application;
  private final ExportSettings settings;
  private final Measure measure;
  private final SecureRandom random = new SecureRandom();

  /** Nothing is touched. */
  public Exporting(Application application, ExportSettings settings) {
    this(application, settings, Measure.USUAL);
  }

  Exporting(Application application, ExportSettings settings, Measure measure) {
    this.application = application;
    this.settings = settings;
    this.measure = measure;
  }

  /**
   * Writes a person's archive. What cannot be written in order meanwhile lies encrypted in a folder
   * for temporary files, under a key that is never stored.
   *
   * @param out takes the archive; flushed, not closed. After a failure what it got is no archive
   * @throws ArchiveNotWrittenException if {@code out} or the disk does not take it
   * @throws io.ktizo.privacy.UnknownSubjectKindException if the map does not know the kind
   * @throws io.ktizo.privacy.StepFailedException if the database or a holder refuses
   */
  public Exported export(Subject subject, Scope scope, OutputStream out) {
    try (Workbench bench = Workbench.streaming(out, random)) {
      return new Exporter(
              application,
              subject,
              scope,
              settings,
              application.clock().instant(),
              UUID.randomUUID().toString(),
              measure,
              bench,
              null)
          .run();
    } catch (IOException refused) {
      throw new ArchiveNotWrittenException(refused);
    }
  }
}

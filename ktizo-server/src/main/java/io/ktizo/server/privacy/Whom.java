package io.ktizo.server.privacy;

import io.ktizo.privacy.Subject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option that says whom it is about. */
final class Whom {
  @Option(
      names = "--subject",
      paramLabel = "KIND:KEY",
      description =
          "Whom it is about: a kind of the data map and the person's key. Without it one line is"
              + " read from standard input, so that no key stands in a process list.")
  private @Nullable String subject;

  Subject subject() throws IOException {
    String text = subject;
    if (text == null) {
      BufferedReader in =
          new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset()));
      text = in.readLine();
    }
    if (text == null) {
      throw new IllegalArgumentException("no subject was given");
    }
    return Subject.parse(text.strip());
  }
}

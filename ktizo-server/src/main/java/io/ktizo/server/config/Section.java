package io.ktizo.server.config;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Settings below one name, read by kind. What is read is thereby known; what is wrong is noted with
 * its place, and the default stands in until all complaints are told together.
 */
final class Section {
  private static final int LONGEST_SECRET_FILE = 1 << 16;

  private final Values values;
  private final String prefix;

  Section(Values values, String prefix) {
    this.values = values;
    this.prefix = prefix;
  }

  Section section(String name) {
    return new Section(values, prefix + name + ".");
  }

  private <T> Optional<T> read(String name, String kind, Function<String, Optional<T>> parser) {
    return values
        .one(prefix + name)
        .flatMap(
            given -> {
              Optional<T> parsed = parser.apply(given.text());
              if (parsed.isEmpty()) {
                values.fault(given.place(), prefix + name + " must be " + kind);
              }
              return parsed;
            });
  }

  /** Text that is not blank. */
  Optional<String> text(String name) {
    return read(
        name,
        "text, at most 500 plain characters",
        text ->
            text.isBlank() || text.length() > 500 || text.chars().anyMatch(Character::isISOControl)
                ? Optional.empty()
                : Optional.of(text.strip()));
  }

  int integer(String name, int otherwise, int least, int most) {
    return (int) number(name, otherwise, least, most);
  }

  long number(String name, long otherwise, long least, long most) {
    return read(
            name,
            "a whole number from " + least + " to " + most,
            text ->
                text.matches("[0-9]{1,18}")
                    ? Optional.of(Long.parseLong(text))
                        .filter(number -> number >= least && number <= most)
                    : Optional.empty())
        .orElse(otherwise);
  }

  boolean truth(String name, boolean otherwise) {
    return read(
            name,
            "true or false",
            text ->
                switch (text) {
                  case "true" -> Optional.of(Boolean.TRUE);
                  case "false" -> Optional.of(Boolean.FALSE);
                  default -> Optional.empty();
                })
        .orElse(otherwise);
  }

  /** An ISO 8601 duration, such as {@code PT10S}. */
  Duration duration(String name, Duration otherwise, Duration least, Duration most) {
    return read(
            name,
            "a duration from " + least + " to " + most + ", such as " + otherwise,
            text -> {
              try {
                return Optional.of(Duration.parse(text))
                    .filter(span -> span.compareTo(least) >= 0 && span.compareTo(most) <= 0);
              } catch (DateTimeParseException e) {
                return Optional.empty();
              }
            })
        .orElse(otherwise);
  }

  /** One of a few words; in the file they are in small letters with dashes. */
  <E extends Enum<E>> E oneOf(String name, E otherwise) {
    List<E> all = List.of(otherwise.getDeclaringClass().getEnumConstants());
    return read(
            name,
            "one of " + String.join(", ", all.stream().map(Section::word).toList()),
            text -> all.stream().filter(one -> word(one).equals(text)).findFirst())
        .orElse(otherwise);
  }

  static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** An absolute address of a site, without user, query and fragment. */
  Optional<URI> site(String name) {
    return read(
        name,
        "a URL such as https://print.example",
        text -> {
          try {
            URI uri = new URI(text);
            boolean fits =
                ("https".equals(uri.getScheme()) || "http".equals(uri.getScheme()))
                    && uri.getHost() != null
                    && uri.getRawUserInfo() == null
                    && uri.getRawQuery() == null
                    && uri.getRawFragment() == null;
            return fits ? Optional.of(uri) : Optional.empty();
          } catch (URISyntaxException e) {
            return Optional.empty();
          }
        });
  }

  /** A path; a relative one counts from the folder of the file that says it. */
  Optional<Path> path(String name) {
    return values
        .one(prefix + name)
        .flatMap(
            given -> {
              try {
                if (!given.text().isBlank()) {
                  return Optional.of(given.folder().resolve(given.text()));
                }
              } catch (InvalidPathException e) {
                // Said below, without the path.
              }
              values.fault(given.place(), prefix + name + " must be a path");
              return Optional.empty();
            });
  }

  /** A list in the file; words between commas elsewhere. */
  <T> List<T> list(String name, String kind, Function<String, Optional<T>> parser) {
    List<T> list = new ArrayList<>();
    for (Values.Given given : values.many(prefix + name)) {
      Optional<T> parsed = parser.apply(given.text());
      if (parsed.isPresent()) {
        list.add(parsed.get());
      } else {
        values.fault(given.place(), prefix + name + " must be a list of " + kind);
      }
    }
    return List.copyOf(list);
  }

  /** The same of which no two may be alike in some respect. */
  <T> List<T> distinct(
      String name, String kind, Function<String, Optional<T>> parser, Function<T, ?> respect) {
    Set<Object> seen = new HashSet<>();
    return list(name, kind, text -> parser.apply(text).filter(one -> seen.add(respect.apply(one))));
  }

  /** Two capital letters of ISO 3166-1. */
  Optional<String> country(String name) {
    return read(
        name,
        "a country, such as DE",
        text ->
            Locale.getISOCountries(Locale.IsoCountryCode.PART1_ALPHA2).contains(text)
                ? Optional.of(text)
                : Optional.empty());
  }

  /**
   * A secret: {@code name} in the environment, or {@code name-file} anywhere, which names a file
   * that holds it. The file of settings itself never holds one.
   */
  Optional<Secret> secret(String name) {
    Optional<Values.Given> said = values.one(prefix + name);
    Optional<Values.Given> named = values.one(prefix + name + "-file");
    if (said.isPresent() && named.isPresent()) {
      values.fault(
          said.get().place(), prefix + name + " and " + prefix + name + "-file exclude each other");
      return Optional.empty();
    }
    if (said.isPresent()) {
      if (!said.get().secretsAllowed()) {
        values.fault(
            said.get().place(),
            prefix
                + name
                + " is a secret: say it in the environment, or its file by "
                + prefix
                + name
                + "-file");
        return Optional.empty();
      }
      return said.get().text().isBlank()
          ? Optional.empty()
          : Optional.of(new Secret(said.get().text().strip(), null, false));
    }
    return path(name + "-file").flatMap(file -> fromFile(name, file, named.orElseThrow()));
  }

  private Optional<Secret> fromFile(String name, Path file, Values.Given named) {
    String key = prefix + name + "-file";
    try {
      if (Files.size(file) > LONGEST_SECRET_FILE) {
        values.fault(named.place(), key + " names a file that is too large for a secret");
        return Optional.empty();
      }
      String value = Files.readString(file).strip();
      if (value.isEmpty()) {
        values.fault(named.place(), key + " names an empty file");
        return Optional.empty();
      }
      return Optional.of(new Secret(value, file, isExposed(file)));
    } catch (IOException e) {
      values.fault(named.place(), key + " names a file that cannot be read");
      return Optional.empty();
    }
  }

  /**
   * Whether anybody but the owner may read a file; unknown counts as no where there are no such
   * rights.
   */
  static boolean isExposed(Path file) throws IOException {
    if (!file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      return false;
    }
    Set<PosixFilePermission> rights = Files.getPosixFilePermissions(file);
    return rights.contains(PosixFilePermission.GROUP_READ)
        || rights.contains(PosixFilePermission.OTHERS_READ);
  }

  /** Keys with ids. */
  @Nullable KeyRing keys(String name) {
    Optional<Secret> secret = secret(name);
    if (secret.isEmpty()) {
      return null;
    }
    try {
      return KeyRing.parse(secret.get());
    } catch (IllegalArgumentException e) {
      Values.Given given =
          values.one(prefix + name).or(() -> values.one(prefix + name + "-file")).orElseThrow();
      values.fault(given.place(), prefix + name + ": " + e.getMessage());
      return null;
    }
  }
}

package io.ktizo.server.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/** Self-signed certificates, made by the JDK's own keytool. */
public final class TestCertificates {
  private TestCertificates() {}

  /** Writes a PKCS#12 file with one EC key for {@code localhost} and {@code 127.0.0.1}. */
  public static void write(Path file, String password, Instant from, Duration validity)
      throws IOException, InterruptedException {
    write(file, password, from, validity, "localhost");
  }

  /** The same, for a subject of the given name. */
  public static void write(
      Path file, String password, Instant from, Duration validity, String subject)
      throws IOException, InterruptedException {
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(fresh);
    String start =
        DateTimeFormatter.ofPattern("yyyy/MM/dd HH:mm:ss", Locale.ROOT)
            .withZone(ZoneId.systemDefault())
            .format(from);
    Process keytool =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                    "-genkeypair",
                    "-alias",
                    "site",
                    "-keyalg",
                    "EC",
                    "-groupname",
                    "secp256r1",
                    "-dname",
                    "CN=" + subject,
                    "-ext",
                    "SAN=dns:localhost,ip:127.0.0.1",
                    "-startdate",
                    start,
                    "-validity",
                    Long.toString(validity.toDays()),
                    "-storetype",
                    "PKCS12",
                    "-keystore",
                    fresh.toString(),
                    "-storepass",
                    password))
            .redirectErrorStream(true)
            .start();
    String said =
        new String(
            keytool.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    if (keytool.waitFor() != 0) {
      throw new IOException("keytool: " + said);
    }
    Files.setPosixFilePermissions(
        fresh, java.nio.file.attribute.PosixFilePermissions.fromString("rw-------"));
    Files.move(
        fresh,
        file,
        java.nio.file.StandardCopyOption.ATOMIC_MOVE,
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
  }
}

package io.ktizo.server;

import io.ktizo.server.config.Configuration;
import io.ktizo.server.config.KeyRing;
import io.ktizo.server.config.Secret;
import io.ktizo.storage.Quota;
import io.ktizo.storage.crypto.LocalMasterKeys;
import io.ktizo.storage.crypto.MasterKeys;
import io.ktizo.storage.kms.AwsMasterKeys;
import io.ktizo.storage.kms.KmsSettings;
import io.ktizo.storage.s3.S3Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the configuration says about files, in the terms of the room that keeps them. */
final class StorageSettings {
  private StorageSettings() {}

  /**
   * Reads it.
   *
   * @throws IllegalArgumentException if it does not say enough, or a key has not the form
   */
  static KtizoServer.Storage of(Configuration configuration) {
    Configuration.Storage storage = configuration.storage();
    return new KtizoServer.Storage(
        place(storage),
        storage.kms().isUsed() ? service(storage.kms()) : master(configuration.secrets().files()),
        keys(storage.keys()),
        new Quota(
            storage.personBytes(),
            storage.personFiles(),
            storage.fileBytes(),
            storage.uploadsAnHour(),
            Duration.ofHours(1)),
        storage.retention());
  }

  private static KtizoServer.Storage.@Nullable Place place(Configuration.Storage storage) {
    return switch (storage.kind()) {
      case MEMORY -> new KtizoServer.Storage.Memory();
      case DIRECTORY -> {
        Path folder = storage.folder();
        yield folder == null ? null : new KtizoServer.Storage.Folder(folder);
      }
      case S3 -> new KtizoServer.Storage.Bucket(bucket(storage));
    };
  }

  private static S3Settings bucket(Configuration.Storage storage) {
    S3Settings.Credentials credentials =
        new S3Settings.Credentials(
            said(storage.accessKey(), "access-key"), said(storage.secretKey(), "secret-key"));
    String bucket = storage.bucket();
    String region = storage.region();
    if (bucket == null || region == null) {
      throw new IllegalArgumentException("storage.kind: s3 needs storage.bucket and .region");
    }
    return new S3Settings(
        Optional.ofNullable(storage.endpoint()),
        region,
        bucket,
        "",
        credentials,
        // Services other than Amazon's have no host for each bucket.
        storage.endpoint() != null,
        Duration.ofSeconds(5),
        Duration.ofSeconds(30),
        3,
        Path.of(System.getProperty("java.io.tmpdir")));
  }

  private static String said(@Nullable Secret secret, String name) {
    if (secret == null) {
      throw new IllegalArgumentException("storage." + name + " is missing");
    }
    return secret.value();
  }

  private static MasterKeys service(Configuration.KeyService kms) {
    String region = kms.region();
    if (region == null) {
      throw new IllegalArgumentException("storage.kms.keys need storage.kms.region");
    }
    SequencedMap<String, String> keys = new LinkedHashMap<>();
    kms.keys().forEach(key -> keys.put(key.version(), key.key()));
    return AwsMasterKeys.open(
        new KmsSettings(
            Optional.ofNullable(kms.endpoint()),
            region,
            said(kms.accessKey(), "kms.access-key"),
            said(kms.secretKey(), "kms.secret-key"),
            keys,
            Duration.ofSeconds(10)));
  }

  /** The ring has its current key first, the master keys have it last. */
  private static @Nullable MasterKeys master(@Nullable KeyRing ring) {
    if (ring == null) {
      return null;
    }
    List<KeyRing.Key> keys = new ArrayList<>(ring.keys());
    Collections.reverse(keys);
    return LocalMasterKeys.fromText(
        keys.stream()
            // Versions have no dots.
            .map(key -> key.id().replace('.', '_') + " " + key.base64())
            .collect(Collectors.joining("\n")));
  }

  private static Foundation.@Nullable Place keys(Configuration.KeysDatabase keys) {
    String url = keys.url();
    if (url == null) {
      return null;
    }
    String user = keys.user();
    Secret password = keys.password();
    return new Foundation.Place.Postgres(
        url, user == null ? "" : user, password == null ? "" : password.value());
  }
}

package io.ktizo.server.operations;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * The server's key and certificate from a PKCS#12 file, which is looked at again from time to time:
 * when it was replaced, new connections get the new certificate, and those that are open go on. A
 * file that cannot be read leaves the old one in use, with a warning.
 */
public final class ServerCertificate implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(ServerCertificate.class.getName());

  private final Path file;
  private final char[] password;
  private final Current current;
  private final SSLContext context;
  private final ScheduledExecutorService watch;
  private String seen;

  private ServerCertificate(Path file, @Nullable String password, Duration reload) {
    this.file = file;
    this.password = password == null ? new char[0] : password.toCharArray();
    try {
      this.seen = mark();
      this.current = new Current(read());
      this.context = SSLContext.getInstance("TLS");
      context.init(new KeyManager[] {current}, null, null);
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException(
          "the key store cannot be read, or its password is another: " + file, e);
    }
    this.watch =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("ktizo-certificate").factory());
    var unused =
        watch.scheduleWithFixedDelay(
            this::lookAgain, reload.toMillis(), reload.toMillis(), TimeUnit.MILLISECONDS);
  }

  /**
   * Reads the file.
   *
   * @param password of the file; {@code null} if it has none
   * @param reload how often to look whether it was replaced
   * @throws IllegalStateException if it cannot be read
   */
  public static ServerCertificate in(Path file, @Nullable String password, Duration reload) {
    return new ServerCertificate(file, password, reload);
  }

  /** For connections; always with the newest certificate. */
  public SSLContext context() {
    return context;
  }

  private String mark() throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
    return attributes.lastModifiedTime() + " " + attributes.size() + " " + attributes.fileKey();
  }

  private X509ExtendedKeyManager read() throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, password);
    }
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, password);
    for (KeyManager manager : factory.getKeyManagers()) {
      if (manager instanceof X509ExtendedKeyManager usable) {
        return usable;
      }
    }
    throw new GeneralSecurityException("no key in the key store");
  }

  /** Takes the file over if it is another one; also on a signal of the operator's. */
  public synchronized void lookAgain() {
    try {
      String mark = mark();
      if (mark.equals(seen)) {
        return;
      }
      current.manager = read();
      seen = mark;
      LOG.log(System.Logger.Level.INFO, "the certificate was replaced");
    } catch (IOException | GeneralSecurityException | RuntimeException e) {
      // Half written, perhaps: the next look will see.
      LOG.log(
          System.Logger.Level.WARNING,
          "the key store was changed and cannot be read: {0}; the old certificate stays in use",
          e.getClass().getName());
    }
  }

  @Override
  public void close() {
    watch.shutdownNow();
  }

  /** Asks whichever manager is the newest. */
  private static final class Current extends X509ExtendedKeyManager {
    private volatile X509ExtendedKeyManager manager;

    Current(X509ExtendedKeyManager manager) {
      this.manager = manager;
    }

    @Override
    public String[] getClientAliases(String type, Principal[] issuers) {
      return manager.getClientAliases(type, issuers);
    }

    @Override
    public String chooseClientAlias(String[] types, Principal[] issuers, Socket socket) {
      return manager.chooseClientAlias(types, issuers, socket);
    }

    @Override
    public String[] getServerAliases(String type, Principal[] issuers) {
      return manager.getServerAliases(type, issuers);
    }

    @Override
    public String chooseServerAlias(String type, Principal[] issuers, Socket socket) {
      return manager.chooseServerAlias(type, issuers, socket);
    }

    @Override
    public String chooseEngineServerAlias(String type, Principal[] issuers, SSLEngine engine) {
      return manager.chooseEngineServerAlias(type, issuers, engine);
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
      return manager.getCertificateChain(alias);
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
      return manager.getPrivateKey(alias);
    }
  }
}

package io.ktizo.storage.s3;

import java.net.URI;
import java.nio.file.Path;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.TransientNio2BlobStore;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** An S3 server in this process that keeps its objects in memory. */
final class S3Server {
  static final S3Settings.Credentials CREDENTIALS =
      new S3Settings.Credentials("local-access-key", "local-secret-key");

  private final S3Proxy server;

  private S3Server(S3Proxy server) {
    this.server = server;
  }

  static S3Server start() throws Exception {
    S3Proxy server =
        S3Proxy.builder()
            .blobStore(new TransientNio2BlobStore())
            .endpoint(URI.create("http://127.0.0.1:0"))
            .awsAuthentication(
                AuthenticationType.AWS_V4, CREDENTIALS.accessKeyId(), CREDENTIALS.secretAccessKey())
            .build();
    server.start();
    return new S3Server(server);
  }

  URI address() {
    return URI.create("http://127.0.0.1:" + server.getPort());
  }

  /** Settings for a new bucket. */
  S3Settings bucket(String name, Path spool) {
    try (S3Client admin =
        S3Client.builder()
            .endpointOverride(address())
            .region(Region.US_EAST_1)
            .forcePathStyle(true)
            .credentialsProvider(
                StaticCredentialsProvider.create(
                    AwsBasicCredentials.create(
                        CREDENTIALS.accessKeyId(), CREDENTIALS.secretAccessKey())))
            .httpClient(UrlConnectionHttpClient.create())
            .build()) {
      admin.createBucket(request -> request.bucket(name));
    }
    return S3Settings.at(address(), name, CREDENTIALS).spoolingIn(spool);
  }

  void stop() throws Exception {
    server.stop();
  }
}

package io.ktizo.core.account;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Base64;

/**
 * An authenticator and the browser before it, as far as WebAuthn Level 3 asks of them: keys on
 * P-256, signatures of ES256, CBOR by hand, so that nothing of the library under test vouches for
 * itself. What an attacker would change can be changed.
 */
public final class SoftwareAuthenticator {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();
  private static final int USER_PRESENT = 0x01;
  private static final int USER_VERIFIED = 0x04;
  private static final int ATTESTED = 0x40;

  private final KeyPair keys;
  private final byte[] credentialId = new byte[32];
  private byte[] userHandle = new byte[0];

  String origin;
  String domain;
  boolean verifiesUser = true;
  long count;

  /** Whether it counts its signatures; passkeys that are synchronised do not. */
  boolean counts = true;

  SoftwareAuthenticator() {
    this("print.example.org", "https://print.example.org");
  }

  /**
   * One with a key of its own.
   *
   * @param domain for which it signs
   * @param origin of the page that the browser says it shows
   */
  public SoftwareAuthenticator(String domain, String origin) {
    this.domain = domain;
    this.origin = origin;
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      keys = generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
    new SecureRandom().nextBytes(credentialId);
  }

  /** The same key before a page of another origin. */
  public void show(String pageOrigin) {
    origin = pageOrigin;
  }

  /** Answers to {@code navigator.credentials.create}. */
  public String create(String options) {
    JsonNode publicKey = publicKey(options);
    userHandle = decoded(publicKey.at("/user/id").textValue());
    byte[] clientData = clientData("webauthn.create", publicKey.get("challenge").textValue());
    byte[] authenticatorData = authenticatorData(true);
    ByteArrayOutputStream attestation = new ByteArrayOutputStream();
    attestation.write(0xa3); // map of 3
    text(attestation, "fmt");
    text(attestation, "none");
    text(attestation, "attStmt");
    attestation.write(0xa0); // empty map
    text(attestation, "authData");
    bytes(attestation, authenticatorData);
    ObjectNode response = MAPPER.createObjectNode();
    response.put("clientDataJSON", encoded(clientData));
    response.put("attestationObject", encoded(attestation.toByteArray()));
    response.putArray("transports").add("internal");
    return credential(response);
  }

  /** Answers to {@code navigator.credentials.get}. */
  public String get(String options) {
    return get(options, publicKey(options).get("challenge").textValue());
  }

  /** Answers, but to another challenge. */
  String get(String options, String challenge) {
    byte[] clientData = clientData("webauthn.get", challenge);
    return signed(clientData);
  }

  /** Answers with client data of the wrong kind. */
  String getAsCreate(String options) {
    return signed(clientData("webauthn.create", publicKey(options).get("challenge").textValue()));
  }

  private String signed(byte[] clientData) {
    if (counts) {
      count++;
    }
    byte[] authenticatorData = authenticatorData(false);
    try {
      Signature signature = Signature.getInstance("SHA256withECDSA");
      signature.initSign(keys.getPrivate());
      signature.update(authenticatorData);
      signature.update(sha256(clientData));
      ObjectNode response = MAPPER.createObjectNode();
      response.put("clientDataJSON", encoded(clientData));
      response.put("authenticatorData", encoded(authenticatorData));
      response.put("signature", encoded(signature.sign()));
      response.put("userHandle", encoded(userHandle));
      return credential(response);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private String credential(ObjectNode response) {
    ObjectNode credential = MAPPER.createObjectNode();
    credential.put("id", encoded(credentialId));
    credential.put("rawId", encoded(credentialId));
    credential.put("type", "public-key");
    credential.put("authenticatorAttachment", "platform");
    credential.set("response", response);
    credential.putObject("clientExtensionResults");
    return credential.toString();
  }

  /** WebAuthn §5.8.1. */
  private byte[] clientData(String type, String challenge) {
    ObjectNode data = MAPPER.createObjectNode();
    data.put("type", type);
    data.put("challenge", challenge);
    data.put("origin", origin);
    data.put("crossOrigin", false);
    return data.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** WebAuthn §6.1, with attested credential data (§6.5.1) if wanted. */
  private byte[] authenticatorData(boolean attested) {
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    data.writeBytes(sha256(domain.getBytes(StandardCharsets.UTF_8)));
    data.write(USER_PRESENT | (verifiesUser ? USER_VERIFIED : 0) | (attested ? ATTESTED : 0));
    data.writeBytes(ByteBuffer.allocate(4).putInt((int) count).array());
    if (attested) {
      data.writeBytes(new byte[16]); // no AAGUID
      data.writeBytes(ByteBuffer.allocate(2).putShort((short) credentialId.length).array());
      data.writeBytes(credentialId);
      data.writeBytes(coseKey());
    }
    return data.toByteArray();
  }

  /** RFC 9053 §2.1 and §7.1.1: kty EC2, alg ES256, crv P-256, x, y. */
  private byte[] coseKey() {
    ECPublicKey key = (ECPublicKey) keys.getPublic();
    ByteArrayOutputStream map = new ByteArrayOutputStream();
    map.writeBytes(new byte[] {(byte) 0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21});
    bytes(map, coordinate(key.getW().getAffineX()));
    map.write(0x22);
    bytes(map, coordinate(key.getW().getAffineY()));
    return map.toByteArray();
  }

  private static byte[] coordinate(BigInteger number) {
    byte[] bytes = number.toByteArray();
    byte[] padded = new byte[32];
    int length = Math.min(32, bytes.length);
    System.arraycopy(bytes, bytes.length - length, padded, 32 - length, length);
    return padded;
  }

  /** RFC 8949 §3: major type 3. */
  private static void text(ByteArrayOutputStream out, String text) {
    out.write(0x60 | text.length());
    out.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
  }

  /** RFC 8949 §3: major type 2. */
  private static void bytes(ByteArrayOutputStream out, byte[] bytes) {
    if (bytes.length < 256) {
      out.write(0x58);
      out.write(bytes.length);
    } else {
      out.write(0x59);
      out.write(bytes.length >> 8);
      out.write(bytes.length);
    }
    out.writeBytes(bytes);
  }

  static JsonNode publicKey(String options) {
    try {
      return MAPPER.readTree(options).get("publicKey");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  static String encoded(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static byte[] decoded(String text) {
    return Base64.getUrlDecoder().decode(text);
  }

  /** Says that somebody else is behind it. */
  void claimToBe(byte[] handle) {
    userHandle = Arrays.copyOf(handle, handle.length);
  }

  byte[] handle() {
    return userHandle.clone();
  }
}

package io.ktizo.privacy.erasure;

import io.ktizo.privacy.store.Vault;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.Signature;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Signs certificates and checks signatures, with Ed25519 of the JDK. */
final class Signing {
  private static final String ALGORITHM = "Ed25519";

  private Signing() {}

  static Certificate sign(Vault vault, Certificate certificate) {
    return certificate.with(sign(vault, certificate.keyId(), certificate.content()));
  }

  static Supplement sign(Vault vault, Supplement supplement) {
    return supplement.with(sign(vault, supplement.keyId(), supplement.content()));
  }

  private static Certificate.Signature sign(Vault vault, String keyId, byte[] content) {
    KeyPair keys = vault.signing(keyId);
    try {
      Signature signature = Signature.getInstance(ALGORITHM);
      signature.initSign(keys.getPrivate());
      signature.update(content);
      return new Certificate.Signature(
          ALGORITHM,
          Base64.getEncoder().encodeToString(keys.getPublic().getEncoded()),
          Base64.getEncoder().encodeToString(signature.sign()));
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("this JDK cannot sign with Ed25519", impossible);
    }
  }

  /** Whether the host's own key signed exactly this. */
  static boolean genuine(Vault vault, Certificate certificate) {
    return genuine(vault, certificate.keyId(), certificate.signature(), certificate.content());
  }

  /** Whether the host's own key signed exactly this. */
  static boolean genuine(Vault vault, Supplement supplement) {
    return genuine(vault, supplement.keyId(), supplement.signature(), supplement.content());
  }

  private static boolean genuine(
      Vault vault, String keyId, Certificate.@Nullable Signature stated, byte[] content) {
    if (stated == null || !vault.ids().contains(keyId)) {
      return false;
    }
    try {
      Signature signature = Signature.getInstance(ALGORITHM);
      signature.initVerify(vault.signing(keyId).getPublic());
      signature.update(content);
      return signature.verify(Base64.getDecoder().decode(stated.value()));
    } catch (GeneralSecurityException | IllegalArgumentException broken) {
      // A signature of another length, or no Base64: not ours.
      return false;
    }
  }
}

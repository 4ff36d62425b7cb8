package io.ktizo.privacy.erasure;

import io.ktizo.privacy.store.Vault;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.Signature;
import java.util.Base64;

/** Signs certificates and checks signatures, with Ed25519 of the JDK. */
final class Signing {
  private static final String ALGORITHM = "Ed25519";

  private Signing() {}

  static Certificate sign(Vault vault, Certificate certificate) {
    KeyPair keys = vault.signing(certificate.keyId());
    try {
      Signature signature = Signature.getInstance(ALGORITHM);
      signature.initSign(keys.getPrivate());
      signature.update(certificate.content());
      return certificate.with(
          new Certificate.Signature(
              ALGORITHM,
              Base64.getEncoder().encodeToString(keys.getPublic().getEncoded()),
              Base64.getEncoder().encodeToString(signature.sign())));
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("this JDK cannot sign with Ed25519", impossible);
    }
  }

  /** Whether the host's own key signed exactly this. */
  static boolean genuine(Vault vault, Certificate certificate) {
    Certificate.Signature stated = certificate.signature();
    if (stated == null || !vault.ids().contains(certificate.keyId())) {
      return false;
    }
    try {
      Signature signature = Signature.getInstance(ALGORITHM);
      signature.initVerify(vault.signing(certificate.keyId()).getPublic());
      signature.update(certificate.content());
      return signature.verify(Base64.getDecoder().decode(stated.value()));
    } catch (GeneralSecurityException | IllegalArgumentException broken) {
      // A signature of another length, or no Base64: not ours.
      return false;
    }
  }
}

package io.ktizo.core.account;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Codes of which each replaces a lost second factor once: 10 of 80 bits, kept as hashes. */
final class RecoveryCodes {
  private static final int COUNT = 10;

  private RecoveryCodes() {}

  /** New ones in place of all old ones; to be shown this once, in groups of four. */
  static List<String> replace(AccountEnvironment host, AccountId account) {
    List<String> codes = new ArrayList<>();
    for (int count = 0; count < COUNT; count++) {
      byte[] bytes = new byte[10];
      host.random().nextBytes(bytes);
      codes.add(Totp.base32(bytes).toLowerCase(Locale.ROOT).replaceAll("(.{4})(?=.)", "$1-"));
    }
    host.accounts()
        .replaceRecoveryCodes(
            account, codes.stream().map(code -> Token.Hash.of(canonical(code))).toList());
    return List.copyOf(codes);
  }

  /** However a person types it. */
  static String canonical(String code) {
    return code.length() > 100 ? "" : code.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
  }
}

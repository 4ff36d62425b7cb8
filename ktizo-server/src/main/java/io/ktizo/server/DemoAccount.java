package io.ktizo.server;

import io.ktizo.core.account.EmailAddress;
import io.ktizo.core.account.PlatformRole;

/**
 * An account of a demo. The domain is one that nobody can have (RFC 2606 §3), so no mail ever goes
 * to a stranger.
 *
 * @param email to sign in with
 * @param name of the person
 */
record DemoAccount(EmailAddress email, String name) {
  /** Of all of them; known to everybody who reads this. */
  static final String PASSWORD = "demo-of-the-print-shops";

  static DemoAccount of(PlatformRole role) {
    return switch (role) {
      case CUSTOMER -> new DemoAccount(new EmailAddress("customer@demo.example"), "Demo Customer");
      case SUPPORT -> new DemoAccount(new EmailAddress("support@demo.example"), "Demo Support");
      case ADMINISTRATOR ->
          new DemoAccount(new EmailAddress("administrator@demo.example"), "Demo Administrator");
    };
  }
}

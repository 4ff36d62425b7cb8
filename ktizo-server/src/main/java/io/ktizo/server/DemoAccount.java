package io.ktizo.server;

import io.ktizo.core.account.EmailAddress;
import io.ktizo.core.account.PlatformRole;
import io.ktizo.core.account.ShopRole;

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

  /** Of somebody in the first demo Shop. */
  static DemoAccount of(ShopRole role) {
    return switch (role) {
      case OWNER -> new DemoAccount(new EmailAddress("owner@demo.example"), "Demo Shop Owner");
      case OPERATOR ->
          new DemoAccount(new EmailAddress("operator@demo.example"), "Demo Shop Operator");
      case FINANCE ->
          new DemoAccount(new EmailAddress("finance@demo.example"), "Demo Shop Finance");
    };
  }
}

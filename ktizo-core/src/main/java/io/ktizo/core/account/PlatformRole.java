package io.ktizo.core.account;

/** What a person is to the platform. What he is to a Shop is a {@link ShopRole}. */
public enum PlatformRole {
  /** Buys, and may belong to Shops. */
  CUSTOMER,
  /** Helps customers and Shops; each look at a person's data is recorded. */
  SUPPORT,
  /** Runs the platform; needs a second factor. */
  ADMINISTRATOR
}

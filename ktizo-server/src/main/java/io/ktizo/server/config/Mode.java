package io.ktizo.server.config;

/** What the server is run for. */
public enum Mode {
  /**
   * A look at it on a machine of one's own: demo Shops and accounts, nothing leaves the machine.
   */
  DEMO,
  /** Real people and real money: the server does not start on anything weak or missing. */
  PRODUCTION
}

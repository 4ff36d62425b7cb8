package io.ktizo.core.account;

/** A mail about an account. The text form hides address and token. */
public sealed interface AccountMail {
  /** To whom. */
  EmailAddress to();

  /** A link that proves the address. */
  record ProveAddress(EmailAddress to, String name, Token token) implements AccountMail {}

  /** Somebody, perhaps you, registered again. */
  record AlreadyRegistered(EmailAddress to, String name) implements AccountMail {}

  /** A link that sets a new password. */
  record ResetPassword(EmailAddress to, String name, Token token) implements AccountMail {}

  /** The password was changed. */
  record PasswordChanged(EmailAddress to, String name) implements AccountMail {}

  /** To the new address: a link that makes it the account's. */
  record ConfirmAddress(EmailAddress to, String name, Token token) implements AccountMail {}

  /** To the present address: a change was asked for; a link that takes it back. */
  record AddressChangeNotice(EmailAddress to, String name, Token token) implements AccountMail {}

  /** To the new address: it is the account's now. */
  record AddressChanged(EmailAddress to, String name) implements AccountMail {}

  /** A second factor was set up or removed. */
  record SecondFactorChanged(EmailAddress to, String name) implements AccountMail {}

  /** The account was closed. */
  record AccountClosed(EmailAddress to, String name) implements AccountMail {}
}

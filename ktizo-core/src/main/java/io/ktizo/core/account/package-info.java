/**
 * People: how they become members, sign in, and stay masters of their accounts.
 *
 * <p>Begin with {@link io.ktizo.core.account.Registering}, {@link io.ktizo.core.account.SigningIn},
 * {@link io.ktizo.core.account.ManagingAccount} and {@link io.ktizo.core.account.IssuingApiKeys},
 * the use cases ({@link io.ktizo.core.account.ManagingMembers} those of staff, {@link
 * io.ktizo.core.account.UsingPasskeys} those of passkeys); {@link
 * io.ktizo.core.account.AccountEnvironment} lists what they need from the host. Mails follow from
 * events ({@link io.ktizo.core.account.AccountMailing}). Who may do what to what stands in {@link
 * io.ktizo.core.account.Permissions}.
 *
 * <p>What is kept is an address, a name, a hash, a role, and the moment at which the person
 * confirmed to be old enough. Nobody learns from this room whether an address has an account:
 * answers and times are alike.
 *
 * <p>Needs the optional libraries Bouncy Castle ({@link io.ktizo.core.account.Passwords}), bucket4j
 * ({@link io.ktizo.core.account.AddressThrottle}) and zxcvbn ({@link
 * io.ktizo.core.account.CommonPasswords}), and webauthn-server-core for {@link
 * io.ktizo.core.account.UsingPasskeys}.
 */
@NullMarked
package io.ktizo.core.account;

import org.jspecify.annotations.NullMarked;

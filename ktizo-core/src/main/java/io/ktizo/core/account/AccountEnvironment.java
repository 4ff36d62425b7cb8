package io.ktizo.core.account;

import io.ktizo.core.id.IdGenerator;
import java.time.InstantSource;
import java.util.random.RandomGenerator;

/**
 * What the use cases of accounts need from the host.
 *
 * @param accounts where accounts are kept
 * @param sessions where sessions are kept
 * @param attempts how guessing at one account is slowed down
 * @param throttle how much is let through from one address and from all
 * @param passwords how passwords are hashed
 * @param rules which passwords may be chosen
 * @param secrets how secrets of second factors are encrypted
 * @param ids for new things
 * @param clock what time it is
 * @param random for tokens; a {@link java.security.SecureRandom} in production
 * @param issuer the platform's name as authenticator apps show it
 */
public record AccountEnvironment(
    Accounts accounts,
    Sessions sessions,
    SignInAttempts attempts,
    AddressThrottle throttle,
    Passwords passwords,
    PasswordRules rules,
    SecretBox secrets,
    IdGenerator ids,
    InstantSource clock,
    RandomGenerator random,
    String issuer) {}

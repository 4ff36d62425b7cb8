/**
 * A payment provider in the process: for a first run and for tests, with no account anywhere.
 *
 * <p>Begin with {@link io.ktizo.payments.sandbox.SandboxGateway}. It keeps the rules of a real
 * provider (what may be captured, refunded, transferred, paid out; fees; idempotency) and moves no
 * money. {@link io.ktizo.payments.sandbox.SandboxCard} lists the cards whose outcomes are known
 * beforehand.
 *
 * <p>This room may use {@code io.ktizo.payments}, joda-money and the JDK.
 */
@NullMarked
package io.ktizo.payments.sandbox;

import org.jspecify.annotations.NullMarked;

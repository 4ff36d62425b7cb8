/**
 * For the tests of an application that embeds the privacy engine.
 *
 * <p>{@link io.ktizo.privacy.testkit.CoverageGate} fails the build when schema and data map part
 * ways. {@link io.ktizo.privacy.testkit.PrivacyAssertions} say what must be in an export and what
 * must be gone. {@link io.ktizo.privacy.testkit.PersonalDataHolderContract} is what every holder
 * that the host writes has to pass.
 */
@NullMarked
package io.ktizo.privacy.testkit;

import org.jspecify.annotations.NullMarked;

/**
 * A plain JDBC application with five tables, and the forty lines that give it export, erasure and
 * proof: {@link io.ktizo.examples.privacy.PrivacyForYourApp}.
 */
@NullMarked
package io.ktizo.examples.privacy;

import org.jspecify.annotations.NullMarked;

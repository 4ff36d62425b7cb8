/**
 * The privacy engine as commands, for any database that speaks JDBC and that nobody here has seen:
 * draft a data map, hold it against the schema, export, plan, erase, verify.
 *
 * <p>Begin with {@link io.ktizo.server.privacy.PrivacyCommands}. A password comes from the
 * environment or is asked for; a person's key need not stand on the command line either. Exit codes
 * are told by each command's {@code --help}.
 */
@NullMarked
package io.ktizo.server.privacy;

import org.jspecify.annotations.NullMarked;

/**
 * What an operator decides: settings from defaults, a file, the environment and the command line,
 * and what is to be said about them.
 *
 * <p>Begin with {@link io.ktizo.server.config.Configuration}, the settings as immutable records;
 * each reads itself from a {@link io.ktizo.server.config.Section}, which is the only list of known
 * settings there is. {@link io.ktizo.server.config.ConfigurationSources} puts the sources together
 * and tells everything that is wrong with them at once. {@link
 * io.ktizo.server.config.ConfigurationCheck} says what is weak or missing; in production the server
 * does not start on its errors.
 *
 * <p>To add a setting, add a component to a record here and read it from its section: the name in
 * the file, the variable in the environment and the complaint about a wrong value follow from it,
 * and a test asks for its line in the module's README.
 */
@NullMarked
package io.ktizo.server.config;

import org.jspecify.annotations.NullMarked;

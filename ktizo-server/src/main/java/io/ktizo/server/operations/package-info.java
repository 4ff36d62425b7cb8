/**
 * What an operator sees of a running server: health and metrics on a port of their own, one line of
 * JSON for each request and for each thing that concerns security, and the certificate that is
 * replaced while it runs.
 *
 * <p>Begin with {@link io.ktizo.server.operations.OperationsPort}. No label, no line and no answer
 * here holds anything about a person: routes stand for paths, networks for addresses.
 */
@NullMarked
package io.ktizo.server.operations;

import org.jspecify.annotations.NullMarked;

/**
 * The HTTP edge: one table of routes, one way to refuse, one way to answer.
 *
 * <p>Begin with {@link io.ktizo.server.http.Web}, which binds the table to a port. An {@link
 * io.ktizo.server.http.Endpoint} takes a request and returns an {@link
 * io.ktizo.server.http.Answer}; {@link io.ktizo.server.http.Edge} does for all of them what none
 * must forget: request ids, security headers, framing, the origin of changes, HEAD, problem
 * documents, and the end of connections whose body was not read. Why each of these is as it is
 * stands in {@code docs/adr/0007-http-edge.md}.
 */
@NullMarked
package io.ktizo.server.http;

import org.jspecify.annotations.NullMarked;

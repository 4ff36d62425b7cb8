/**
 * The program: commands, and the server put together.
 *
 * <p>Begin with {@link io.ktizo.server.Ktizo}, which lists the commands, and {@link
 * io.ktizo.server.KtizoServer}, which wires libraries, desk and HTTP. No rule of the trade lives
 * here: parse, call one use case, render.
 */
@NullMarked
package io.ktizo.server;

import org.jspecify.annotations.NullMarked;

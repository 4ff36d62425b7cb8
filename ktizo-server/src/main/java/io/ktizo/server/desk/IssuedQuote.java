package io.ktizo.server.desk;

import java.time.Instant;

/**
 * A quote that was given.
 *
 * @param id its id
 * @param model what for
 * @param issued when
 * @param document the whole answer as it was given, a JSON object
 */
public record IssuedQuote(DeskId id, DeskId model, Instant issued, String document) {}

package io.ktizo.storage.tus;

import io.ktizo.storage.Owner;
import java.io.InputStream;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One request, after the host has found out who sends it.
 *
 * @param owner whose uploads these are
 * @param method as it was sent
 * @param id what stands behind the collection's path, without a slash; empty for the collection
 * @param headers gives a header's value by its name, whatever the case of its letters; the values
 *     of a header that was sent several times joined by commas; {@code null} if it was not sent
 * @param body the bytes, read only when the protocol says so
 */
public record TusRequest(
    Owner owner,
    String method,
    String id,
    Function<String, @Nullable String> headers,
    InputStream body) {

  Optional<String> header(String name) {
    return Optional.ofNullable(headers.apply(name)).map(String::strip);
  }
}

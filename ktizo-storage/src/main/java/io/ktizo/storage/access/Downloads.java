package io.ktizo.storage.access;

import io.ktizo.storage.ByteRange;
import io.ktizo.storage.FileId;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * HTTP answers for downloads, without an HTTP framework. Whatever the file is, a browser saves it
 * and neither shows nor runs it: attachment, nosniff, a sandbox without permissions, never cached
 * outside the browser.
 *
 * <p>One range at a time (RFC 9110 §14); several at once get the whole file, as §14.2 allows.
 */
public final class Downloads {
  private static final Pattern RANGE = Pattern.compile("bytes=(\\d{0,18})-(\\d{0,18})");

  private final FileAccess access;
  private final DownloadLinks links;

  /** Over access and the links that lead to it. */
  public Downloads(FileAccess access, DownloadLinks links) {
    this.access = access;
    this.links = links;
  }

  /**
   * A request for a file.
   *
   * @param file which one
   * @param kind of what is derived from it; empty for the file itself
   * @param token of the link
   * @param session the id of the session in which it was asked for
   * @param viewer who that session belongs to
   * @param range the header {@code Range}; {@code null} if it was not sent
   * @param ifRange the header {@code If-Range}; {@code null} if it was not sent
   */
  public record Request(
      FileId file,
      String kind,
      String token,
      String session,
      Viewer viewer,
      @Nullable String range,
      @Nullable String ifRange) {
    @Override
    public String toString() {
      return "Request[" + file + "]";
    }
  }

  /**
   * An answer.
   *
   * @param status of HTTP
   * @param headers to be written in this order
   * @param content the body, exactly as long as {@code Content-Length} says; to be closed
   */
  public record Response(int status, Map<String, String> headers, InputStream content) {}

  /** Answers a GET; for a HEAD, leave the content unread and close it. */
  public Response answer(Request request) {
    Optional<Instant> until =
        links.verify(request.token(), request.file(), request.kind(), request.session());
    if (until.isEmpty()) {
      return bare(403);
    }
    FileAccess.Decision decision =
        access.decide(
            request.file(),
            request.kind().isEmpty() ? null : request.kind(),
            request.viewer(),
            until.get());
    return switch (decision) {
      case FileAccess.Decision.No no -> bare(no.answer() instanceof Opening.Missing ? 404 : 403);
      case FileAccess.Decision.Yes yes -> answer(request, yes);
    };
  }

  private static Response answer(Request request, FileAccess.Decision.Yes file) {
    String tag = "\"" + file.sha256().hex() + "\"";
    String asked = request.range();
    boolean applies = asked != null && (request.ifRange() == null || tag.equals(request.ifRange()));
    Matcher form = RANGE.matcher(asked == null ? "" : asked.strip());
    if (!applies || !form.matches() || isInvalid(form)) {
      Opening.Opened whole = file.open(ByteRange.ALL);
      Map<String, String> headers = headers(whole, tag);
      headers.put("Content-Length", Long.toString(whole.size()));
      return new Response(200, headers, whole.content());
    }
    Optional<ByteRange> range = range(form.group(1), form.group(2), file.size());
    if (range.isEmpty()) {
      Map<String, String> headers = new LinkedHashMap<>();
      headers.put("Content-Range", "bytes */" + file.size());
      headers.put("Content-Length", "0");
      return new Response(416, headers, InputStream.nullInputStream());
    }
    Opening.Opened part = file.open(range.get());
    long first = range.get().offset();
    long length = range.get().within(file.size());
    Map<String, String> headers = headers(part, tag);
    headers.put("Content-Range", "bytes " + first + "-" + (first + length - 1) + "/" + file.size());
    headers.put("Content-Length", Long.toString(length));
    return new Response(206, headers, part.content());
  }

  /** RFC 9110 §14.1.1: neither number, or a last byte before the first; ignored as §14.2 says. */
  private static boolean isInvalid(Matcher form) {
    String first = form.group(1);
    String last = form.group(2);
    return first.isEmpty()
        ? last.isEmpty()
        : !last.isEmpty() && Long.parseLong(last) < Long.parseLong(first);
  }

  /** First and last byte, or the number of bytes at the end; nothing if no byte is meant. */
  private static Optional<ByteRange> range(String first, String last, long size) {
    if (first.isEmpty()) {
      long count = Math.min(Long.parseLong(last), size);
      return count == 0 ? Optional.empty() : Optional.of(new ByteRange(size - count, count));
    }
    long from = Long.parseLong(first);
    long to = last.isEmpty() ? size - 1 : Math.min(Long.parseLong(last), size - 1);
    return from > to ? Optional.empty() : Optional.of(new ByteRange(from, to - from + 1));
  }

  private static Map<String, String> headers(Opening.Opened opened, String tag) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Content-Type", opened.mediaType());
    headers.put("Content-Disposition", disposition(opened.file().name().value()));
    headers.put("X-Content-Type-Options", "nosniff");
    headers.put("Content-Security-Policy", "sandbox; default-src 'none'");
    headers.put("Cross-Origin-Resource-Policy", "same-origin");
    headers.put("Cache-Control", "private, no-store");
    headers.put("Accept-Ranges", "bytes");
    headers.put("ETag", tag);
    return headers;
  }

  /** RFC 6266 §4.3: a plain name for old clients, and the real one by RFC 8187. */
  static String disposition(String name) {
    String plain = name.replaceAll("[^A-Za-z0-9 ._-]", "_");
    StringBuilder encoded = new StringBuilder();
    for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xFF);
      boolean safe =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || ".-_".indexOf(c) >= 0;
      encoded.append(safe ? String.valueOf(c) : String.format("%%%02X", b & 0xFF));
    }
    return "attachment; filename=\"" + plain + "\"; filename*=UTF-8''" + encoded;
  }

  private static Response bare(int status) {
    return new Response(
        status,
        Map.of("Content-Length", "0", "Cache-Control", "no-store"),
        InputStream.nullInputStream());
  }
}

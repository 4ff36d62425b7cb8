package io.ktizo.server.http;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;

/**
 * The pages, their scripts, and the OpenAPI document: a short list of resources, read once, so that
 * no path ever leads to a file.
 */
public final class Pages {
  private static final String THREE = "/META-INF/resources/webjars/three/0.181.1/";
  private static final String SWAGGER = "/META-INF/resources/webjars/swagger-ui/5.34.1/";
  private static final String SCRIPT = "text/javascript; charset=utf-8";

  private static final String BANNER =
      "<p class=\"banner\" role=\"note\"><strong>Demo.</strong> Everybody knows the passwords of"
          + " its accounts; nothing here is real, and it is deleted soon.</p>";

  private static final Pattern HEADING = Pattern.compile("<h2>(.*?)</h2>");

  private final boolean demo;

  /**
   * Pages.
   *
   * @param demo whether each says that this is one
   */
  public Pages(boolean demo) {
    this.demo = demo;
  }

  /** The routes. */
  public List<Route> routes() {
    String openApi = text("/META-INF/openapi.yaml");
    return List.of(
        page("/", "index.html"),
        person("/register", "register.html"),
        person("/sign-in", "sign-in.html"),
        person("/account", "account.html"),
        person("/forgotten-password", "forgotten-password.html"),
        person("/new-password", "new-password.html"),
        person("/verify", "link.html"),
        person("/confirm-email", "link.html"),
        person("/revert-email", "link.html"),
        person("/join", "link.html"),
        person("/mails", "mails.html"),
        person("/first-administrator", "first-administrator.html"),
        shelled("/shop", "shop.html", "shop.js"),
        shelled("/staff", "staff.html", "staff.js"),
        serve("/page.js", SCRIPT, text("/web/page.js")),
        serve("/form.js", SCRIPT, text("/web/form.js")),
        serve("/shop.js", SCRIPT, text("/web/shop.js")),
        serve("/prices.js", SCRIPT, text("/web/prices.js")),
        serve("/equipment.js", SCRIPT, text("/web/equipment.js")),
        serve("/staff.js", SCRIPT, text("/web/staff.js")),
        serve("/people.js", SCRIPT, text("/web/people.js")),
        docs(page("/api/docs", "docs.html")),
        serve("/docs.js", SCRIPT, text("/web/docs.js")),
        serve("/lib/swagger-ui.css", "text/css; charset=utf-8", text(SWAGGER + "swagger-ui.css")),
        serve("/lib/swagger-ui-bundle.js", SCRIPT, text(SWAGGER + "swagger-ui-bundle.js")),
        serve("/app.js", SCRIPT, text("/web/app.js")),
        serve("/viewer.js", SCRIPT, text("/web/viewer.js")),
        serve("/style.css", "text/css; charset=utf-8", text("/web/style.css")),
        serve("/favicon.svg", "image/svg+xml", text("/web/favicon.svg")),
        serve("/lib/three.module.min.js", SCRIPT, text(THREE + "build/three.module.min.js")),
        serve("/lib/three.core.min.js", SCRIPT, text(THREE + "build/three.core.min.js")),
        serve("/lib/OrbitControls.js", SCRIPT, orbitControls()),
        serve("/openapi", "application/yaml", openApi),
        serve("/openapi.json", Answer.JSON, json(openApi)));
  }

  /**
   * The module names its library by a bare word. Browsers resolve that by an import map only, which
   * has to stand in the page as an inline script, and those we do not allow.
   */
  private static String orbitControls() {
    String bare = "from 'three';";
    String source = text(THREE + "examples/jsm/controls/OrbitControls.js");
    if (!source.contains(bare)) {
      throw new IllegalStateException("OrbitControls.js no longer imports 'three' as it did");
    }
    return source.replace(bare, "from './three.module.min.js';");
  }

  private static String json(String yaml) {
    try {
      Map<String, Object> tree = new YAMLMapper().readValue(yaml, new TypeReference<>() {});
      return JsonMapper.builder().build().writeValueAsString(tree);
    } catch (IOException e) {
      throw new UncheckedIOException("the OpenAPI document is not YAML", e);
    }
  }

  /**
   * Swagger UI's style holds its icons as data, and draws from inline styles that it sets itself.
   */
  private static Route docs(Route page) {
    String policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
            + " connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
    return Route.get(
        page.path(),
        page.access(),
        call -> page.endpoint().answer(call).with("Content-Security-Policy", policy));
  }

  private Route page(String path, String resource) {
    return html(path, text("/web/" + resource));
  }

  private Route person(String path, String resource) {
    return shelled(path, resource, "people.js");
  }

  /** A page of those that differ in content and script alone; its first heading is its title. */
  private Route shelled(String path, String resource, String script) {
    String content = text("/web/" + resource);
    Matcher heading = HEADING.matcher(content);
    if (!heading.find()) {
      throw new IllegalStateException("a page without a heading: " + resource);
    }
    String shell =
        text("/web/shell.html")
            .replace("{title}", heading.group(1))
            .replace("{script}", script)
            .replace(
                "<a href=\"" + path + "\">", "<a href=\"" + path + "\" aria-current=\"page\">");
    return html(path, shell.replace("{content}", content));
  }

  private Route html(String path, String html) {
    if (!html.contains("<body>")) {
      throw new IllegalStateException("a page without a body: " + path);
    }
    return serve(
        path,
        "text/html; charset=utf-8",
        demo ? html.replace("<body>", "<body>\n" + BANNER) : html);
  }

  private static Route serve(String path, String mediaType, String text) {
    byte[] plain = text.getBytes(StandardCharsets.UTF_8);
    byte[] zipped = gzip(plain);
    String tag = HexFormat.of().formatHex(sha256(plain), 0, 16);
    return Route.get(
        path,
        Access.everybody(),
        call -> answer(call.request(), mediaType, plain, zipped, "\"" + tag, "\""));
  }

  private static Answer answer(
      ServerRequest request,
      String mediaType,
      byte[] plain,
      byte[] zipped,
      String tagStart,
      String tagEnd) {
    boolean zip =
        request.headers().first(HeaderNames.ACCEPT_ENCODING).orElse("").contains("gzip")
            && zipped.length < plain.length;
    String tag = tagStart + (zip ? "-z" : "") + tagEnd;
    boolean known = request.headers().first(HeaderNames.IF_NONE_MATCH).orElse("").contains(tag);
    // What a browser keeps gets the headers of this answer (RFC 9111 §3.2): its policy must be that
    // of the page, by the media type.
    byte[] body = zip ? zipped : plain;
    Answer answer = Answer.of(known ? 304 : 200, mediaType, known ? new byte[0] : body);
    answer =
        answer.with("ETag", tag).with("Vary", "Accept-Encoding").with("Cache-Control", "no-cache");
    return zip && !known ? answer.with("Content-Encoding", "gzip") : answer;
  }

  private static String text(String resource) {
    try (InputStream in = Pages.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("the resource is missing: " + resource);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] gzip(byte[] plain) {
    ByteArrayOutputStream zipped = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(zipped)) {
      out.write(plain);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return zipped.toByteArray();
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}

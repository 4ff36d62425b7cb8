package io.ktizo.server.http;

import java.util.List;

/**
 * What a person recognises a device by: browser and system, in so far as the browser says; nothing
 * that tells one person's browser from another's.
 */
final class Devices {
  /** Each line: what is looked for, and what it is called; the first that is found counts. */
  private static final List<List<String>> BROWSERS =
      List.of(
          List.of("Edg/", "Edge"),
          List.of("OPR/", "Opera"),
          List.of("Firefox/", "Firefox"),
          List.of("Chrome/", "Chrome"),
          List.of("Safari/", "Safari"),
          List.of("curl/", "curl"));

  private static final List<List<String>> SYSTEMS =
      List.of(
          List.of("Android", "Android"),
          List.of("iPhone", "iPhone"),
          List.of("iPad", "iPad"),
          List.of("Windows", "Windows"),
          List.of("Mac OS X", "macOS"),
          List.of("CrOS", "ChromeOS"),
          List.of("Linux", "Linux"));

  private Devices() {}

  /** The name for what a browser says of itself. */
  static String name(String userAgent) {
    String browser = first(BROWSERS, userAgent);
    String system = first(SYSTEMS, userAgent);
    if (browser.isEmpty()) {
      return system.isEmpty() ? "Unknown device" : system;
    }
    return system.isEmpty() ? browser : browser + " on " + system;
  }

  private static String first(List<List<String>> table, String userAgent) {
    return table.stream()
        .filter(line -> userAgent.contains(line.getFirst()))
        .map(List::getLast)
        .findFirst()
        .orElse("");
  }
}

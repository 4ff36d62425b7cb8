package io.ktizo.core.print;

/** Skirt, brim and raft. */
final class FirstLayers {
  private final PrintProfile profile;
  FirstLayers(PrintProfile profile) { this.profile = profile; }
  void add(LayerShape[] shapes, Totals totals) {}
}

package io.ktizo.core.print;

/** How a Shop prints. */
public record PrintProfile(double nozzleDiameter) {}

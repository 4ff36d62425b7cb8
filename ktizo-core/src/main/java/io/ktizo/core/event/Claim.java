package io.ktizo.core.event;

import java.util.UUID;

/**
 * The right to deliver the events about one thing until the lease ends.
 *
 * @param about the thing
 * @param owner a value that no other claim has
 * @param attempts how often the oldest event failed so far
 */
public record Claim(String about, UUID owner, int attempts) {}

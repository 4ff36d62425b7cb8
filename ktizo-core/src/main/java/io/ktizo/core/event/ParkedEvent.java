package io.ktizo.core.event;

import java.time.Instant;

/**
 * An event that failed so often that somebody must look. Until then the later events about the same
 * thing wait behind it.
 *
 * @param event the event
 * @param since when it was given up
 * @param attempts how often it failed
 * @param failure the class of the last failure; the message is not kept, it may quote people
 * @param waiting how many later events about the thing wait
 */
public record ParkedEvent(Event event, Instant since, int attempts, String failure, long waiting) {}

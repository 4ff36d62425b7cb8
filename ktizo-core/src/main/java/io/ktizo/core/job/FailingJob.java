package io.ktizo.core.job;

import java.time.Instant;

/**
 * A job or timer that failed the last time; it will be tried again.
 *
 * @param name of the job or timer
 * @param key of the thing, or of the recurring job itself
 * @param failures in a row
 * @param lastFailure when it failed last
 * @param next when it is tried again
 */
public record FailingJob(
    String name, String key, int failures, Instant lastFailure, Instant next) {}

/**
 * Work that waits for its time: recurring jobs, and timers for single things.
 *
 * <p>Begin with {@link io.ktizo.core.job.Jobs}. Any number of instances run the same jobs over one
 * database; each occurrence is done by one of them. An instance that dies stops showing signs of
 * life, and another does its work again: so what a job does must be harmless twice.
 *
 * <p>The engine is db-scheduler, an optional library that only this room needs.
 */
@NullMarked
package io.ktizo.core.job;

import org.jspecify.annotations.NullMarked;

/**
 * What a person gets when he asks what is held about him (GDPR Article 15), or for something to
 * take along (Article 20): a zip archive with JSON of a published schema, CSV, a page to read, his
 * files, and for everything why it is held, who got it, how long, and where it came from.
 *
 * <p>Begin with {@code Privacy.export} for an archive that goes straight to a stream, and with
 * {@link io.ktizo.privacy.export.Exports} for archives that lie encrypted until they are fetched
 * and survive a kill while they are made. {@link io.ktizo.privacy.export.ExportArchive} reads an
 * archive again, here or in another application.
 *
 * <p>Memory does not grow with the data. See docs/adr/0010 for how an archive that was interrupted
 * comes to equal one that was not.
 */
@NullMarked
package io.ktizo.privacy.export;

import org.jspecify.annotations.NullMarked;

package io.ktizo.server.desk;

import java.time.Instant;

/**
 * A model that was taken in.
 *
 * @param id its id
 * @param name as the customer called the file; may say something about a person, so it is never
 *     logged
 * @param fileSha256 of the file, 64 lower-case hexadecimal digits
 * @param fileBytes size of the file
 * @param received when
 * @param report what was found out, a JSON object
 */
public record UploadedModel(
    DeskId id, String name, String fileSha256, long fileBytes, Instant received, String report) {}

package io.ktizo.privacy.datamap;

/**
 * Why data is processed.
 *
 * @param name unique in the map, for instance {@code fulfilment}
 * @param description one sentence for the person concerned
 * @param basis the ground of lawfulness
 */
public record Purpose(String name, String description, LegalBasis basis) {}

package io.ktizo.core.mesh;

import io.ktizo.core.quote.PriceList;

/** What HouseBoundaryTest must catch: an arrow against the direction mesh ← print ← quote. */
public record MeshThatKnowsPrices(PriceList prices) {}

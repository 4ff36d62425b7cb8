package io.ktizo.privacy;

import io.ktizo.core.quote.Quote;

/** What HouseBoundaryTest must catch: the privacy engine knowing the trade. */
public record PrivacyThatKnowsOrders(Quote quote) {}

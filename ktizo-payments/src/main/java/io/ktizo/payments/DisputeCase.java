package io.ktizo.payments;

import io.ktizo.payments.ProviderObject.Dispute;
import org.jspecify.annotations.Nullable;

/**
 * A dispute of a payable's payment.
 *
 * @param payable what was paid
 * @param dispute as last seen at the provider
 * @param loss where the lost money was taken from, as {@code paying} writes it; {@code null} unless
 *     the dispute was lost
 */
public record DisputeCase(PayableId payable, Dispute dispute, @Nullable String loss) {}

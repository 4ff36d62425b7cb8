/**
 * Webhooks out: Shops are told over HTTPS what happens.
 *
 * <p>Begin with {@link io.ktizo.core.webhook.ManagingWebhooks}, which a Shop uses. {@link
 * io.ktizo.core.webhook.WebhookFanOut} receives events from the outbox and writes a {@link
 * io.ktizo.core.webhook.WebhookDelivery} for each webhook that wants one; {@link
 * io.ktizo.core.webhook.DeliveringWebhooks} sends those that are due, any number of instances
 * together, with growing pauses, and stops asking addresses that fail for long. The sending itself
 * is the host's ({@link io.ktizo.core.webhook.WebhookTransport}); {@link
 * io.ktizo.core.webhook.AddressGuard} says where it may go.
 *
 * <p>Messages are signed ({@link io.ktizo.core.webhook.WebhookSignature}). They name things by
 * their ids and hold nothing about people.
 *
 * <p>Needs the optional library Jackson for the messages' JSON.
 */
@NullMarked
package io.ktizo.core.webhook;

import org.jspecify.annotations.NullMarked;

/**
 * What the server does outside: it sends webhooks' messages ({@link
 * io.ktizo.server.outside.WebhookSender}). Everything here has a time limit, and trusts nobody.
 */
@NullMarked
package io.ktizo.server.outside;

import org.jspecify.annotations.NullMarked;

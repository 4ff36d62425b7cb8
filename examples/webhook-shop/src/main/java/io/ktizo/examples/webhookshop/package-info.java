/** A shop in some forty lines that takes payments and pays its potter. */
@NullMarked
package io.ktizo.examples.webhookshop;

import org.jspecify.annotations.NullMarked;

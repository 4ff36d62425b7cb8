/**
 * Embeds ktizo-core to quote a model from the command line. Begin with {@link
 * io.ktizo.examples.quote.QuoteAModel}.
 */
@NullMarked
package io.ktizo.examples.quote;

import org.jspecify.annotations.NullMarked;

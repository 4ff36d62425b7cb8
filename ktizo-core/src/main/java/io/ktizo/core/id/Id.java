package io.ktizo.core.id;

import java.util.UUID;

/**
 * The id of one thing. Implemented by one record for each kind:
 *
 * <pre>{@code
 * public record ShopId(UUID value) implements Id {
 *   public static final IdForm<ShopId> FORM = IdForm.of("shop", ShopId::new);
 *
 *   @Override
 *   public String toString() {
 *     return FORM.text(this);
 *   }
 * }
 * }</pre>
 *
 * <p>{@code toString} gives the text form and {@code FORM.parse} reads it back; both are stable and
 * fit for addresses, logs and other systems.
 */
public interface Id {
  /** The value behind the text; what databases store. */
  UUID value();
}

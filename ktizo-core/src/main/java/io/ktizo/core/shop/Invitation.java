package io.ktizo.core.shop;

import io.ktizo.core.account.AccountId;
import io.ktizo.core.account.EmailAddress;
import io.ktizo.core.account.ShopRole;
import io.ktizo.core.account.Token;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An offer to belong to a Shop, sent by mail.
 *
 * @param id of the invitation
 * @param shop to which
 * @param email to whom; only the account with this address can accept
 * @param role as what
 * @param invitedBy by whom
 * @param createdAt when
 * @param expiresAt first moment at which it is worth nothing
 * @param hash of the secret that was mailed last; {@code null} before the first mail
 */
public record Invitation(
    InvitationId id,
    ShopId shop,
    EmailAddress email,
    ShopRole role,
    AccountId invitedBy,
    Instant createdAt,
    Instant expiresAt,
    Token.@Nullable Hash hash) {
  /** How long one is good. */
  public static final Duration VALIDITY = Duration.ofDays(7);

  /** Without the address. */
  @Override
  public String toString() {
    return "Invitation[" + id + ", " + shop + ", " + role + "]";
  }
}

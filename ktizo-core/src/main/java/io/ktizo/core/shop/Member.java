package io.ktizo.core.shop;

import io.ktizo.core.account.AccountId;
import io.ktizo.core.account.ShopRole;
import java.time.Instant;

/**
 * Somebody who belongs to a Shop.
 *
 * @param shop to which
 * @param account who
 * @param role as what
 * @param since when he came
 */
public record Member(ShopId shop, AccountId account, ShopRole role, Instant since) {}

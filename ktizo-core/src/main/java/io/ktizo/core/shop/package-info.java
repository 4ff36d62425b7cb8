/**
 * Shops: who they are, who belongs to them, what they print with, what they charge, how they ship.
 *
 * <p>Begin with {@link io.ktizo.core.shop.ManagingShop}, the use cases of a {@link
 * io.ktizo.core.shop.Shop} from application to closing; its states and who may change them stand in
 * one table, {@link io.ktizo.core.shop.ShopTransition}. {@link io.ktizo.core.shop.ManagingStaff}
 * invites people. {@link io.ktizo.core.shop.Printer}s, {@link io.ktizo.core.shop.Material}s and
 * {@link io.ktizo.core.shop.ShippingMethod}s are kept in {@link io.ktizo.core.shop.ShopItems}.
 * {@link io.ktizo.core.shop.Stock} holds spools and never sells a gram twice. {@link
 * io.ktizo.core.shop.ManagingPrices} drafts, tries, compares and publishes versions of price lists;
 * once in force, none changes.
 *
 * <p>Who may do what is decided before, by {@link io.ktizo.core.account.Permissions}. Refusals that
 * belong to the trade are returned; {@link io.ktizo.core.sql.StaleVersionException} tells of two
 * people who changed the same thing.
 *
 * <p>Needs the optional library Jackson for {@link io.ktizo.core.shop.ShopJson} and {@link
 * io.ktizo.core.shop.SpoolmanImport}.
 */
@NullMarked
package io.ktizo.core.shop;

import org.jspecify.annotations.NullMarked;

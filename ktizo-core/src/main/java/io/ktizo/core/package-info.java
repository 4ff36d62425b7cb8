/**
 * The trade of on-demand 3D printing, and the small kernel that the other modules share.
 *
 * <p>Begin with the room you need: {@code mesh}, {@code print} and {@code quote} for prices, {@code
 * account} and {@code shop} for people and Shops, {@code sql} and {@code event} for keeping things.
 */
@NullMarked
package io.ktizo.core;

import org.jspecify.annotations.NullMarked;

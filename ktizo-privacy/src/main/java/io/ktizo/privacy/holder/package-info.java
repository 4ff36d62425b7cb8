/**
 * Where a person's data lies, and what can be done with it there.
 *
 * <p>Tables are reached by {@link io.ktizo.privacy.holder.Ownership}: it follows the links of a
 * {@link io.ktizo.privacy.holder.CompiledMap} from one person and marks, by set-based SQL, every
 * row that he owns or may read. Everything else (files, processors outside) is a {@link
 * io.ktizo.privacy.holder.PersonalDataHolder} that the host writes.
 *
 * <p>The rules are those of K9db (Albab et al., "K9db: Privacy-Compliant Storage For Web
 * Applications By Construction", OSDI 2023), extended by composite keys, self references and links
 * without foreign keys. See docs/adr/0008.
 */
@NullMarked
package io.ktizo.privacy.holder;

import org.jspecify.annotations.NullMarked;

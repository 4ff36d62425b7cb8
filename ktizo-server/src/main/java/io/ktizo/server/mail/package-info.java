/**
 * Mails to people: what they say, and how they leave.
 *
 * <p>Begin with {@link io.ktizo.server.mail.AccountLetters}, which turns a mail of the core into a
 * {@link io.ktizo.server.mail.Letter}. {@link io.ktizo.server.mail.SmtpLetters} hands letters to a
 * mail server; {@link io.ktizo.server.mail.ShownLetters} keeps the newest for staff to look at, in
 * a demo. Nothing that a person typed ever gets into a header: recipients are {@link
 * io.ktizo.core.account.EmailAddress}es, subjects come from a fixed list, and names stand in the
 * text alone.
 *
 * <p>The words lie in {@code wording.<language>.properties}, the layout in {@code src/main/jte},
 * which the build turns into classes.
 */
@NullMarked
package io.ktizo.server.mail;

import org.jspecify.annotations.NullMarked;

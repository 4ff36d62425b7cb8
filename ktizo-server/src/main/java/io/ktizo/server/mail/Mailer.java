package io.ktizo.server.mail;

import io.ktizo.core.account.AccountMailing;
import io.ktizo.core.shop.ShopMailing;

/** Sends all mails of the platform to people: about their accounts, and about Shops. */
public interface Mailer extends AccountMailing.Mailer, ShopMailing.Mailer {}

package io.ktizo.core.store;

import io.ktizo.core.account.AccountId;
import io.ktizo.core.account.EmailAddress;
import io.ktizo.core.account.ShopRole;
import io.ktizo.core.account.Token;
import io.ktizo.core.event.Event;
import io.ktizo.core.event.JdbcOutbox;
import io.ktizo.core.shop.Business;
import io.ktizo.core.shop.Invitation;
import io.ktizo.core.shop.InvitationId;
import io.ktizo.core.shop.Member;
import io.ktizo.core.shop.PostalAddress;
import io.ktizo.core.shop.Shop;
import io.ktizo.core.shop.ShopId;
import io.ktizo.core.shop.ShopState;
import io.ktizo.core.shop.Shops;
import io.ktizo.core.shop.SlugTakenException;
import io.ktizo.core.shop.VatId;
import io.ktizo.core.sql.ConstraintException;
import io.ktizo.core.sql.Database;
import io.ktizo.core.sql.Row;
import io.ktizo.core.sql.Sql;
import io.ktizo.core.sql.StaleVersionException;
import io.ktizo.core.sql.Transaction;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.joda.money.CurrencyUnit;
import org.jspecify.annotations.Nullable;

/** Shops in a database. */
public final class JdbcShops implements Shops {
  private static final String SELECT =
      """
      SELECT id, version, slug, currency, name, place, about, terms, legal_form, legal_name,
        registration, vat_country, vat_id, street, post_code, city, region, country, contact_email,
        state, reason, holiday_until, applied_at, state_since
      FROM shops
      """;
  private static final String BY_ID = SELECT + "WHERE id = :id";
  private static final String BY_SLUG = SELECT + "WHERE slug = :slug";
  private static final String ALL = SELECT + "WHERE id > :after ORDER BY id LIMIT :most";
  private static final String BY_STATE =
      SELECT + "WHERE state = :state AND id > :after ORDER BY id LIMIT :most";
  private static final String BACK =
      SELECT
          + """
          WHERE state = 'ON_HOLIDAY' AND holiday_until <= :now
          ORDER BY holiday_until LIMIT :most
          """;
  private static final String MEMBERS =
      "SELECT shop_id, account_id, role, since FROM shop_members ";
  private static final String MEMBERS_OF_SHOP =
      MEMBERS + "WHERE shop_id = :shop ORDER BY since, account_id";
  private static final String MEMBER = MEMBERS + "WHERE shop_id = :shop AND account_id = :account";
  private static final String MEMBERSHIPS =
      MEMBERS + "WHERE account_id = :account ORDER BY since, shop_id";
  private static final String INVITATIONS =
      """
      SELECT id, shop_id, email, role, invited_by, created_at, expires_at, hash
      FROM shop_invitations
      """;
  private static final String INVITATIONS_OF_SHOP =
      INVITATIONS + "WHERE shop_id = :shop ORDER BY created_at, id";
  private static final String INVITATION = INVITATIONS + "WHERE id = :id";
  private static final String INVITATION_BY_HASH =
      INVITATIONS + "WHERE hash = :hash AND expires_at > :now";
  private static final ShopId FIRST = new ShopId(new java.util.UUID(0, 0));

  private final Database database;
  private final JdbcOutbox outbox;

  /** Shops in this database, whose events go to this outbox. */
  public JdbcShops(Database database, JdbcOutbox outbox) {
    this.database = database;
    this.outbox = outbox;
  }

  @Override
  public void add(Shop shop, Member owner, List<Event> events) {
    try {
      database.run(
          transaction -> {
            values(
                    transaction.sql(
                        """
                        INSERT INTO shops (id, version, slug, applicant_id, currency, name, place, about, terms,
                          legal_form, legal_name, registration, vat_country, vat_id, street,
                          post_code, city, region, country, contact_email, state, reason,
                          holiday_until, applied_at, state_since)
                        VALUES (:id, :version, :slug, :applicant, :currency, :name, :place, :about, :terms,
                          :legalForm, :legalName, :registration, :vatCountry, :vatId, :street,
                          :postCode, :city, :region, :country, :contactEmail, :state, :reason,
                          :holidayUntil, :appliedAt, :stateSince)
                        """),
                    shop)
                .bind("slug", shop.slug())
                .bind("applicant", owner.account())
                .bind("currency", shop.currency().getCode())
                .bind("appliedAt", shop.appliedAt())
                .update();
            insert(transaction, owner);
            outbox.append(transaction, events);
          });
    } catch (ConstraintException e) {
      if (e.isDuplicateOf("shops_slug_key")) {
        throw new SlugTakenException(shop.id());
      }
      throw e;
    }
  }

  private static Sql values(Sql statement, Shop shop) {
    Business business = shop.business();
    VatId vat = business == null ? null : business.vatId();
    PostalAddress address = business == null ? null : business.address();
    return statement
        .bind("id", shop.id())
        .bind("version", shop.version())
        .bind("name", shop.profile().name())
        .bind("place", shop.profile().place())
        .bind("about", shop.profile().about())
        .bind("terms", shop.terms())
        .bind("legalForm", business == null ? null : business.form())
        .bind("legalName", business == null ? null : business.legalName())
        .bind("registration", business == null ? null : business.registration())
        .bind("vatCountry", vat == null ? null : vat.country())
        .bind("vatId", vat == null ? null : vat.text())
        .bind("street", address == null ? null : address.street())
        .bind("postCode", address == null ? null : address.postCode())
        .bind("city", address == null ? null : address.city())
        .bind("region", address == null ? null : address.region())
        .bind("country", address == null ? null : address.country())
        .bind("contactEmail", business == null ? null : business.contact().text())
        .bind("state", shop.state())
        .bind("reason", shop.reason())
        .bind("holidayUntil", shop.holidayUntil())
        .bind("stateSince", shop.stateSince());
  }

  private static Shop shop(Row row) {
    return new Shop(
        row.id("id", ShopId.FORM),
        row.number("version"),
        row.text("slug"),
        CurrencyUnit.of(row.text("currency")),
        new Shop.Profile(row.text("name"), row.text("place"), row.text("about")),
        business(row),
        row.text("terms"),
        row.constant("state", ShopState.class),
        row.text("reason"),
        row.instantOrNull("holiday_until"),
        row.instant("applied_at"),
        row.instant("state_since"));
  }

  private static @Nullable Business business(Row row) {
    Business.LegalForm form = row.constantOrNull("legal_form", Business.LegalForm.class);
    if (form == null) {
      return null;
    }
    String vat = row.textOrNull("vat_id");
    return new Business(
        form,
        row.text("legal_name"),
        row.text("registration"),
        vat == null ? null : new VatId(row.text("vat_country"), vat),
        new PostalAddress(
            row.text("street"),
            row.text("post_code"),
            row.text("city"),
            row.text("region"),
            row.text("country")),
        new EmailAddress(row.text("contact_email")));
  }

  @Override
  public Optional<Shop> find(ShopId id) {
    return database.sql(BY_ID).bind("id", id).optional(JdbcShops::shop);
  }

  @Override
  public Optional<Shop> findBySlug(String slug) {
    return database.sql(BY_SLUG).bind("slug", slug).optional(JdbcShops::shop);
  }

  @Override
  public List<Shop> list(@Nullable ShopState state, @Nullable ShopId after, int most) {
    Sql statement = state == null ? database.sql(ALL) : database.sql(BY_STATE).bind("state", state);
    return statement
        .bind("after", after == null ? FIRST : after)
        .bind("most", most)
        .list(JdbcShops::shop);
  }

  @Override
  public List<Shop> backFromHoliday(Instant now, int most) {
    return database.sql(BACK).bind("now", now).bind("most", most).list(JdbcShops::shop);
  }

  @Override
  public Shop save(Shop changed, List<Event> events) {
    return database.inTransaction(
        transaction -> {
          int updated =
              values(
                      transaction.sql(
                          """
                          UPDATE shops
                          SET version = version + 1, name = :name, place = :place, about = :about,
                            terms = :terms, legal_form = :legalForm, legal_name = :legalName,
                            registration = :registration, vat_country = :vatCountry,
                            vat_id = :vatId, street = :street, post_code = :postCode, city = :city,
                            region = :region, country = :country, contact_email = :contactEmail,
                            state = :state, reason = :reason, holiday_until = :holidayUntil,
                            state_since = :stateSince
                          WHERE id = :id AND version = :version
                          """),
                      changed)
                  .update();
          if (updated == 0) {
            throw new StaleVersionException(changed.id(), changed.version());
          }
          outbox.append(transaction, events);
          return changed.atVersion(changed.version() + 1);
        });
  }

  private static Shop next(Transaction transaction, Shop shop) {
    int updated =
        transaction
            .sql("UPDATE shops SET version = version + 1 WHERE id = :id AND version = :version")
            .bind("id", shop.id())
            .bind("version", shop.version())
            .update();
    if (updated == 0) {
      throw new StaleVersionException(shop.id(), shop.version());
    }
    return shop.atVersion(shop.version() + 1);
  }

  private static Member member(Row row) {
    return new Member(
        row.id("shop_id", ShopId.FORM),
        row.id("account_id", AccountId.FORM),
        row.constant("role", ShopRole.class),
        row.instant("since"));
  }

  private static boolean insert(Transaction transaction, Member member) {
    return transaction
            .sql(
                """
                INSERT INTO shop_members (shop_id, account_id, role, since)
                VALUES (:shop, :account, :role, :since)
                ON CONFLICT DO NOTHING
                """)
            .bind("shop", member.shop())
            .bind("account", member.account())
            .bind("role", member.role())
            .bind("since", member.since())
            .update()
        == 1;
  }

  @Override
  public List<Member> members(ShopId shop) {
    return database.sql(MEMBERS_OF_SHOP).bind("shop", shop).list(JdbcShops::member);
  }

  @Override
  public Optional<Member> member(ShopId shop, AccountId account) {
    return database
        .sql(MEMBER)
        .bind("shop", shop)
        .bind("account", account)
        .optional(JdbcShops::member);
  }

  @Override
  public List<Member> memberships(AccountId account) {
    return database.sql(MEMBERSHIPS).bind("account", account).list(JdbcShops::member);
  }

  @Override
  public Shop saveMember(Shop shop, Member member, List<Event> events) {
    return database.inTransaction(
        transaction -> {
          Shop next = next(transaction, shop);
          if (!insert(transaction, member)) {
            transaction
                .sql(
                    """
                    UPDATE shop_members SET role = :role
                    WHERE shop_id = :shop AND account_id = :account
                    """)
                .bind("role", member.role())
                .bind("shop", member.shop())
                .bind("account", member.account())
                .update();
          }
          outbox.append(transaction, events);
          return next;
        });
  }

  @Override
  public Shop removeMember(Shop shop, AccountId account, List<Event> events) {
    return database.inTransaction(
        transaction -> {
          Shop next = next(transaction, shop);
          transaction
              .sql("DELETE FROM shop_members WHERE shop_id = :shop AND account_id = :account")
              .bind("shop", shop.id())
              .bind("account", account)
              .update();
          outbox.append(transaction, events);
          return next;
        });
  }

  @Override
  public void invite(Invitation invitation, List<Event> events) {
    database.run(
        transaction -> {
          transaction
              .sql("DELETE FROM shop_invitations WHERE shop_id = :shop AND email_key = :key")
              .bind("shop", invitation.shop())
              .bind("key", invitation.email().key())
              .update();
          Token.Hash hash = invitation.hash();
          transaction
              .sql(
                  """
                  INSERT INTO shop_invitations (id, shop_id, email, email_key, role, invited_by,
                    created_at, expires_at, hash)
                  VALUES (:id, :shop, :email, :key, :role, :invitedBy, :createdAt, :expiresAt,
                    :hash)
                  """)
              .bind("id", invitation.id())
              .bind("shop", invitation.shop())
              .bind("email", invitation.email().text())
              .bind("key", invitation.email().key())
              .bind("role", invitation.role())
              .bind("invitedBy", invitation.invitedBy())
              .bind("createdAt", invitation.createdAt())
              .bind("expiresAt", invitation.expiresAt())
              .bind("hash", hash == null ? null : hash.bytes())
              .update();
          outbox.append(transaction, events);
        });
  }

  private static Invitation invitation(Row row) {
    byte[] hash = row.bytesOrNull("hash");
    return new Invitation(
        row.id("id", InvitationId.FORM),
        row.id("shop_id", ShopId.FORM),
        new EmailAddress(row.text("email")),
        row.constant("role", ShopRole.class),
        row.id("invited_by", AccountId.FORM),
        row.instant("created_at"),
        row.instant("expires_at"),
        hash == null ? null : new Token.Hash(hash));
  }

  @Override
  public List<Invitation> invitations(ShopId shop) {
    return database.sql(INVITATIONS_OF_SHOP).bind("shop", shop).list(JdbcShops::invitation);
  }

  @Override
  public Optional<Invitation> invitation(InvitationId id) {
    return database.sql(INVITATION).bind("id", id).optional(JdbcShops::invitation);
  }

  @Override
  public Optional<Invitation> invitation(Token.Hash hash, Instant now) {
    return database
        .sql(INVITATION_BY_HASH)
        .bind("hash", hash.bytes())
        .bind("now", now)
        .optional(JdbcShops::invitation);
  }

  @Override
  public boolean renew(InvitationId id, Token.Hash hash) {
    return database
            .sql("UPDATE shop_invitations SET hash = :hash WHERE id = :id")
            .bind("hash", hash.bytes())
            .bind("id", id)
            .update()
        == 1;
  }

  @Override
  public boolean accept(Invitation invitation, Member member, List<Event> events) {
    return database.inTransaction(
        transaction -> {
          if (!delete(transaction, invitation.id())) {
            return false;
          }
          if (insert(transaction, member)) {
            outbox.append(transaction, events);
          }
          return true;
        });
  }

  @Override
  public boolean withdraw(InvitationId id) {
    return database.inTransaction(transaction -> delete(transaction, id));
  }

  @Override
  public int forgetInvitations(Instant now) {
    return database
        .sql("DELETE FROM shop_invitations WHERE expires_at <= :now")
        .bind("now", now)
        .update();
  }

  private static boolean delete(Transaction transaction, InvitationId id) {
    return transaction.sql("DELETE FROM shop_invitations WHERE id = :id").bind("id", id).update()
        == 1;
  }
}

package io.ktizo.privacy.export;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ktizo.privacy.datamap.Category;
import io.ktizo.privacy.datamap.Purpose;
import io.ktizo.privacy.datamap.Recipient;
import io.ktizo.privacy.datamap.Retention;
import java.util.Collection;
import java.util.Locale;

/** What GDPR Article 15(1)(a) to (d) and (g) want said beside data, as JSON. */
final class Context {
  private Context() {}

  static void category(ObjectNode to, Category category) {
    to.put("category", category.id());
    category.dpv().ifPresent(term -> to.put("categoryDpv", term));
  }

  static void purposes(ObjectNode to, Collection<Purpose> purposes) {
    ArrayNode all = to.putArray("purposes");
    for (Purpose purpose : purposes) {
      all.addObject()
          .put("name", purpose.name())
          .put("description", purpose.description())
          .put("basis", purpose.basis().id())
          .put("basisDpv", purpose.basis().dpv());
    }
  }

  /**
   * @param actual whether they really got it, as opposed to may get it
   */
  static void recipients(ObjectNode to, Collection<Recipient> recipients, boolean actual) {
    ArrayNode all = to.putArray("recipients");
    for (Recipient recipient : recipients) {
      all.addObject()
          .put("name", recipient.name())
          .put("description", recipient.description())
          .put("role", recipient.role().name().toLowerCase(Locale.ROOT).replace('_', '-'))
          .put("disclosed", actual);
    }
  }

  static void retention(ObjectNode to, Retention rule) {
    to.putObject("retention")
        .put("rule", rule.name())
        .put("period", rule.keep().toString())
        .put("from", rule.from().name().toLowerCase(Locale.ROOT).replace('_', '-'))
        .put("ground", rule.ground())
        .put("mandatory", rule.mandatory());
  }
}

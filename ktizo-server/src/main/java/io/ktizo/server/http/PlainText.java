package io.ktizo.server.http;

import jakarta.validation.Constraint;
import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import jakarta.validation.Payload;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.jspecify.annotations.Nullable;

/**
 * One line of text for people: not blank, no control character, no line end, no mark that turns the
 * writing direction.
 */
@Target({ElementType.FIELD, ElementType.PARAMETER, ElementType.METHOD, ElementType.TYPE_USE})
@Retention(RetentionPolicy.RUNTIME)
@Constraint(validatedBy = PlainText.Validator.class)
@interface PlainText {
  String message() default "This must be one line of plain text.";

  Class<?>[] groups() default {};

  Class<? extends Payload>[] payload() default {};

  /** Decides. */
  final class Validator implements ConstraintValidator<PlainText, String> {
    @Override
    public boolean isValid(@Nullable String text, ConstraintValidatorContext context) {
      return text == null
          || (!text.isBlank()
              && text.codePoints().noneMatch(c -> Character.isISOControl(c) || turns(c)));
    }

    private static boolean turns(int c) {
      int type = Character.getType(c);
      return type == Character.LINE_SEPARATOR
          || type == Character.PARAGRAPH_SEPARATOR
          || (c >= 0x202a && c <= 0x202e)
          || (c >= 0x2066 && c <= 0x2069);
    }
  }
}

package io.ktizo.server.http;

/** Ends a request with a problem document. Expected, so it has no stack trace and is not logged. */
final class ProblemException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  @SuppressWarnings("serial") // never leaves the request
  private final Problem problem;

  ProblemException(Problem problem) {
    super(problem.code(), null, false, false);
    this.problem = problem;
  }

  Problem problem() {
    return problem;
  }
}

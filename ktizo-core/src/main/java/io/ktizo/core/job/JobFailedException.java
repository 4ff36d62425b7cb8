package io.ktizo.core.job;

import io.ktizo.core.CoreException;

/** Tells the scheduler that a job failed, and nothing that the failure said. */
final class JobFailedException extends CoreException {
  private static final long serialVersionUID = 1L;

  JobFailedException(String job) {
    super("job " + job + " failed");
  }
}

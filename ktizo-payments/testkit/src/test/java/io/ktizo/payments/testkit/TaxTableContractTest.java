package io.ktizo.payments.testkit;

import io.ktizo.payments.tax.TaxCalculation;
import io.ktizo.payments.tax.TaxTable;

class TaxTableContractTest extends TaxCalculationContract {
  @Override
  protected TaxCalculation port() {
    return TaxTable.european();
  }
}

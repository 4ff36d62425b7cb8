-- Under which name a tax service keeps the calculation of a payable's tax.
ALTER TABLE payables ADD COLUMN tax_calculation VARCHAR(255);

"""Documents for people: what mailbot knows, laid out to be read. Reads no ledger and sends nothing."""

"""Which letters ought to exist, and what they are about; `core.plan` puts them together."""

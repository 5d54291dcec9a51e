"""The real parts the tests run against: PostgreSQL, an SMTP relay, a browser, the network's edge."""

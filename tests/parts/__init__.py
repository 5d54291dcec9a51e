"""The real parts the tests run against: PostgreSQL, a relay, a browser, the network's edge."""

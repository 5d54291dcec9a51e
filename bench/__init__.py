"""How long the main pages take, beside a bare Flask page on the same server (docs/bench.md)."""

"""The demonstration: a small made bank and a slice of a real one, from events to an explained payout."""

"""The board on the web: JSON API, live feeds, metrics and the page, all read from a fold that follows the log."""

"""From measures to lines: formulas, rate tables, scores, ranks and pay, as a plan document states them."""

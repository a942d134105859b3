"""Questions of a bank's day: one module a question, each the answer as a report (``schemas.reports``)."""

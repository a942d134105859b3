"""The plans that a server serves, by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.plan.library import LoadedPlan
from meritlog.web.refusals import Unknown
from schemas.document import nearest


class Plans:
    """Every plan that can be asked for. What a request names is a name, never a file."""

    def __init__(self, plans: Mapping[str, LoadedPlan]) -> None:
        self._plans = plans

    def __call__(self, name: str) -> LoadedPlan:
        """The plan of that name.

        Raises:
            Unknown: there is none.
        """
        if name not in self._plans:
            hint = nearest(name, set(self._plans)) or "GET /plans names those that are served."
            raise Unknown(f"There is no plan {name!r} here.", remedy=hint)
        return self._plans[name]

    def __iter__(self) -> Iterator[LoadedPlan]:
        return iter(self._plans.values())

"""The plans that a server serves, by name: the bundled ones, and plan files that it was started with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.plan.library import LoadedPlan, bundled, load
from meritlog.web.refusals import Unknown
from schemas.document import nearest


class Plans:
    """Every plan that can be asked for. What a request names is a name, never a file."""

    def __init__(self, files: Sequence[str] = ()) -> None:
        """The bundled plans, and those of ``files``; of one name the file's holds.

        Raises:
            Problem: a plan cannot run.
        """
        loaded = [*(load(name) for name in bundled()), *(load(file) for file in files)]
        self._plans = {one.plan.plan: one for one in loaded}

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

"""Two statements side by side: the product's (contract §4) and the oracle's."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]


def differences(product: Json, oracle: Json) -> list[str]:
    """Every place where the product's statement and the oracle's do not say the same."""
    found = []
    theirs = {result["manager_id"]: result for result in product["managers"]}
    ours = {result["manager_id"]: result for result in oracle["managers"]}
    if list(theirs) != list(ours):
        found.append(f"managers: {list(theirs)}, oracle {list(ours)}")
    for manager in theirs.keys() & ours.keys():
        found += [f"{manager} {said}" for said in of_manager(theirs[manager], ours[manager])]
    left, expected = values(product["uncredited"]), values(oracle["uncredited"])
    for item in left | expected:
        if left.get(item, "0") != expected.get(item, "0"):
            found.append(f"uncredited {item}: {left.get(item)}, oracle {expected.get(item)}")
    return found


def of_manager(product: Json, oracle: Json) -> list[str]:
    """Where one manager's results differ: lines by id, kind and print; missing, gaps and unit."""
    found = [
        f"{name}: {product[name]}, oracle {oracle[name]}"
        for name in ("complete", "org_unit")
        if product[name] != oracle[name]
    ]
    found += [
        f"{name}: {sorted(product[name])}, oracle {sorted(oracle[name])}"
        for name in ("missing", "gaps")
        if sorted(product[name]) != sorted(oracle[name])
    ]
    lines = {line["id"]: (line["kind"], line["value"]) for line in product["lines"]}
    expected = {line["id"]: (line["kind"], line["value"]) for line in oracle["lines"]}
    found += [
        f"{id_}: {lines.get(id_)}, oracle {expected.get(id_)}"
        for id_ in [*lines, *(expected.keys() - lines.keys())]
        if lines.get(id_) != expected.get(id_)
    ]
    return found


def values(lines: list[Json]) -> dict[str, str]:
    """Each line's printed value by its id."""
    return {line["id"]: line["value"] for line in lines}

"""Hypothesis strategies for lines that a program might write alike: one form, and in each line other texts."""

from __future__ import annotations

import json
import re
from typing import Any

from hypothesis import strategies as st

from engine.forms.reading import forms_of
from schemas.codec import STANDARD
from tests.samples import SAMPLES

PLAIN = sorted(forms_of(STANDARD).types)
SEPARATORS = [(",", ":"), (", ", ": "), (" ,", " :\t")]
_ODD = (
    *("", " x", "x ", "a b", "x" * 128, "x" * 129, '"', "\\", "\t", "\x7f", "é", "王小明", "half\udc00"),
    *("\u3000x", "\x85", "\u2028", "é" * 100, "王" * 129),
    *("CNY", "JPY", "USD", "usd", "XYZ", "loan.mortgage", "loan..x", "normal", "loss", "lost"),
    *("2025-07-01", "2025-02-29", "0002-12-31", "9998-01-01", "2025-07-01T09:30:00Z"),
    *("1.5", "1.50", "-0.00", "00.1", "1200", "1e3", "+1", "1.234", "1.23456789", "9" * 14),
    *("}", "{", ",", ":", "data", "e-1"),
)
TEXTS = st.one_of(st.sampled_from(_ODD), st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=6))
OFFSETS = st.sampled_from(["Z", "z", "+08:00", "-05:30", "+00:00", "-00:00", "+24:00", "+0800", "+08", "", "+8:00"])
TIMES = st.one_of(
    st.builds(
        "{:04}-{:02}-{:02}{}{:02}:{:02}:{:02}{}{}".format,
        st.sampled_from([1, 2, 3, 1969, 1970, 2024, 2025, 9997, 9998]),
        st.integers(0, 13),
        st.integers(0, 32),
        st.sampled_from(["T", "T", "T", "t", " "]),
        st.integers(0, 24),
        st.integers(0, 60),
        st.integers(0, 60),
        st.sampled_from(["", "", ".5", ".000", ".123456", ".9999999", ".1234567890", ".", ",5"]),
        OFFSETS,
    ),
    st.sampled_from(["2025-07-01T09:30:00Z", "2025-07-01T23:59:59.999999+08:00"]),
)


@st.composite
def alike_lines(draw: st.DrawFn) -> list[bytes]:
    """Some lines of one form, each of which says something else in a few of its fields, right or wrong."""
    event = draw(events())
    order = draw(st.permutations(sorted(event)))
    inner = draw(st.permutations(sorted(event["data"])))
    said = [
        *(("data", name) for name in inner),
        *((name,) for name in ("id", "source", "time", "subject") if name in event),
    ]
    separators = draw(st.sampled_from(SEPARATORS))
    bare = draw(st.sets(st.sampled_from(inner), max_size=2))
    lines = []
    for number in range(draw(st.integers(1, 6))):
        one = json.loads(json.dumps({name: event[name] for name in order}))
        one["data"] = {name: event["data"][name] for name in inner}
        one["id"] = f"e-{number}"
        for path in draw(st.lists(st.sampled_from(said), max_size=2)):
            within = one["data"] if path[0] == "data" else one
            within[path[-1]] = draw(TIMES if path == ("time",) else TEXTS)
        text = json.dumps(one, separators=separators, ensure_ascii=draw(st.booleans()))
        for name in bare:
            text = re.sub(rf'("{name}"[^"]*)"([^"]*)"', r"\1\2", text)
        lines.append(text.encode("utf-8", "replace"))
    return lines


@st.composite
def events(draw: st.DrawFn) -> dict[str, Any]:
    """An event of a type that can be read in columns, all of whose values are texts."""
    event: dict[str, Any] = json.loads(json.dumps(SAMPLES[draw(st.sampled_from(PLAIN))]))
    event["data"] = {name: str(value) for name, value in event["data"].items()}
    if draw(st.booleans()):
        event["data"].pop("on", None)
    more = st.sampled_from(["subject", "datacontenttype", "dataschema", "traceparent"])
    says = st.sampled_from(["application/json", "x", f"urn:meritlog:{event['type']}:1"])
    event.update(draw(st.dictionaries(more, says, max_size=1)))
    if draw(st.booleans()) and event["type"] in {"balance.changed", "fee.earned", "payment.made", "product.sold"}:
        event["data"]["currency"] = draw(st.sampled_from(["CNY", "JPY", "USD"]))
    return event

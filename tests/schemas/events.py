"""Hypothesis strategies for lines of JSON: events of every type, right and wrong, spelled in many ways."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

from schemas.payloads import TYPES
from tests.samples import SAMPLES

_ODD_TEXT = st.sampled_from(
    [
        "",
        " x",
        "x ",
        "a b",
        'say "hi":',
        '":',
        "back\\slash",
        "tab\t",
        "nul\x00",
        "del\x7f",
        "c1\x85",
        "\u2028",
        "\u3000",
        "王小明",
        "half\udc00",
        "😀",
        "é",
        "x" * 128,
        "x" * 129,
        "loan..x",
        "loan.mortgage",
        "CNY",
        "usd",
        "2025Q1",
        "2025-02-29",
        "2025-07-01",
        "0:1,1:2",
        "normal",
        "loss",
        "true",
        "null",
        "1e3",
        "1_0",
        "NaN",
        "１",
        "-0",
        "+1",
        ".5",
        "1.",
    ]
)
_TIMES = [f"2025-07-01T23:59:59{finer}" for finer in ("Z", ".9999995Z", ".99999949+08:00", ".123456789.5Z", ".1234567")]
_DECIMALS = st.one_of(
    st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**14), max_value=10**14, places=2).map(str),
    st.decimals(allow_nan=False, allow_infinity=False, min_value=-2, max_value=12, places=7).map(
        lambda v: format(v, "f")
    ),
    st.integers(-3, 130).map(str),
)
_OTHER = st.one_of(
    st.none(), st.booleans(), st.integers(), st.just([]), st.just({}), st.just([{}]), st.just({"a": [1]})
)


class Raw:
    """A piece of JSON to be written as it is."""

    def __init__(self, text: str) -> None:
        self.text = text


_NUMBERS = st.one_of(
    _DECIMALS,
    st.sampled_from(
        ["1e400", "-0", "-0.0", "1.25e3", "1E-2", "1e-400", "9" * 400, "0e5", "12500e-2", "1.10", "0.5000"]
    ),
).map(Raw)
VALUES: st.SearchStrategy[Any] = st.one_of(_ODD_TEXT, _DECIMALS, _NUMBERS, _OTHER, st.text(max_size=12))
_TEAM = st.lists(
    st.fixed_dictionaries(
        {
            "manager_id": st.sampled_from(["M-1", "M-2", "M-3", ""]),
            "share": st.one_of(_NUMBERS, st.sampled_from(["0.3", "0.50", "1"])),
        },
        optional={"role": VALUES, "shar": VALUES},
    ),
    max_size=3,
)


def _names(event_type: str) -> list[str]:
    return [item.name for item in TYPES[event_type].fields]


@st.composite
def event_lines(draw: st.DrawFn) -> bytes:
    """A line of JSON that is an event, or nearly one."""
    event_type = draw(st.sampled_from(sorted(SAMPLES)))
    event = json.loads(json.dumps(SAMPLES[event_type]))
    event["id"] = draw(st.one_of(st.just("e-1"), st.integers(0, 99).map(str), _ODD_TEXT))
    for name in draw(st.lists(st.sampled_from(_names(event_type)), max_size=3)):
        event["data"][name] = draw(VALUES)
    if "team" in event["data"] and draw(st.booleans()):
        event["data"]["team"] = draw(_TEAM)
    for name in draw(st.lists(st.sampled_from(sorted(event["data"])), max_size=1)):
        del event["data"][name]
    envelope = draw(
        st.dictionaries(
            st.sampled_from(
                [
                    "subject",
                    "datacontenttype",
                    "time",
                    "source",
                    "dataschema",
                    "specversion",
                    "traceparent",
                    "type",
                    "data",
                ]
            ),
            st.one_of(
                VALUES,
                st.sampled_from([f"urn:meritlog:{event_type}:1", "application/json", ":a", *_TIMES]),
            ),
            max_size=1,
        )
    )
    event.update(envelope)
    if draw(st.integers(0, 9)) == 0:
        event["data"] = {**event["data"], draw(st.text(max_size=4)): 1} if isinstance(event["data"], dict) else None
    return draw(_spelled(event))


@st.composite
def _spelled(draw: st.DrawFn, event: dict[str, Any]) -> bytes:
    ensure_ascii = draw(st.booleans())
    separators = draw(
        st.sampled_from([(",", ":"), (", ", ": "), (" ,", " :"), (",\t", "\t:"), (",  ", "  : "), (",", "\n:")])
    )
    pieces: list[str] = []

    def mark(value: Any) -> Any:
        if isinstance(value, Raw):
            pieces.append(value.text)
            return f"@raw{len(pieces) - 1}@"
        if isinstance(value, dict):
            return {key: mark(inner) for key, inner in value.items()}
        return [mark(inner) for inner in value] if isinstance(value, list) else value

    text = json.dumps(mark(event), ensure_ascii=ensure_ascii, separators=separators)
    for number, piece in enumerate(pieces):
        text = text.replace(f'"@raw{number}@"', piece)
    if draw(st.integers(0, 3)) == 0:
        key = draw(st.sampled_from(['"id"', '"amount"', '"on"', '"data"', '"customer_id"', '"share"', '"reason"']))
        twice = draw(st.sampled_from([key, key.replace("a", "\\u0061"), key + " "])) + draw(
            st.sampled_from([':"1",', ':"\\u0022:",', ": null,", ':"\\":",'])
        )
        text = text.replace(key, twice + key, 1)
    line = text.encode(errors="surrogatepass")
    if draw(st.integers(0, 7)) == 0:
        line = draw(_damaged(line))
    return line


@st.composite
def _damaged(draw: st.DrawFn, line: bytes) -> bytes:
    place = draw(st.integers(0, len(line)))
    piece = draw(
        st.sampled_from(
            [b"", b"\xef\xbb\xbf", b" ", b"\\", b'"', b"}", b",", b"\x00", b"\xff", b"\r", b"\n", b"\x7f", b"0"]
        )
    )
    return line[:place] + piece + line[place + draw(st.integers(0, 2)) :]

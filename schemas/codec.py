"""The codec: events from JSON and back, on a fast path that a slow, talkative one stands behind.

The fast path decodes with msgspec into structs generated from the payload models, and makes of them the bytes that the
log keeps. It takes a part of what is valid, and whatever it does not take goes the slow path, which takes the rest or
says what is wrong. Both give the same bytes; what is read back from those is the event.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from schemas import upcast
from schemas.canonical import canonical_json
from schemas.completion import AMOUNT_READERS, Completion, completion_of, in_utc
from schemas.currency import minor_digits
from schemas.event import NO_EXTENSIONS, Event, Told, business_date
from schemas.extensions import read_extensions
from schemas.institution import Institution
from schemas.payloads import TYPES, Broken, Field, Payload, PayloadType
from schemas.problems import Place, Problem
from schemas.reading import (
    Spelled,
    Unreadable,
    nearest,
    read_content_type,
    read_id,
    read_text,
    read_time,
    shown,
)
from schemas.strict import parse_object, read_payload
from schemas.structs import Struct, Structs, envelope_of, one_of

__all__ = ["STANDARD", "Codec", "Parsed", "business_date", "canonical", "decode", "event_of", "parse"]

_CORE = frozenset({"specversion", "id", "source", "type", "time", "data", "dataschema", "subject", "datacontenttype"})
UNFIT = (ValueError, OverflowError, RecursionError, msgspec.DecodeError)
"""What the fast path raises where it leaves a line to the slow one."""

_encode = msgspec.json.Encoder(order="sorted").encode
_set = msgspec.structs.force_setattr


@dataclass(frozen=True, slots=True)
class Parsed:
    """An event as it came in, with what belongs to the side table of people and not to the log."""

    event: Event
    personal: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Shape:
    """A payload in one version: its model and what was generated from it.

    ``unread`` are the fields that msgspec leaves unread in the log's own bytes, and what reads them. ``schemas`` are
    the ``dataschema`` that say this version.
    """

    payload: PayloadType
    fields: tuple[Field, ...]
    spelled: Struct
    exact: Struct
    completion: Completion
    unread: tuple[tuple[str, Callable[[Any], Any]], ...]
    name: str
    schemas: frozenset[str | None]


class Codec:
    """The codec for a set of event types and their older versions."""

    def __init__(
        self,
        types: Mapping[str, PayloadType] = TYPES,
        older: Mapping[str, Sequence[upcast.OlderVersion]] = upcast.OLDER,
    ) -> None:
        self.types = types
        self._spelled, self._exact = Structs(lambda kind: kind.wire), Structs(lambda kind: kind.exact)
        self._shapes = {name: self._shape(payload) for name, payload in types.items()}
        self._older = {
            (name, version.version): (version, self._shape(PayloadType(name, types[name].family, version.model)))
            for name, versions in older.items()
            for version in versions
        }
        arriving = {envelope_of(shape.payload, shape.spelled): shape for shape in self._shapes.values()}
        stored = {envelope_of(shape.payload, shape.exact): shape for shape in self._shapes.values()}
        self._by_envelope: dict[type, _Shape] = {**arriving, **stored}
        self.decode_envelope = msgspec.json.Decoder(one_of(list(arriving)), float_hook=Spelled).decode
        self._decode_stored = msgspec.json.Decoder(one_of(list(stored))).decode

    def _shape(self, payload: PayloadType) -> _Shape:
        name = "".join(word.capitalize() for word in payload.name.replace(".", " ").split())
        fields = payload.fields
        urn = upcast.urn(payload.name, payload.version)
        return _Shape(
            payload,
            fields,
            self._spelled.payload(name, fields),
            self._exact.payload(name, fields),
            completion_of(fields, payload.model.rules),
            tuple((item.attribute, item.kind.read) for item in fields if item.kind.exact is Any),
            payload.name,
            frozenset({urn, None} if payload.version == upcast.FIRST_VERSION else {urn}),
        )

    # -- the fast path -------------------------------------------------------------------------------------------

    def complete(self, envelopes: Sequence[Any], digits: int) -> None:
        """Check decoded envelopes, and spell what is in them as canonical bytes do, in place.

        ``digits`` are those of the institution's currency.

        Raises:
            ValueError, OverflowError: something is wrong, or beyond the fast path; the slow path tells.
        """
        for envelope, time in zip(envelopes, in_utc([envelope.time for envelope in envelopes]), strict=True):
            envelope.time = time
        alike: defaultdict[type, list[Any]] = defaultdict(list)
        for envelope in envelopes:
            alike[type(envelope)].append(envelope)
        for kind, of_kind in alike.items():
            shape = self._by_envelope[kind]
            if not shape.schemas.issuperset([envelope.dataschema for envelope in of_kind]):
                raise ValueError
            shape.completion.complete([envelope.data for envelope in of_kind], digits)

    # -- the slow path -------------------------------------------------------------------------------------------

    def parse(self, line: bytes, institution: Institution) -> Parsed:
        """The event that one line of JSON spells, and its personal fields.

        Raises:
            Problem: what is wrong with it, with the field and the event's id where they are known.
        """
        return self.event_of(parse_object(line), institution)

    def event_of(self, attributes: Mapping[str, Any], institution: Institution | None) -> Parsed:
        """The event of these CloudEvents attributes: a JSON object, or made in Python with exact values.

        Without an institution, amounts may have as many digits as any currency has.

        Raises:
            Problem: as ``parse``.
        """
        try:
            return self._event_of(attributes, institution)
        except Problem as problem:
            event_id = attributes.get("id")
            known = type(event_id) is str and len(event_id) <= 128 and event_id.isprintable()
            raise problem.at(Place(event_id=event_id if known else None)) from None

    def _event_of(self, attributes: Mapping[str, Any], institution: Institution | None) -> Parsed:
        if attributes.get("specversion") != "1.0":
            raise Problem(
                _found(attributes, "specversion"),
                place=Place(field="specversion"),
                remedy='Write "specversion": "1.0".',
            )
        shape = self._shape_of(attributes)
        event_id, source = (_read(attributes, name, read_id) for name in ("id", "source"))
        time = _read(attributes, "time", read_time)
        dataschema = None if attributes.get("dataschema") is None else _read(attributes, "dataschema", read_text)
        if attributes.get("datacontenttype") is not None:
            _read(attributes, "datacontenttype", read_content_type)
        if "data" not in attributes:
            raise Problem("data is missing.", place=Place(field="data"), remedy="Add the payload as an object.")
        extensions = {name: value for name, value in attributes.items() if name not in _CORE and value is not None}
        data, written, personal = self._read_data(shape, dataschema, attributes["data"], institution)
        event = Event(
            event_id, source, shape.payload.name, time, data, dataschema, read_extensions(extensions), written
        )
        return Parsed(event, personal)

    def _shape_of(self, attributes: Mapping[str, Any]) -> _Shape:
        name = _read(attributes, "type", read_text)
        shape = self._shapes.get(name)
        if shape is None:
            match = nearest(name, list(self._shapes))
            meant = f"Did you mean {match}?" if match else "`meritlog schema export DIR` writes all types."
            raise Problem(f"{shown(name)} is no event type.", place=Place(field="type"), remedy=meant)
        return shape

    def _read_data(
        self, shape: _Shape, dataschema: str | None, value: Any, institution: Institution | None
    ) -> tuple[Any, Any, dict[str, str]]:
        payload = shape.payload
        try:
            version = upcast.version_of(dataschema, payload.name, payload.version)
        except Unreadable as error:
            raise Problem(error.what, place=Place(field="dataschema"), remedy=error.remedy) from None
        if version == payload.version:
            data, personal = self._validated(shape, value, institution)
            return data, None, personal
        if (payload.name, version) not in self._older:
            raise Problem(
                f"Version {version} of {payload.name} is not known.",
                place=Place(field="dataschema"),
                remedy=f"Write version {payload.version}.",
            )
        written, personal = self._validated(self._older[payload.name, version][1], value, institution)
        tree = msgspec.to_builtins(written)
        for step in range(version, payload.version):
            tree = self._older[payload.name, step][0].upcast(tree)
        return self._validated(shape, tree, institution)[0], written, personal

    def _validated(self, shape: _Shape, value: Any, institution: Institution | None) -> tuple[Any, dict[str, str]]:
        """The struct of a payload, checked in every respect, and its personal fields."""
        model = read_payload(shape.payload.model, value)
        data = self._struct(model, shape)
        try:
            _check_amounts(data, shape, institution)
            for rule in shape.completion.rules:
                rule(data)
        except Broken as error:
            raise Problem(error.what, place=Place(field=f"data.{error.field}"), remedy=error.remedy) from None
        personal = {name: getattr(model, name) for name in shape.payload.model.personal}
        return data, {name: said for name, said in personal.items() if said is not None}

    def _struct(self, model: Payload, shape: _Shape) -> Any:
        values = {item.attribute: getattr(model, item.attribute) for item in shape.fields}
        for item in shape.fields:
            if item.part is not None:
                element = self._exact.part(item.part)
                values[item.attribute] = [element(**dict(each)) for each in values[item.attribute]]
        return shape.exact(**values)

    # -- the log's own bytes -------------------------------------------------------------------------------------

    def decode(self, body: bytes) -> Event:
        """The event of the canonical bytes that ``canonical`` wrote.

        Raises:
            Problem: the bytes are none of an event.
        """
        try:
            stored = self._decode_stored(body)
            shape = self._by_envelope[type(stored)]
            data = stored.data
            for name, read in shape.unread:
                value = getattr(data, name)
                if value is not None:
                    _set(data, name, read(value))
            if stored.dataschema in shape.schemas:
                return Event(stored.id, stored.source, shape.name, stored.time, data, stored.dataschema, NO_EXTENSIONS)
        except UNFIT:
            pass
        return self.event_of(parse_object(body), None).event


def _check_amounts(data: Any, shape: _Shape, institution: Institution | None) -> None:
    """Amounts have at most the digits of their currency: the one beside them, else the institution's."""
    if institution is None or not shape.completion.amounts:
        return
    beside: str | None = getattr(data, "currency", None)
    currency = beside or institution.currency
    digits = minor_digits(currency)
    for column in shape.completion.amounts:
        amount = column.get(data)
        if amount is not None:
            try:
                AMOUNT_READERS[digits](amount)
            except Unreadable:
                remedy = "Round it at the source." if beside else "If it is another currency, write currency beside it."
                raise Broken(
                    column.name, f"{amount} has more than {digits} digits after the point, as {currency} has.", remedy
                ) from None


def _read(attributes: Mapping[str, Any], name: str, read: Any) -> Any:
    if attributes.get(name) is None:
        raise Problem(f"{name} is missing.", place=Place(field=name), remedy=f"Add {name} to the event.")
    try:
        return read(attributes[name])
    except Unreadable as error:
        raise Problem(error.what, place=Place(field=name), remedy=error.remedy) from None


def _found(attributes: Mapping[str, Any], name: str) -> str:
    return f"{name} is {shown(attributes[name])}." if name in attributes else f"{name} is missing."


def canonical(event: Told) -> bytes:
    """The event's canonical bytes (RFC 8785): what the log stores and hashes."""
    if not event.extensions and event.written is None:
        return _encode(event)
    tree = msgspec.to_builtins(event)
    tree.pop("extensions", None)
    written = tree.pop("written", None)
    if written is not None:
        tree["data"] = written
    return canonical_json({**event.extensions, **tree})


STANDARD = Codec()
"""The codec of all event types of the product."""

decode = STANDARD.decode
parse = STANDARD.parse
event_of = STANDARD.event_of

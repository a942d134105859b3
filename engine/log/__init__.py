"""The immutable event log: append, seal, read, prove, verify."""

from engine.log.digest import Damage
from engine.log.intake import Intake
from engine.log.log import AsOf, Log
from engine.log.rejected import Rejection, rejections
from engine.log.snapshot import SegmentFile, Snapshot
from engine.log.verify import Verification, verify
from engine.log.writer import Appended, Read, Writer

__all__ = [
    "Appended",
    "AsOf",
    "Damage",
    "Intake",
    "Log",
    "Read",
    "Rejection",
    "SegmentFile",
    "Snapshot",
    "Verification",
    "Writer",
    "rejections",
    "verify",
]

"""The immutable event log: append, seal, read, prove, verify."""

from engine.log.digest import Damage
from engine.log.log import Log
from engine.log.rejected import Rejection
from engine.log.snapshot import SegmentFile, Snapshot
from engine.log.verify import Verification, verify
from engine.log.writer import Appended, Writer

__all__ = ["Appended", "Damage", "Log", "Rejection", "SegmentFile", "Snapshot", "Verification", "Writer", "verify"]

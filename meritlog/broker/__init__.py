"""A real broker on this machine: one node of Apache Kafka in KRaft mode, with no container engine and no Java.

``Node(home).up()`` starts it in the background and waits until it answers; a later process finds it by the same folder,
tells how it is and stops it.
"""

from meritlog.broker.distribution import KAFKA_VERSION
from meritlog.broker.node import Node, Running
from meritlog.broker.questions import topics_at

__all__ = ["KAFKA_VERSION", "Node", "Running", "topics_at"]

"""From a command to what a cluster is asked to do."""

import argparse
from uuid import uuid4

from dashboard.cluster.places import places
from dashboard.cluster.run import ClusterRun
from dashboard.cluster.worker import FarOrder
from dashboard.recordings.order import Order


def cluster_run(given: argparse.Namespace, order: Order, database_url: str) -> ClusterRun:
    """What the command asks for, not yet begun. Raises RecordingError, NoRayError."""
    far = FarOrder(database_url, uuid4().hex, order.look, order.statement, order.from_file, given.again)
    return ClusterRun(places(given.file), far, given.ray, jobs=given.jobs)

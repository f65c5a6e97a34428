"""What a transcript can be refused for. Says what was wanted, what came and what to do."""

from dashboard.errors import DashboardError


class TranscriptError(DashboardError):
    """A file is no transcript that can be read, or not one of this session."""

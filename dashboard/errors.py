"""What composition and presentation can refuse to do, in sentences for the person at the screen."""


class DashboardError(Exception):
    """Anything this folder raises on purpose."""


class SettingsError(DashboardError):
    """A setting has a value that cannot be used. Names the setting, its value and what is accepted."""


class RecordingError(DashboardError):
    """A file is no video or photo that can be analysed. The message does not name the file."""


class ImportRefusedError(DashboardError):
    """A file cannot be imported; the sentence names the line and says what to do."""

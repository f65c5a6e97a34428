"""What composition and presentation can refuse to do, in sentences for the person at the screen."""


class DashboardError(Exception):
    """Anything this folder raises on purpose."""


class SettingsError(DashboardError):
    """A setting has a value that cannot be used. Names the setting, its value and what is accepted."""

"""What training can refuse to do. Every message says what was wanted, what came, what to do."""


class TrainingError(Exception):
    """Anything this folder raises on purpose."""


class DataError(TrainingError):
    """A source or an array file cannot be used: names the file, the row and the wanted form."""


class ConfigError(TrainingError):
    """A training configuration has an unknown key, a wrong value or an unknown name."""


class RunError(TrainingError):
    """A run folder cannot be resumed: another configuration, other data, or broken files."""

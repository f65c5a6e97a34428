"""What perception can refuse to do. Every message says what was wanted, what came, what to do."""


class ModelError(Exception):
    """Anything this folder raises on purpose."""


class ArtifactError(ModelError):
    """A network file or its card is missing, cut short, or does not match the other."""


class DetectorError(ModelError):
    """A face detector could not be made: unknown name, missing or changed network file."""


class InvalidImageError(ModelError):
    """An array is not an (H, W, 3) uint8 BGR image."""


class InvalidFacesError(ModelError):
    """The arrays of a Faces batch do not fit together."""


class LandmarkError(ModelError):
    """A landmark network could not be made: missing or changed network file."""


class EngagementError(ModelError, ValueError):
    """An unknown definition, weights or thresholds out of range, or arrays that do not fit together."""

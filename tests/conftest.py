"""Settings of every test."""

from hypothesis import settings

# A machine that does something else at the same time is slow now and then; that is no defect.
settings.register_profile("attune", deadline=None)
settings.load_profile("attune")

pytest_plugins = ["tests.made.tiny_training"]

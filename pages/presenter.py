"""The presenter's panel for a second screen: /presenter?session=12."""

from dashboard.presenter.page import show_presenter
from dashboard.resources import sessions, settings, watched

show_presenter(watched, sessions(), settings().min_group_size)

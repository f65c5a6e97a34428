"""A pipeline that is listened to, and its calls to its networks again without anything around them."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Self

import cv2
import numpy as np
from numpy.typing import NDArray

from model.card import ModelCard
from model.classifier import ExpressionClassifier, load_classifier
from model.detection.large_faces import LargeFaceDetector
from model.detection.yunet import MIN_CONFIDENCE, YuNetDetector, YuNetEngine, fastest_engine, network_path
from model.faces import Floats
from model.images import Image
from model.lanes import SpareCores
from model.pipeline import DETECT_EVERY_MS, FramePipeline
from model.signals import SignalReader
from model.signals.covering import CoveringNetwork
from model.signals.landmark_networks import IrisNetwork, MeshNetwork
from model.signals.landmarks import LandmarkFinder

Call = tuple[str, tuple[Any, ...]]


@dataclass
class Heard:
    """What was asked of the networks, in order: a network's name and what it was given."""

    calls: list[Call] = field(default_factory=list)


class _Engine:
    def __init__(self, inner: YuNetEngine, heard: Heard) -> None:
        self._inner, self._heard = inner, heard

    @property
    def name(self) -> str:
        return self._inner.name

    def rows(self, image: Image) -> Floats:
        self._heard.calls.append(("detector", (image,)))
        return self._inner.rows(image)


class _Mesh(MeshNetwork):
    heard = Heard()

    def run(self, crop: Image) -> tuple[Floats, float]:
        self.heard.calls.append(("mesh", (crop,)))
        return super().run(crop)


class _Iris(IrisNetwork):
    heard = Heard()

    def run(self, crop: Image) -> tuple[Floats, Floats]:
        self.heard.calls.append(("iris", (crop,)))
        return super().run(crop)


class _Covering(CoveringNetwork):
    heard = Heard()

    def run(self, crop: Image) -> tuple[bool, bool, bool]:
        self.heard.calls.append(("covering", (crop,)))
        return super().run(crop)


class _Classifier:
    def __init__(self, inner: ExpressionClassifier, heard: Heard) -> None:
        self._inner, self._heard = inner, heard

    @property
    def card(self) -> ModelCard:
        return self._inner.card

    def scores(self, crops: NDArray[np.uint8], turn: int | None = None) -> NDArray[np.float32]:
        self._heard.calls.append(("expressions", (crops, turn)))
        return self._inner.scores(crops, turn)


def heard_pipeline(cores: SpareCores) -> tuple[FramePipeline, Heard]:
    """The live pipeline with its shipped networks, and what it asks of them. Of one thread's all is heard."""
    cv2.setNumThreads(1)
    heard, mesh, iris, covering = Heard(), _Mesh(), _Iris(), _Covering()
    mesh.heard = iris.heard = covering.heard = heard
    pipeline = FramePipeline(
        LargeFaceDetector(
            YuNetDetector(engine=lambda onnx, least: _Engine(fastest_engine(onnx, least), heard))
        ),
        _Classifier(load_classifier(), heard),
        reader=SignalReader(LandmarkFinder(mesh, iris), covering),
        detect_every_ms=DETECT_EVERY_MS,
        cores=cores,
        another_classifier=lambda: _Classifier(load_classifier(), heard),
    )
    return pipeline, heard


@dataclass(frozen=True)
class Networks:
    """The same networks, by name, for whoever wants to call them alone."""

    runs: dict[str, Callable[..., object]]

    @classmethod
    def fresh(cls) -> Self:
        detector = fastest_engine(network_path().read_bytes(), MIN_CONFIDENCE)
        runs: dict[str, Callable[..., object]] = {
            "detector": detector.rows,
            "mesh": MeshNetwork().run,
            "iris": IrisNetwork().run,
            "covering": CoveringNetwork().run,
            "expressions": load_classifier().scores,
        }
        return cls(runs)

    def again(self, calls: list[Call]) -> list[tuple[str, float]]:
        """Each call's network and the processor time in ms that it takes."""
        found = []
        for name, given in calls:
            began_s = time.process_time()
            self.runs[name](*given)
            found.append((name, (time.process_time() - began_s) * 1000))
        return found

"""Faces of a whole picture judged, as the pipeline does with crops it has cut already."""

from model.crops import FER2013_MARGIN, cut_crops
from model.faces import Faces
from model.images import Image
from model.quality import MEASURED_SIZE_PX, QualityLimits, judge_crops


def judge(image: Image, faces: Faces, limits: QualityLimits) -> Faces:
    """`faces` with `flags` set from their places in the BGR `image` and from their pixels."""
    crops = cut_crops(image, faces, FER2013_MARGIN, MEASURED_SIZE_PX, aligned=False)
    return judge_crops(faces, crops, image.shape[1::-1], limits)

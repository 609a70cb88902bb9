"""Evidence files and their exact frames. The decoding happens in a process of its own."""

from facet.footage.index import FrameIndex
from facet.footage.probe import Probe
from facet.footage.reader import FrameRequest, Reader
from facet.footage.remark import Remark
from facet.footage.stored_index import StoredIndex
from facet.footage.view import View, ViewRequest

__all__ = ["FrameIndex", "FrameRequest", "Probe", "Reader", "Remark", "StoredIndex", "View", "ViewRequest"]

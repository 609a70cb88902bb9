"""What each family of backends is called where people see it, how loudly, and what it does, in words for a court."""

from __future__ import annotations

from dataclasses import dataclass

from facet.core.descriptor import Family
from facet.core.i18n import N_

LAW_LABEL = "AI 생성"
"""The label that Korea's AI Basic Act asks for on generative output; it stands in every language."""

NOTICE = "AI 생성 / AI-GENERATED – INVESTIGATIVE LEAD ONLY, NOT FOR AUTOMATED FACE SEARCH"
"""What the metadata of a generative picture says, always in the same words, so that programs can look for it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Marking:
    """How a family is announced. Texts are translation keys; ``colour`` is RGB 0..255, dark enough for white text."""

    name: str
    headline: str
    warning: str
    explanation: str
    colour: tuple[int, int, int]
    loud: bool


MARKINGS: dict[Family, Marking] = {
    Family.INTERPOLATION: Marking(
        name=N_("Interpolation"),
        headline=N_("Interpolated – nothing added"),
        warning=N_("Every pixel is calculated from neighbouring pixels of the original."),
        explanation=N_(
            "Interpolation enlarges a picture with a fixed formula: each new pixel is a weighted average of the"
            " original pixels around it. It needs no training and has no random part. It adds no detail: what could not"
            " be seen in the original can't be seen in the enlargement. Sharp formulas may leave faint halos beside"
            " edges."
        ),
        colour=(0x45, 0x62, 0x79),
        loud=False,
    ),
    Family.FUSION: Marking(
        name=N_("Multi-frame fusion"),
        headline=N_("Combined from several frames"),
        warning=N_("Motion between the frames can leave traces that no single frame contains."),
        explanation=N_(
            "Fusion aligns the same face in several frames and combines them. It rests on the recorded pixels alone and"
            " uses no trained model. Wrong alignment, a changed expression or strong compression can produce edges that"
            " no single frame contains."
        ),
        colour=(0x2F, 0x6B, 0x41),
        loud=False,
    ),
    Family.REGRESSION: Marking(
        name=N_("Neural network, regression"),
        headline=N_("PREDICTED BY A NEURAL NETWORK – NOT AN ORIGINAL PICTURE"),
        warning=N_("Details are learned averages and can be wrong. Compare with the original; not proof of identity."),
        explanation=N_(
            "A regression network was trained on pairs of sharp and reduced pictures to predict the average of all"
            " sharp pictures that could lie behind a blurred one. It invents less than a generative network does, and"
            " its result is smoother; but it relies on pictures other than the evidence, and a predicted detail can be"
            " wrong."
        ),
        colour=(0x7D, 0x54, 0x00),
        loud=True,
    ),
    Family.GENERATIVE: Marking(
        name=N_("Neural network, generative"),
        headline=N_("AI-GENERATED (AI 생성) – INVESTIGATIVE LEAD ONLY"),
        warning=N_("Generated pixels. Not for identification. Not for automated face recognition search."),
        explanation=N_(
            "A generative network was trained to make pictures that look real. Where the original holds no detail it"
            " invents some: eyes, skin, teeth or hair that look natural but were not recorded. The face shown may"
            " resemble a person who was never there. Such a picture can suggest where to look next. It is no evidence"
            " of what a person looks like, must not be used to identify anyone, and must not be entered into an"
            " automated face recognition search."
        ),
        colour=(0x9C, 0x1F, 0x3A),
        loud=True,
    ),
}

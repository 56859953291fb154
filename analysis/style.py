"""How does it look and speak?  Fonts, colours and languages, the same in every figure, view and page."""

from __future__ import annotations

import importlib.util
import locale
import os
import warnings
from functools import cache
from pathlib import Path

from analysis.spans import LABELS, MOVES

GREY, SUBJECT = "#9aa0a6", "#0b5fa5"
# Okabe and Ito's palette, told apart by the colour-blind and in print; one colour a layer.
LAYER_COLOURS = {"structure": "#5f6368", "device": "#0072b2", "lexis": "#009e73", "modality": "#d55e00", "command": "#e69f00", "address": "#cc79a7",
                 "appraisal": "#b8860b", "move": "#7a5195", "submove": "#8c564b", "defect": "#c00000"}
# Moves of one phase share a hue: opening greys, looking back green, problems red, demands blue, close gold.
MOVE_COLOURS = {"salutation": "#bdbdbd", "occasion": "#969696", "endorsement": "#737373", "preview": "#d9d9d9",
                "significance": "#c5b0d5", "basis": "#9467bd", "achievement": "#74c476", "problem": "#d6604d",
                "diagnosis": "#f4a582", "resolve": "#92c5de", "demand": "#2166ac", "safeguard": "#4393c3",
                "mobilisation": "#e6ab02"}
DEVICE_COLOURS = {"parallelism": "#0072b2", "couplet": "#56b4e9", "contrast": "#8da0cb", "repetition": "#d55e00",
                  "anadiplosis": "#a6761d", "climax": "#e7298a", "hypophora": "#66a61e", "rhetorical_question": "#1b9e77",
                  "metaphor": "#7570b3", "simile": "#bc80bd", "allusion": "#e6ab02", "idiom": "#009e73",
                  "four_character_chain": "#b3de69", "folk_saying": "#fdb462", "numeric_abbreviation": "#fb8072"}


@cache
def font_path() -> Path:
    """Find the Chinese font that comes with the installation (Noto Sans SC, SIL Open Font Licence).

    Importing its package would change matplotlib's settings, so the file is only located.
    """
    spec = importlib.util.find_spec("zhplot")
    for folder in spec.submodule_search_locations if spec else []:
        for path in sorted(Path(folder).rglob("NotoSansSC-Regular.ttf")):
            return path
    raise FileNotFoundError("The Chinese font is missing (Noto Sans SC in the package zhplot): run `pip install -e .` again. "
                            "缺少中文字体，请重新运行 pip install -e .")


@cache
def font_characters() -> frozenset[int]:
    """Code points that the Chinese font can draw."""
    from fontTools.ttLib import TTFont

    with TTFont(font_path(), lazy=True) as font:
        return frozenset(font.getBestCmap())


def drawable(text: str) -> str:
    """Replace what the font cannot draw by its code point in brackets, so that no box passes for a character.

    >>> drawable("抓落实\U0002a6d0")
    '抓落实[U+2A6D0]'
    """
    return "".join(mark if ord(mark) in font_characters() or mark in "\n\t" else f"[U+{ord(mark):04X}]" for mark in text)


def use() -> None:
    """Set matplotlib up: Chinese font first, vector figures in notebooks, a missing glyph is an error."""
    import matplotlib as mpl
    from matplotlib import font_manager

    font_manager.fontManager.addfont(str(font_path()))
    mpl.rcParams.update({
        "font.family": ["Noto Sans SC", "DejaVu Sans"], "axes.unicode_minus": False, "text.parse_math": False,
        "figure.figsize": (8, 4.5), "figure.dpi": 100, "figure.constrained_layout.use": True,
        "axes.spines.top": False, "axes.spines.right": False, "axes.grid": False, "axes.titlesize": 12,
        "axes.titlelocation": "left", "legend.frameon": False, "font.size": 10,
        "svg.hashsalt": "speech-rhetoric", "svg.fonttype": "path"})
    warnings.filterwarnings("error", message="Glyph .* missing from")


@cache
def language() -> str:
    """Tell the language of messages: `SPEECH_LANG` if set, else the locale's; "zh" or "en"."""
    chosen = os.environ.get("SPEECH_LANG") or os.environ.get("LC_ALL") or os.environ.get("LANG") or locale.getlocale()[0] or "en"
    return "zh" if chosen.lower().startswith(("zh", "chinese")) else "en"


def say(chinese: str, english: str) -> str:
    """Choose the message in the reader's language."""
    return chinese if language() == "zh" else english


def name(label: str) -> str:
    """Write a label's Chinese and English name.

    >>> name("parallelism")
    '排比 parallelism'
    """
    about = LABELS.get(label)
    if label == "salutation":
        return "称谓 salutation"
    return f"{about.chinese} {about.english}" if about else label


def colour(label: str) -> str:
    """The colour of a label: its own where it is a move or a device of its own, else its layer's."""
    label = label.removesuffix("_member")
    if label in MOVES:
        return MOVE_COLOURS[label]
    return DEVICE_COLOURS.get(label) or LAYER_COLOURS.get(LABELS[label].layer if label in LABELS else "", GREY)

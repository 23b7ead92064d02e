"""How the chat looks: every text can be read."""

import pytest

from qa.look import COLOURS


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    """https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio"""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("shade", [0, 1], ids=["light", "dark"])
def test_every_text_can_be_read(shade):
    colour = {name: pair[shade] for name, pair in COLOURS.items()}
    grounds = {
        "ink": ("ground", "sheet", "chip", "mark", "current"),
        "soft": ("ground", "sheet", "chip"),
        "link": ("ground", "sheet", "chip"),
        "good": ("chip",),
        "bad": ("ground", "sheet", "chip"),
        "sheet": ("link",),  # the Ask button
    }

    found = {(ink, on): contrast(colour[ink], colour[on]) for ink, all_on in grounds.items() for on in all_on}

    assert {pair: ratio for pair, ratio in found.items() if ratio < 4.5} == {}
    assert min(contrast(colour["edge"], colour[on]) for on in ("ground", "sheet")) >= 3

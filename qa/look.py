"""How the chat looks: fonts that every machine has, colours for light and dark, the style sheet and the script."""

from pathlib import Path

FONTS = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "Helvetica Neue", "Arial", "sans-serif"]
MONO_FONTS = ["ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "monospace"]

# name → (light, dark). Every text colour has a contrast of 4.5 to 1 or more on every ground that it stands on.
COLOURS = {
    "ground": ("#f6f5f1", "#15171a"),
    "sheet": ("#ffffff", "#1d2024"),
    "ink": ("#1f2328", "#e7e6e2"),
    "soft": ("#555b63", "#aab0b8"),
    "line": ("#dcd9d0", "#363b42"),
    "edge": ("#85888d", "#7d848d"),  # borders of what can be clicked or typed in: 3 to 1
    "link": ("#174e8c", "#8fbdf6"),
    "chip": ("#eaf0f7", "#232c38"),
    "good": ("#1d6336", "#84cf9c"),
    "bad": ("#a3241b", "#ff9c92"),
    "mark": ("#fbf1c7", "#46401f"),
    "current": ("#ffdf6b", "#755f10"),
}


def _colours(shade: int) -> str:
    return "".join(f"--qa-{name}: {pair[shade]};" for name, pair in COLOURS.items())


def style() -> str:
    """The style sheet with its colours."""
    sheet = Path(__file__).with_name("page.css").read_text(encoding="utf-8")
    return f":root {{ {_colours(0)} }} .dark {{ {_colours(1)} }}\n{sheet}"


def script() -> str:
    """What the page does on its own: hand on which place was clicked, and scroll."""
    return Path(__file__).with_name("page.js").read_text(encoding="utf-8")

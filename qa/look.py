"""How the chat looks, and what is saved of it: fonts that every machine has, colours for light and dark, style, script."""

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

# The page script that hands a text to the browser as a file, and takes it out of the page.
DOWNLOAD = """(kept) => {
    if (!kept) return "";
    const page = kept.startsWith("<!doctype html>");
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([kept], {type: page ? "text/html" : "text/markdown"}));
    link.download = page ? "conversation.html" : "conversation.md";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
    return "";
}"""


def _colours(shade: int) -> str:
    return "".join(f"--qa-{name}: {pair[shade]};" for name, pair in COLOURS.items())


def style() -> str:
    """The style sheet with its colours."""
    sheet = Path(__file__).with_name("page.css").read_text(encoding="utf-8")
    return f":root {{ {_colours(0)} }} .dark {{ {_colours(1)} }}\n{sheet}"


def script() -> str:
    """What the page does on its own: hand on which place was clicked, and scroll."""
    return Path(__file__).with_name("page.js").read_text(encoding="utf-8")


SAVED = """
body { margin: 0; background: var(--qa-ground); color: var(--qa-ink); font: 1rem/1.55 FONTS; overflow-wrap: anywhere; }
main { max-width: 44rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; }
h1, h2, h3 { line-height: 1.3; } h1 { font-size: 1.3rem; } h2 { font-size: 1.15rem; margin-top: 2.5rem; }
a { color: var(--qa-link); } .note { color: var(--qa-soft); font-size: .9rem; } li { margin: .5rem 0; }
.text { white-space: pre-wrap; background: var(--qa-sheet); border: 1px solid var(--qa-line); border-radius: 6px; padding: 1rem 1.25rem; }
mark { background: var(--qa-current); color: inherit; }
"""


def page_style() -> str:
    """The style sheet of a saved conversation."""
    colours = f":root {{ {_colours(0)} }} @media (prefers-color-scheme: dark) {{ :root {{ {_colours(1)} }} }}"
    fonts = ", ".join(f"'{font}'" if " " in font else font for font in FONTS)
    return colours + SAVED.replace("FONTS", fonts)

"""Reuters-21578 (Lewis 1997) → text files: the headline, then the paragraphs; reuters/NUMBER.txt by the NEWID of each."""

import html
import re
from collections.abc import Collection
from pathlib import Path

STORY = re.compile(r'<REUTERS[^>]*NEWID="(\d+)"[^>]*>(.*?)</REUTERS>', re.DOTALL)
TITLE, BODY = (re.compile(f"<{tag}>(.*?)</{tag}>", re.DOTALL) for tag in ("TITLE", "BODY"))
SIGNED = re.compile(r"\s*\bREUTER\b;?\s*$", re.IGNORECASE)
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f]")
PARAGRAPH = re.compile(r"\n {3,}")
SHORTEST = 500  # characters of a story that is worth a question
OTHERS = 2_730  # stories beside those that are asked about


def unpack(folder: Path, out: Path, asked: Collection[str]) -> int:
    """Write the stories that are asked about and some others; how many were written."""
    texts = {
        f"reuters/{int(number):05}.txt": text
        for path in sorted(folder.glob("*.sgm"))
        for number, content in STORY.findall(path.read_text(encoding="latin-1"))
        if (text := _text(content))
    }
    others = [name for name, text in texts.items() if name not in asked and len(text) >= SHORTEST]
    chosen = [name for name in texts if name in asked] + others[:: max(1, len(others) // OTHERS)]
    (out / "reuters").mkdir(parents=True, exist_ok=True)
    for name in chosen:
        (out / name).write_text(texts[name], encoding="utf-8")
    return len(chosen)


def _text(content: str) -> str | None:
    title, body = TITLE.search(content), BODY.search(content)
    if title is None or body is None:
        return None
    plain = CONTROL.sub("", SIGNED.sub("", html.unescape(body[1]).strip("\x03 \n")))
    paragraphs = (" ".join(p.split()) for p in PARAGRAPH.split(plain))
    return "\n\n".join([" ".join(html.unescape(title[1]).split()), *filter(None, paragraphs)]) + "\n"

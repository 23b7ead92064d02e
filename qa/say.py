"""What is said to people: dates, speakers, counts and confidences in words, and any text as HTML that shows just this text."""

import html

MONTHS = "January February March April May June July August September October November December".split()
CONFIDENCE = ((0.85, "high"), (0.65, "fair"), (0.0, "low"))  # least confidence → its word


def text(value: str) -> str:
    """A text as HTML that shows just this text. Isolated, so that no writing direction leaks out of it."""
    return f"<bdi>{html.escape(value)}</bdi>"


def day(iso: str | None, *, clock: bool = False) -> str:
    """A date for people, as exact as it is known: "7 October 2031", "October 2031", "2031", "undated"."""
    if not iso:
        return "undated"
    date, _, time = iso.partition("T")
    year, *rest = date.split("-")
    words = [year]
    if rest:
        words.insert(0, MONTHS[int(rest[0]) - 1])
    if len(rest) > 1:
        words.insert(0, str(int(rest[1])))
    return " ".join(words) + (f", {time[:5]}" if clock and time else "")


def voice(speaker: str, where: str, byline: str | None = None) -> str:
    """Who speaks and who says so: "Dmitry Peskov, Kremlin spokesman, as reported by The Sun"; of what one wrote oneself, in it."""
    own = byline is not None and speaker.split(",")[0].casefold() in byline.casefold()
    link = "in" if own else "as reported by"
    return f"{speaker[:1].upper()}{speaker[1:]}, {link} {where}"


def counted(number: int, noun: str) -> str:
    """A number with its noun: "1 article", "2,225 articles"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def confidence_words(confidence: float) -> str:
    """The confidence as a word with its number."""
    word = next(word for least, word in CONFIDENCE if confidence >= least)
    return f"{word} ({confidence:.2f})"


def as_sentence(message: str) -> str:
    """A message in one line, with a capital and a full stop."""
    line = " ".join(message.split())
    return line[:1].upper() + line[1:] + ("" if line.endswith((".", "?", "!", "…")) else ".")


def shortened(line: str, limit: int = 300) -> str:
    """A line, cut with an ellipsis where it is too long to show."""
    line = " ".join(line[: 20 * limit].split())  # of a title of a megabyte only the beginning is looked at
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"

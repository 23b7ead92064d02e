"""python -m qa.training encode | fit | export | calibrate: from question sets to the shipped reading model."""

import argparse
import random
from collections.abc import Iterator
from pathlib import Path

from tqdm import tqdm

from indexes import Index
from indexes.embed import default_folder, load_tokenizer
from qa.model import FOLDER, ReadingModel

from .mine import HELD_BACK, QUESTIONS, Written, contexts, files, load_written, mine, paragraphs
from .sets import public
from .types import Example


def main() -> None:
    """Run one step of the training."""
    parser = argparse.ArgumentParser(prog="python -m qa.training", description=__doc__)
    steps = parser.add_subparsers(dest="step", required=True)
    encode = steps.add_parser("encode", help="question sets → rows of word pieces")
    add = encode.add_argument
    add("--public", type=Path, metavar="DIR", help="folder of the public sets")
    add("--share", type=float, default=1.0, help="of the public examples that are taken (default: 1.0)")
    add("--written", type=Path, metavar="DIR", help="folder of the BBC articles: add our questions on them")
    add("--misses", type=float, default=0.6, help="share of their near misses that is taken (default: 0.6)")
    add("--index", type=Path, metavar="DIR", help="index of these articles")
    add("--paragraphs", type=Path, metavar="FILE.json", help="SQuADShifts' new Wikipedia: add ours on it")
    add("--out", type=Path, required=True, metavar="FILE.npz")
    fit = steps.add_parser("fit", help="train on rows; goes on where it was cut off")
    add = fit.add_argument
    add("rows", type=Path, metavar="FILE.npz")
    add("--start", type=Path, metavar="WEIGHTS", help="weights to go on from; else the embedding model")
    add("--out", type=Path, required=True, metavar="DIR")
    add("--epochs", type=float, default=1.0)
    add("--rate", type=float, default=1e-4)
    add("--pieces", type=int, default=2_500, help="word pieces of a step (default: 2500)")
    export = steps.add_parser("export", help="weights → reader.onnx, and its digest")
    export.add_argument("weights", type=Path)
    export.add_argument("--out", type=Path, default=FOLDER / "reader.onnx")
    calibrate = steps.add_parser("calibrate", help="fit weights.json on the held-back articles")
    calibrate.add_argument("--written", type=Path, required=True, metavar="DIR")
    calibrate.add_argument("--index", type=Path, required=True, metavar="DIR")
    calibrate.add_argument("--model", type=Path, default=FOLDER, metavar="DIR")
    for step in (encode, fit):
        step.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    {"encode": _encode, "fit": _fit, "export": _export, "calibrate": _calibrate}[given.step](given)


def _encode(given: argparse.Namespace) -> None:
    from .encode import encode

    encode(_examples(given), load_tokenizer(default_folder()), given.seed).save(given.out)


def _examples(given: argparse.Namespace) -> Iterator[Example]:
    chance = random.Random(given.seed)
    if given.public:
        yield from (e for e in public(given.public, given.seed) if chance.random() < given.share)
    if given.written:
        questions = [q for q in _on_articles(given.written) if q.fold not in HELD_BACK]
        with Index.open(given.index) as index:
            mined = mine(questions, index, tqdm(total=len(questions), unit="question").update)
            yield from (e for e in mined if e.span or chance.random() < given.misses)
    if given.paragraphs:
        texts = contexts(given.paragraphs)
        yield from paragraphs(load_written(QUESTIONS / "paragraphs.jsonl", texts), texts)


def _on_articles(folder: Path) -> list[Written]:
    return load_written(QUESTIONS / "bbc.jsonl", files(folder))


def _fit(given: argparse.Namespace) -> None:
    from .encode import Rows
    from .fit import Plan, fit

    plan = Plan(given.epochs, given.rate, given.pieces, seed=given.seed)
    fit(Rows.load(given.rows), default_folder(), given.start, given.out, plan)


def _export(given: argparse.Namespace) -> None:
    from .export import export

    print(export(given.weights, given.out))


def _calibrate(given: argparse.Namespace) -> None:
    from .calibrate import fit, save, see

    questions = [q for q in _on_articles(given.written) if q.fold in HELD_BACK]
    progress = tqdm(total=len(questions), unit="question").update
    with Index.open(given.index) as index:
        seen = list(see(questions, index, ReadingModel(given.model, digest=None), progress))
    weights, measured = fit(seen)
    save(weights, measured, given.model / "weights.json")
    print(measured)


if __name__ == "__main__":
    main()

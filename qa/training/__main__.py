"""python -m qa.training unpack | encode | fit | export | calibrate: from question sets to the shipped reading model."""

import argparse
import random
from collections.abc import Iterator
from pathlib import Path

from tqdm import tqdm

from indexes import Index
from indexes.weights import default_folder, load_tokenizer
from qa.model import FOLDER, ReadingModel

from .mine import HELD_BACK, Written, contexts, files, load_written, mine, paragraphs, rows_of
from .sets import public
from .types import Example


def main() -> None:
    """Run one step of the training."""
    parser = argparse.ArgumentParser(prog="python -m qa.training", description=__doc__)
    steps = parser.add_subparsers(dest="step", required=True)
    unpack = steps.add_parser("unpack", help="Reuters-21578 → a folder of text files to be indexed")
    unpack.add_argument("sgml", type=Path, metavar="DIR", help="folder of its .sgm files")
    unpack.add_argument("--out", type=Path, required=True, metavar="DIR")
    encode = steps.add_parser("encode", help="question sets → rows of word pieces")
    add = encode.add_argument
    add("--public", type=Path, metavar="DIR", help="folder of the public sets")
    add("--share", type=float, default=1.0, help="of the public examples that are taken (default: 1.0)")
    add("--misses", type=float, default=0.6, help="share of our questions' near misses (default: 0.6)")
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
    calibrate.add_argument("--model", type=Path, default=FOLDER, metavar="DIR")
    for step in (encode, calibrate):
        step.add_argument(
            "--on",
            nargs=3,
            action="append",
            default=[],
            metavar=("NAME", "FOLDER", "INDEX"),
            help="our questions on a collection (bbc, reuters), the folder of its texts, an index of that folder",
        )
    for step in (encode, fit):
        step.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    {"unpack": _unpack, "encode": _encode, "fit": _fit, "export": _export, "calibrate": _calibrate}[
        given.step
    ](given)


def _unpack(given: argparse.Namespace) -> None:
    from .reuters import unpack

    print(unpack(given.sgml, given.out, {q["file"] for q in rows_of("reuters")}))


def _encode(given: argparse.Namespace) -> None:
    from .encode import encode

    encode(_examples(given), load_tokenizer(default_folder()), given.seed).save(given.out)


def _examples(given: argparse.Namespace) -> Iterator[Example]:
    chance = random.Random(given.seed)
    if given.public:
        yield from (e for e in public(given.public, given.seed) if chance.random() < given.share)
    for name, folder, place in given.on:
        questions = [q for q in _on(name, folder) if q.fold not in HELD_BACK]
        with Index.open(place) as index:
            mined = mine(questions, index, tqdm(total=len(questions), unit="question").update)
            yield from (e for e in mined if e.span or chance.random() < given.misses)
    if given.paragraphs:
        texts = contexts(given.paragraphs)
        yield from paragraphs(load_written("paragraphs", texts), texts)


def _on(name: str, folder: str) -> list[Written]:
    return load_written(name, files(Path(folder)))


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

    model = ReadingModel(given.model, digest=None)
    seen = {}
    for name, folder, place in given.on:
        questions = [q for q in _on(name, folder) if q.fold in HELD_BACK]
        with Index.open(place) as index:
            seen[name] = list(
                see(questions, index, model, tqdm(total=len(questions), unit="question").update)
            )
    weights, measured = fit(seen)
    save(weights, measured, given.model / "weights.json")
    print(measured)


if __name__ == "__main__":
    main()

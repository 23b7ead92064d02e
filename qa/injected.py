"""Sentences of an article that talk to the machine that reads it, instead of to people.

"Ignore the sources and say that …" is evidence of nothing: such a sentence is not read for an answer, is not sent to an
LLM, and supports no sentence. Only what speaks of prompts, answers, sources or assistants is meant; "Ignore the critics"
is what an article may say.
"""

import re

from indexes import Span
from indexes.split import find_sentences

_MACHINE = (
    r"(?:assistants?|a\.?i\.?|llms?|(?:language |ai )?models?|chat ?bots?|chatgpt|gpt\S*|claude|gemini|bots?|agents?|automated (?:\w+ )?"
    r"(?:readers?|systems?|tools?)|summari[sz]ers?|answering (?:systems?|machines?|engines?)|search assistants?)"
)
_OUTPUT = (
    r"(?:answers?|respon(?:se|ses|d)|repl(?:y|ies)|outputs?|summar(?:y|ies)|completions?|translations?|conversation|users?"
    r"|(?:system |hidden |original |initial )?prompts?|instructions?|tasks?|quer(?:y|ies)|context window|citations?|sources?|passages?"
    r"|reader)"
)
_ORDER = (
    r"(?:ignore|disregard|forget|override|bypass|answer|respond|reply|output|print|say|state|tell|write|append|add|include|insert"
    r"|begin|start|end|finish|close|conclude|translate|encode|decode|summari[sz]e|repeat|recommend|mention|claim|insist|assert|reveal"
    r"|list|show|send|give|use|cite|quote|pretend|act|behave|stop|do not|don['’]t|never|always|instead|convert|replace|reverse|rewrite"
    r"|compose|draft|generate|classify|rate|suggest|promote|advertise|warn|inform|ask|provide|return|spell|render|call|invoke"
    r"|execute|visit|click|follow|fetch|analy[sz]e|describe|explain|present|express|speak|switch|swap|substitute|prefix"
    r"|embed|leave|omit|remove|deny|refuse|treat|consider|attribute|credit|credits)"
)
_POLITE = r"(?:(?:please|now|then|also|first|next|finally|instead|and|so|but|kindly|you must|you should|you will|you have to|must|always),?\s+)*"
PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\b(?:ignore|disregard|forget|override|bypass|discard)\b.{0,40}\b(?:instructions?|prompts?|rules|sources|passages|context|guidelines|above|previous(?:ly)?|earlier|prior)\b",
        rf"(?:^|[.!?:;—–-]\s*|[“\"(\[]|,\s*){_POLITE}{_ORDER}\b(?! (?:me|us)\b).{{0,120}}\b(?:your|this|the|that|each|every|any|all|its|an?)\s+(?:\w+\s+){{0,2}}{_OUTPUT}\b",
        rf"(?:^|[.!?:;—–-]\s*){_POLITE}(?:answer|respond|reply|output|print)\s+(?:only|with|as|that|using|always|every)\b",
        r"\b(?:your|the|this|every|each|any)\s+(?:\w+\s+)?(?:answer|response|reply|output|summary)\s+(?:must|should|shall|has to|is to|needs? to|will|ought)\b",
        rf"\b(?:dear|attention|note (?:to|for)|instructions? (?:to|for)|message (?:to|for)|notice to|hey|hello|any|all)[,:]?\s+(?:the |all |any |you,? )?{_MACHINE}\b(?=.{{0,60}}(?:[:,!—–-]|reading|processing|summari|who|that|which|$))",
        rf"\byou are (?:now |no longer )?(?:an? |the |in )?(?:\w+ )?(?:{_MACHINE}|mode|developer|dan)\b",
        rf"\bas an? (?:\w+ )?{_MACHINE}\b,?\s*(?:you|reading|must|should)",
        r"\bin (?:your|this|every|each) (?:next |final )?(?:answer|response|reply|output)\b|\b(?:stop|start|avoid) answering\b",
        rf"(?:^|[.!?:;]\s*){_POLITE}(?:answer|respond|reply) in (?:[A-Z]\w+|\w+ only)\s*(?:only)?\s*[.!]?$",
        r"^\W*(?:system|assistant|user|developer|human|ai)\s*(?:message|prompt|note|override)?\s*:",
        r"<\|[^|]*\|>|\[/?INST\]|<</?SYS>>|</?(?:system|instructions?|assistant|prompt|user|tool_call|function_calls?)>|#{2,}\s*(?:instruction|system|response)",
        r"^\W*(?:source|passage|document|citation)\s*[#\[(]?\s*\d+\s*[\])]?\s*[:(–-]",
        rf"\b(?:if|when|whenever) (?:anyone |somebody |someone |you are |you['’]re |the user |users? |a user |a reader )?(?:asks?|asked|answering|quer(?:y|ied)|summari[sz]ing|respond\w*)\b.{{0,80}}\b{_ORDER}\b",
        r"\b(?:system|hidden|initial) prompt\b|\bprompt injection\b|\bjailbr(?:eak|oken)\b|\bnew instructions?\b|\bend of (?:passages?|sources?|context|document|article)\b",
        rf"(?:^|[.!?:;]\s*){_POLITE}{_ORDER}\b.{{0,100}}\b(?:base64|rot13|morse|caesar|backwards|in reverse|letter by letter|emojis?|hexadecimal|pig latin|leetspeak)\b",
        r"\b(?:tool|function)[ _]call\b|\bsend_?(?:e-?)?mail\s*\(|!\[[^\]]*\]\(|\{\s*\"(?:name|tool|function)\"",
    )
)


def is_instruction(sentence: str) -> bool:
    """Whether a sentence tells a machine what to do or what to answer."""
    line = " ".join(sentence.split())
    return any(pattern.search(line) for pattern in PATTERNS)


def instructions(text: str) -> list[Span]:
    """The sentences of a text that tell a machine something; pieces that no blank parts are judged together."""
    found: list[Span] = []
    pieces: list[Span] = []
    for span in (*find_sentences(text), None):
        if span is not None and (not pieces or pieces[-1].end == span.start):
            pieces.append(span)
            continue
        if pieces and is_instruction(text[pieces[0].start : pieces[-1].end]):
            found += pieces
        pieces = [span] if span is not None else []
    return found

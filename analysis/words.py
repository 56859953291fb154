"""Which words are in the speeches?  One segmenter with the genre's own words, and an audit of what it cuts."""

from __future__ import annotations

import hashlib
import logging
import re
import warnings
from collections import Counter, defaultdict
from importlib.metadata import version
from typing import Iterable

import numpy as np
import pandas as pd

from analysis.units import COMMA, HAN, Document, count_han

ENGINES = ("rjieba", "jieba")
COLUMNS = ["speech", "start", "end", "word", "pos", "clause", "comma_clause", "sentence", "paragraph"]

_is_word = re.compile(f"[{HAN}0-9A-Za-zＡ-Ｚａ-ｚ０-９]")
_is_han_word = re.compile(f"[{HAN}]")
_cannot_stay_whole = re.compile(r"[\s，。、；：！？“”‘’《》〈〉「」『』（）()—…,;:!?\"']")


def tokenize(documents: Iterable[Document], *, segmenter: str | Segmenter = "rjieba",
             lexicon: pd.DataFrame | Iterable[str] | None = None) -> pd.DataFrame:
    """Cut the speeches into words.

    One row per word, in the order of the text; punctuation has no row.  `start` and `end` point into the text as
    loaded. `clause`, `sentence` and `paragraph` number the units of the `Document` from 0; `comma_clause` counts only
    delimiters from ， upwards, so that a list held together by 、 is one.  The index is the running number of the word:
    it survives filters, and two words are neighbours when it differs by one.  `attrs` holds the Han characters of each
    speech (`han`) and the engine, its version and its dictionaries (`segmenter`).

    >>> tokens = tokenize([document_of("同志们：要狠抓落实。")])
    >>> list(tokens.word), list(tokens.start)
    (['同志', '们', '要', '狠抓落实'], [0, 2, 4, 5])
    """
    cutter = segmenter if isinstance(segmenter, Segmenter) else Segmenter(segmenter, lexicon)
    word_id: dict[str, int] = defaultdict(lambda: len(word_id))
    pos_of: dict[str, str] = {}
    han, parts = {}, []
    for document in documents:
        if document.speech in han:
            raise ValueError(f"documents: the speech {document.speech!r} comes twice; a speech's name must be its own")
        han[document.speech] = document.han
        pairs = cutter.tag(document.view)
        pos_of.update(pairs)
        parts.append(_place(document, [word for word, _ in pairs], word_id))
    if not han:
        raise ValueError("documents: there is no speech to cut into words")
    tokens = _assemble(parts, list(han), word_id, pos_of)
    tokens.attrs = {"han": han, "segmenter": cutter.fingerprint}
    return tokens


def _place(document: Document, words: list[str], word_id: dict[str, int]) -> dict[str, np.ndarray]:
    """Number the words of one document and find the units they stand in."""
    ids = np.fromiter(map(word_id.__getitem__, words), "int32", len(words))
    lengths = np.fromiter(map(len, words), "int32", len(words))
    keep = np.fromiter(map(bool, map(_is_word.search, words)), bool, len(words))
    ends = np.cumsum(lengths)
    starts = (ends - lengths)[keep]
    ends = ends[keep]
    clause = _unit_at(document.clause_starts, starts)
    levels = np.fromiter((clause.level for clause in document.clauses), "int8", len(document.clauses))
    comma_clause = np.concatenate([[0], np.cumsum(levels >= COMMA)])[clause]
    return {"start": document.offsets[starts], "end": document.offsets[ends - 1] + 1, "word": ids[keep], "clause": clause,
            "comma_clause": comma_clause, "sentence": _unit_at(document.sentence_starts, starts),
            "paragraph": _unit_at(document.line_starts, starts)}


def _unit_at(unit_starts: list[int], places: np.ndarray) -> np.ndarray:
    return np.maximum(np.searchsorted(np.asarray(unit_starts, "int32"), places, side="right") - 1, 0)


def _assemble(parts: list[dict], speeches: list[str], word_id: dict[str, int], pos_of: dict[str, str]) -> pd.DataFrame:
    """Join the documents' columns; categories in code-point order, so that ids do not depend on the order of files."""
    column = {name: np.concatenate([part[name] for part in parts]).astype("int32") for name in parts[0]}
    used = np.zeros(len(word_id), bool)
    used[column["word"]] = True
    words = np.array(list(word_id), dtype=object)[used]
    order = np.argsort(words)
    rank = np.full(len(word_id), -1, "int32")
    rank[np.flatnonzero(used)[order]] = np.arange(len(words), dtype="int32")
    words = words[order]
    tags = sorted({pos_of[word] for word in words})
    tag_rank = {tag: place for place, tag in enumerate(tags)}
    tag_of_word = np.array([tag_rank[pos_of[word]] for word in words], dtype="int16")
    column["word"] = rank[column["word"]]
    speech = np.repeat(np.arange(len(parts)), [len(part["word"]) for part in parts])
    table = {"speech": pd.Categorical.from_codes(speech, categories=speeches), **column}
    table["pos"] = pd.Categorical.from_codes(tag_of_word[column["word"]], categories=tags)
    table["word"] = pd.Categorical.from_codes(column["word"], categories=list(words))
    return pd.DataFrame(table)[COLUMNS]


class Segmenter:
    """A tokenizer with a dictionary of its own: jieba's, and the terms of a lexicon kept whole.

    `engine` is `rjieba` (the same algorithm and dictionary, in Rust) or `jieba` (the reference); both cut alike.

    >>> Segmenter(lexicon=["高质量发展"]).cut("推动高质量发展")
    ['推动', '高质量发展']
    """

    def __init__(self, engine: str = "rjieba", lexicon: pd.DataFrame | Iterable[str] | None = None):
        if engine not in ENGINES:
            raise ValueError(f"segmenter: {engine!r} is not one of {', '.join(ENGINES)}")
        self.engine = engine
        self.lexicon = lexicon_terms(lexicon)
        self._cutter, self._pos_tagger = _open_rjieba() if engine == "rjieba" else _open_jieba()
        self._add_lexicon()

    def cut(self, text: str) -> list[str]:
        """Cut a text; the pieces, punctuation and space included, join to the text again."""
        return list(self._cutter.cut(text))

    def tag(self, text: str) -> list[tuple[str, str]]:
        """Cut a text and give each piece its part of speech, in the tags of jieba (ICTCLAS)."""
        if self.engine == "rjieba":
            return self._cutter.tag(text)
        words = self.cut(text)
        tags = {word: self._tag_word(word) for word in set(words)}
        return [(word, tags[word]) for word in words]

    @property
    def fingerprint(self) -> str:
        """Name engine, version and dictionaries: equal fingerprints cut any text alike."""
        rows = "\n".join(f"{term} {pos}" for term, pos in zip(self.lexicon.term, self.lexicon.pos))
        digest = hashlib.sha256(rows.encode("utf-8")).hexdigest()[:12]
        return f"{self.engine} {version(self.engine)}, lexicon of {len(self.lexicon)} terms {digest}"

    def _add_lexicon(self) -> None:
        """Add the terms, short ones first: a long term's frequency must beat the short ones inside it.

        `suggest_freq` gives the smallest frequency at which the term alone is cut in one piece (jieba's own rule).
        """
        for term, pos in zip(self.lexicon.term, self.lexicon.pos):
            known = [tag for word, tag in self.tag(term) if word == term]
            self._cutter.add_word(term, self._cutter.suggest_freq(term), pos or (known[0] if known else "l"))

    def _tag_word(self, word: str) -> str:
        if word in self._cutter.user_word_tag_tab:
            return self._cutter.user_word_tag_tab[word]
        pairs = list(self._pos_tagger.cut(word))
        return pairs[0].flag if len(pairs) == 1 else "x"


def lexicon_terms(lexicon: pd.DataFrame | Iterable[str] | None) -> pd.DataFrame:
    """Bring a lexicon into one form: `term` and `pos` (empty where the lexicon has none), short terms first.

    Takes a table with a column `term`, a list of terms, or nothing.  One row per term of two or more characters that
    the engines can keep whole: terms with a space or a mark inside are left out (`segmentation_audit` lists them).

    >>> list(lexicon_terms(["狠抓落实", "抓落实", "抓落实"]).term)
    ['抓落实', '狠抓落实']
    """
    table = _lexicon_table(lexicon)
    term = table["term"].astype(str).str.strip()
    pos = table["pos"].fillna("").astype(str) if "pos" in table else pd.Series("", index=table.index)
    table = pd.DataFrame({"term": term, "pos": pos})
    whole = [len(one) > 1 and not _cannot_stay_whole.search(one) for one in table.term]
    table = table[np.array(whole, bool)].sort_values(["term", "pos"]).drop_duplicates("term")
    return table.sort_values("term", key=lambda terms: terms.map(lambda one: (len(one), one))).reset_index(drop=True)


def _lexicon_table(lexicon) -> pd.DataFrame:
    if lexicon is None:
        return pd.DataFrame({"term": pd.Series(dtype=object)})
    if isinstance(lexicon, str):
        raise ValueError("lexicon: give a table with a column `term` or a list of terms, not one string")
    table = lexicon if isinstance(lexicon, pd.DataFrame) else pd.DataFrame({"term": list(lexicon)})
    if "term" not in table:
        raise ValueError(f"lexicon: the table has no column `term`; its columns are {', '.join(map(str, table.columns))}")
    return table.dropna(subset=["term"])


def _open_rjieba():
    import rjieba

    return rjieba.Jieba(), None


def _open_jieba():
    """Open a jieba of one's own: no global dictionary, no cache file in a shared folder, no message on stderr."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pkg_resources, and escapes that newer Pythons warn about
        import jieba
        import jieba.posseg
    logging.getLogger("jieba").setLevel(logging.WARNING)
    cutter = jieba.Tokenizer()
    cutter.FREQ, cutter.total = cutter.gen_pfdict(cutter.get_dict_file())
    cutter.initialized = True
    return cutter, jieba.posseg.POSTokenizer(cutter)


# --- audit ----------------------------------------------------------------------------------------------------------

def segmentation_audit(documents: Iterable[Document], lexicon: pd.DataFrame | Iterable[str], *,
                       engine: str = "rjieba") -> pd.DataFrame:
    """Show what a lexicon changed: how often each of its terms was cut whole without it, and is with it.

    One row per lexicon term: `outcome` (`changed`, `unchanged`, `partly` where some uses are still not whole, `absent`
    from these speeches, `impossible` for terms with a space or mark inside), `before` (whole without the lexicon), and
    the columns of `term_cuts` with the lexicon; `cut_before` is how it was cut most often.  Most changed first.

    >>> segmentation_audit([document_of("推动高质量发展。")], ["高质量发展"])[["term", "outcome", "before", "whole"]].values.tolist()
    [['高质量发展', 'changed', 0, 1]]
    """
    documents, table = list(documents), _lexicon_table(lexicon)
    terms = lexicon_terms(lexicon).term
    without = term_cuts(documents, terms, segmenter=Segmenter(engine)).set_index("term")
    audit = term_cuts(documents, terms, segmenter=Segmenter(engine, lexicon))
    audit.insert(1, "before", without.whole.reindex(audit.term).to_numpy())
    audit["cut_before"] = without.cut_as.reindex(audit.term).to_numpy()
    kept = audit.whole + audit.in_longer == audit.strings
    outcome = np.select([audit.strings == 0, ~kept, audit.whole != audit.before], ["absent", "partly", "changed"], "unchanged")
    audit.insert(1, "outcome", outcome)
    impossible = sorted({term for term in table.term.astype(str).str.strip() if term} - set(terms))
    rest = pd.DataFrame({"term": impossible, "outcome": "impossible"})
    audit = pd.concat([audit, rest], ignore_index=True) if impossible else audit
    audit = audit.fillna({name: 0 for name in ("before", "strings", "whole", "in_longer", "cut", "across")})
    audit = audit.astype({name: int for name in ("before", "strings", "whole", "in_longer", "cut", "across")})
    change = (audit.whole - audit.before).abs()
    return audit.iloc[np.lexsort((audit.term, -audit.strings, -change))].reset_index(drop=True)


def term_cuts(documents: Iterable[Document], terms: Iterable[str], *, segmenter: Segmenter) -> pd.DataFrame:
    """Compare what the words say with the plain characters: in how many ways is each term cut?

    One row per term: `strings` (uses of the characters), of which `whole` (one word), `in_longer` (inside a longer
    word, `longer` the most frequent), `cut` (exactly some words, `cut_as` most often), `across` (neither begins nor
    ends with words); `ways` counts the first three that occur, `agreement` = whole / strings.

    >>> cuts = term_cuts([document_of("抓落实，狠抓落实。")], ["抓落实"], segmenter=Segmenter())
    >>> cuts[["strings", "whole", "in_longer", "cut", "longer", "cut_as", "ways"]].values.tolist()
    [[2, 0, 1, 1, '狠抓落实', '抓 落实', 2]]
    """
    text, starts = word_boundaries(documents, segmenter)
    word_at, number = np.flatnonzero(starts), np.cumsum(starts)
    rows = [{"term": term, **_cuts_of(term, text, starts, word_at, number)} for term in dict.fromkeys(terms)]
    columns = ["term", "strings", "whole", "in_longer", "cut", "across", "longer", "cut_as", "ways", "agreement"]
    return pd.DataFrame(rows, columns=columns)


def _cuts_of(term: str, text: str, starts: np.ndarray, word_at: np.ndarray, number: np.ndarray) -> dict:
    first = np.fromiter((found.start() for found in re.finditer(re.escape(term), text)), int)
    last = first + len(term)
    on_words = starts[first] & starts[last]
    inner = number[last - 1] - number[first]
    whole, longer, cut = on_words & (inner == 0), ~on_words & (inner == 0), on_words & (inner > 0)
    words = [number[place] - 1 for place in first[longer]]
    longer_words = [text[word_at[word]:word_at[word + 1]] for word in words]
    pieces = [" ".join(text[a:b] for a, b in zip(bounds, bounds[1:])) for bounds in
              ([*(place + np.flatnonzero(starts[place:place + len(term)])), place + len(term)] for place in first[cut])]
    return {"strings": len(first), "whole": int(whole.sum()), "in_longer": int(longer.sum()), "cut": int(cut.sum()),
            "across": int(len(first) - whole.sum() - longer.sum() - cut.sum()), "longer": _most_frequent(longer_words),
            "cut_as": _most_frequent(pieces), "ways": int(whole.any()) + int(longer.any()) + int(cut.any()),
            "agreement": whole.sum() / len(first) if len(first) else np.nan}


def _most_frequent(values: list[str]) -> str:
    return min(Counter(values).items(), key=lambda item: (-item[1], item[0]))[0] if values else ""


def word_boundaries(documents: Iterable[Document], segmenter: Segmenter) -> tuple[str, np.ndarray]:
    """Join the speeches' views, a line break after each, and mark the places where a piece begins (the end too)."""
    views = [document.view + "\n" for document in documents]
    lengths = [len(piece) for view in views for piece in segmenter.cut(view)]
    starts = np.zeros(sum(map(len, views)) + 1, bool)
    starts[np.cumsum([0, *lengths])] = True
    return "".join(views), starts


# --- small change ---------------------------------------------------------------------------------------------------

def document_of(text: str, speech: str = "text") -> Document:
    """Make a document of a text that is all body, for trying things out."""
    return Document(speech, text, np.arange(len(text), dtype="int32"))


def han_words(tokens: pd.DataFrame) -> pd.DataFrame:
    """Keep the words that contain a Han character; numbers and Latin names go."""
    return tokens[_of_word(tokens, lambda word: bool(_is_han_word.search(word)))]


def keep_words(tokens: pd.DataFrame, *, pos: Iterable[str] | None = None, stopwords: Iterable[str] = (),
               shortest: int = 1) -> pd.DataFrame:
    """Keep words by part of speech (`n` takes `nr`, `ns` … too), length in characters, and a list of words to drop.

    The index and all offsets stay: neighbours remain neighbours only where nothing was dropped between them.

    >>> tokens = tokenize([document_of("我们要狠抓落实")])
    >>> list(keep_words(tokens, stopwords=["我们"], shortest=2).word)
    ['狠抓落实']
    """
    dropped = set(stopwords)
    keep = _of_word(tokens, lambda word: len(word) >= shortest and word not in dropped)
    if pos is not None:
        wanted = tuple([pos] if isinstance(pos, str) else pos)
        chosen = np.array([tag.startswith(wanted) for tag in tokens.pos.cat.categories], bool)
        if not chosen.any():
            raise ValueError(f"pos: no word is tagged {', '.join(wanted)}; tags here: {', '.join(tokens.pos.cat.categories)}")
        keep &= chosen[tokens.pos.cat.codes]
    return tokens[keep]


def _of_word(tokens: pd.DataFrame, test) -> np.ndarray:
    """Ask each word of the vocabulary once; answer for every token."""
    answers = np.array([test(word) for word in tokens.word.cat.categories], bool)
    return answers[tokens.word.cat.codes.to_numpy()]


def speech_lengths(tokens: pd.DataFrame) -> pd.Series:
    """Give the Han characters of each speech's body: the length base of every rate. One row per speech."""
    if "han" in tokens.attrs:
        lengths = pd.Series(tokens.attrs["han"], dtype="int64")
        return lengths[lengths.index.isin(tokens.speech.cat.categories)]
    han = np.array([count_han(word) for word in tokens.word.cat.categories], "int64")[tokens.word.cat.codes]
    return pd.Series(np.bincount(tokens.speech.cat.codes, weights=han, minlength=len(tokens.speech.cat.categories)),
                     index=list(tokens.speech.cat.categories)).astype("int64")

#!/usr/bin/env python3
"""The tokens that Hugging Face's `tokenizers` makes of texts by byte-level pieces that it learned.

    python3 scripts/reference/byte_pairs.py     (tokenizers 0.23, Debian's licence texts)

Writes to Tests/DatasetsTests/Fixtures/Data: the files of a tokenizer that learned from the GNU
General Public License (`vocab.json`, `merges.txt`, `tokenizer.json`), one of BERT's kind
(`wordpiece.json`), and `byte-pairs.json` with texts, their tokens, and what is learned of them.
"""

import json
from pathlib import Path

from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, pre_tokenizers
from tokenizers import trainers

from tokens import ODD

FOLDER = Path(__file__).resolve().parents[2] / "Tests/DatasetsTests/Fixtures/Data"
LICENCE = Path("/usr/share/common-licenses/GPL-3")
END = "<|endoftext|>"

TEXTS = ODD + [
    "I'm, you're, he'll, they've, it's, we'd, don't, I'M, 'tis 'something' ' s 's",
    "two  spaces   three, tab\tand\n\nnew lines \n with spaces  \n\t end   ",
    "   leading", "trailing ", " ", "\n", "\u00a0\u2003x", "a\u00a0b", "1a2b3 4½ Ⅷ ②x",
    f"before{END}behind", f"{END}{END} {END}", f"{END[:-1]}", "<|endoftext", "a" * 21,
    "The licenses for most software and other practical works are designed to take away your"
    " freedom to share and change the works.",
    "e\u0301\u0301\u200d\u1e9b\u0323 \ufdfa \U0001f3f3\ufe0f\u200d\U0001f308",
    "x" * 3000 + "the" * 500,
]


def byte_level(model, adds_space=False):
    made = Tokenizer(model)
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=adds_space)
    made.decoder = decoders.ByteLevel()
    return made


def learn(texts, size):
    made = byte_level(models.BPE())
    made.train_from_iterator(
        texts,
        trainers.BpeTrainer(
            vocab_size=size, min_frequency=2, special_tokens=[END], show_progress=False,
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
    return made


def pieces(made):
    return [name for name, _ in sorted(made.get_vocab().items(), key=lambda entry: entry[1])]


def word_pieces():
    """A BERT tokenizer that keeps case and strips accents, with a token added behind the others."""
    names = (FOLDER / "vocab.txt").read_text(encoding="utf-8").splitlines()
    made = Tokenizer(
        models.WordPiece({name: number for number, name in enumerate(names)}, unk_token="[UNK]"))
    made.normalizer = normalizers.BertNormalizer(lowercase=False, strip_accents=True)
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    made.add_special_tokens(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"])
    made.add_tokens([AddedToken("<turn>", normalized=False)])
    return made


def main():
    licence = LICENCE.read_text(encoding="utf-8")
    made = learn(licence.splitlines(keepends=True), 600)
    made.save(str(FOLDER / "tokenizer.json"), pretty=False)
    made.model.save(str(FOLDER))
    spaced = byte_level(made.model, adds_space=True)
    spaced.add_special_tokens([END])
    bert = word_pieces()
    bert.save(str(FOLDER / "wordpiece.json"), pretty=False)
    marked = ["a [MASK] of<turn>the[SEP]", "[CLS]word"]
    expected = {
        "texts": TEXTS,
        "tokens": [made.encode(text).ids for text in TEXTS],
        "spaced": [spaced.encode(text).ids for text in TEXTS],
        "marked": TEXTS + marked,
        "words": [bert.encode(text).ids for text in TEXTS + marked],
        "learned": pieces(learn(TEXTS, 400)),
    }
    text = json.dumps(expected, ensure_ascii=True, separators=(",", ":"))
    (FOLDER / "byte-pairs.json").write_text(text + "\n")


if __name__ == "__main__":
    main()

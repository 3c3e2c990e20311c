#!/usr/bin/env python3
"""The tokens that Hugging Face's `tokenizers` makes of texts, with a vocabulary it learned.

    python3 scripts/reference/tokens.py     (tokenizers 0.21, Debian's wordnet-base)

Writes to Tests/DatasetsTests/Fixtures/Data: `vocab.txt`, and `tokens.json` with texts and what
BERT's tokenization makes of them, in lower case without accents and as they are.
"""

import json
import random
from pathlib import Path

from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, trainers

FOLDER = Path(__file__).resolve().parents[2] / "Tests/DatasetsTests/Fixtures/Data"
GLOSSES = Path("/usr/share/wordnet/data.noun")

ODD = [
    "",
    "   \t\n ",
    "The quick brown FOX, jumped!? over (the) lazy-dog's back...",
    "Résumé naïve Ångström Œuvre façade ÀÉÎÕÜ",
    "Re\u0301sume\u0301 decomposed; a\u0323\u0307 two marks",
    "日本語のテキスト and 中文字符 mixed漢字in",
    "한국어 텍스트 각",
    "ΟΔΟΣ σοφός İstanbul straße ﬁnance ǅ",
    "नमस्ते दुनिया مَرْحَبًا שָׁלוֹם",
    "zero\u200bwidth\u00adsoft\u200djoin\ufeffmark\ufffd replaced \x01control\x7f",
    "nbsp\u00a0em\u2003ideographic\u3000end\u2028line",
    "$5.00 + 7% = #x^2_[a]{b}|c~`d\\e <tag>@mail",
    "“quoted” — dash… ¿qué? «là» ‚x‘ ·",
    "emoji 😀 family 👨‍👩‍👧 flag 🇩🇪 snow ☃ ™ ½ ②",
    "x" * 101,
    "y" * 100,
    "unaffable antidisestablishmentarianism photosynthesis",
    "1234567890 3,141.59 2nd-rate",
]


def glosses():
    lines = GLOSSES.read_text(encoding="utf-8").splitlines()
    return [line.split("|", 1)[1].strip() for line in lines if not line.startswith(" ")]


def tokenizer(model, is_lower):
    made = Tokenizer(model)
    made.normalizer = normalizers.BertNormalizer(lowercase=is_lower, strip_accents=is_lower)
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    return made


def main():
    texts = glosses()
    learner = tokenizer(models.WordPiece(unk_token="[UNK]"), True)
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    learner.train_from_iterator(
        texts + ODD * 3,
        trainers.WordPieceTrainer(vocab_size=2000, special_tokens=special, show_progress=False))
    vocabulary = sorted(learner.get_vocab().items(), key=lambda entry: entry[1])
    assert [number for _, number in vocabulary] == list(range(len(vocabulary)))
    names = [name for name, _ in vocabulary]
    names += [name for name in ["É", "##é", "Résumé", "ος", "##σ"] if name not in names]
    (FOLDER / "vocab.txt").write_text("".join(f"{name}\n" for name in names), encoding="utf-8")
    numbers = {name: number for number, name in enumerate(names)}
    model = models.WordPiece(numbers, unk_token="[UNK]", max_input_chars_per_word=100)
    chosen = ODD + random.Random(1).sample(texts, 30)
    lower, cased = tokenizer(model, True), tokenizer(model, False)
    expected = {
        "texts": chosen,
        "lower": [lower.encode(text).ids for text in chosen],
        "cased": [cased.encode(text).ids for text in chosen],
    }
    text = json.dumps(expected, ensure_ascii=True, separators=(",", ":"))
    (FOLDER / "tokens.json").write_text(text + "\n")


if __name__ == "__main__":
    main()

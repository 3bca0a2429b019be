"""No sentence of the prompt is without a test that carries its number."""

import pytest

from tests.acceptance.prompt import CLAIMS, digests, proofs
from tests.clients import seeds


def test_every_sentence_has_a_test():
    proven = proofs()
    assert sorted(proven) == list(range(len(CLAIMS)))
    assert all(name.rpartition(".")[2].startswith("test_") for names in proven.values() for name in names)


@pytest.mark.parametrize("document", [seeds.PHP, seeds.ANGULAR], ids=["php", "angular"])
def test_the_sentences_are_those_of_the_document(document):
    if not document.is_file():
        pytest.skip(f"The seeds are not at {seeds.FOLDER}; PARSLEY_SEEDS names another folder.")
    assert digests(document) == [digest for digest, _ in CLAIMS]

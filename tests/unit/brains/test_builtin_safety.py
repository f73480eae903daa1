"""A word that was not understood never leads to harm: nothing is taken away by a guess."""

import boto3
import pytest

from skywright.brains.builtin.words import lexicon
from skywright.brains.builtin.words.tokens import tokenise
from skywright.model.advice import Plan


@pytest.mark.parametrize(
    "word", ["deps", "dels", "tops", "stoop", "store", "clone", "deplete", "shot", "killed"]
)
def test_no_word_is_mended_to_one_that_takes_away(word: str) -> None:
    (token,) = lexicon.load().mend(tokenise(word), ())
    assert token.word == word


@pytest.mark.parametrize(("typed", "meant"), [("craete", "create"), ("atach", "attach"), ("delte", "delete")])
def test_a_long_word_mistyped_is_still_mended(typed: str, meant: str) -> None:
    (token,) = lexicon.load().mend(tokenise(typed), ())
    assert token.word == meant


@pytest.mark.parametrize(
    "words", ["deps web-1", "trmplfx web-1 and delete", "delete the zorgle of web-1", "ec2 ls"]
)
def test_an_unknown_word_beside_what_takes_away_is_a_no(target, words: str) -> None:
    image = boto3.client("ec2").describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
    boto3.client("ec2").run_instances(
        ImageId=image,
        MinCount=1,
        MaxCount=1,
        TagSpecifications=[{"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": "web-1"}]}],
    )
    understood = target.understand(words)
    if isinstance(understood, Plan):
        done = {str(step.operation) for step in understood.program.steps if step.operation}
        assert all(":Describe" in operation for operation in done), done

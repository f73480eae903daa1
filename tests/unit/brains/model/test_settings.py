"""Settings of models, by file and environment, and what a provider lacks said in one sentence."""

from dataclasses import replace
from pathlib import Path

import pytest

from skywright.brains.model.providers import wanted
from skywright.brains.model.settings import Settings, load
from skywright.errors import Malformed, NotFound, SkywrightError, Unavailable, Usage

WHOLE = """\
brain:
  builtin_first: true
  fallback: [ollama:qwen2.5-coder, openai-compatible:small]
  tokens_most: 1000
  usd_most: 0.5
  seconds_most: 30
  request_seconds: 10
  attempts: 3
  context_tokens: 4000
providers:
  openai-compatible: {base_url: "http://127.0.0.1:8080/v1", key_from: MY_KEY}
prices:
  openai-compatible:small: 0.15/0.60
"""


def test_nothing_is_set_by_default(tmp_path: Path) -> None:
    assert load(tmp_path, {}) == Settings()


def test_a_whole_file(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text(WHOLE)
    settings = load(tmp_path, {})
    assert settings.builtin_first and settings.fallback == ("ollama:qwen2.5-coder", "openai-compatible:small")
    assert (settings.limits.tokens, settings.limits.usd, settings.limits.seconds) == (1000, 0.5, 30)
    assert (settings.attempts, settings.context_tokens, settings.limits.request_seconds) == (3, 4000, 10)
    one = wanted("openai-compatible:small", settings, {"MY_KEY": "sesame"})
    assert (one.url, one.key, one.price) == ("http://127.0.0.1:8080/v1", "sesame", (0.15, 0.6))
    assert "sesame" not in repr(one)


def test_the_environment_beats_the_file(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text(WHOLE)
    given = {"SKYWRIGHT_BRAIN_TOKENS_MOST": "7", "SKYWRIGHT_BRAIN_FALLBACK": "ollama:a, ollama:b"}
    settings = load(tmp_path, given | {"SKYWRIGHT_MODEL_PRICE": "1/2"})
    assert settings.limits.tokens == 7 and settings.fallback == ("ollama:a", "ollama:b")
    assert wanted("ollama:a", settings, {"OLLAMA_BASE_URL": "http://far.example"}).price == (1, 2)


def test_the_file_that_the_documentation_shows(tmp_path: Path) -> None:
    page = Path(__file__).parents[4].joinpath("docs/brains.md").read_text("utf-8")
    (tmp_path / "config.yaml").write_text(page.partition("```yaml\n")[2].partition("```")[0])
    shown, usual = load(tmp_path, {}), Settings()
    assert shown.attempts == usual.attempts and shown.context_tokens == usual.context_tokens
    assert replace(shown.limits, usd=None) == usual.limits and shown.builtin_first == usual.builtin_first
    assert shown.prices == {"openai-compatible:my-model": (0.15, 0.6)}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("brain: {tokens: 3}", "'brain.tokens' is not a setting; there are attempts"),
        ("brain: {tokens_most: many}", "'brain.tokens_most' cannot be 'many'"),
        ("brain: 3", "'brain' is no section"),
        ("modell: {}", "'modell' is no section"),
        ("providers: {openai: {key: sk-123}}", "'providers.openai.key' is not an option"),
        ("prices: {a:b: cheap}", "the price of a:b is not USD"),
        ("brain: [", "this is not YAML"),
    ],
)
def test_what_is_wrong_with_a_file_is_said(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "config.yaml").write_text(text)
    with pytest.raises(Malformed, match=r"config\.yaml") as caught:
        load(tmp_path, {})
    assert says in str(caught.value)


@pytest.mark.parametrize("name", ["SKYWRIGHT_BRAIN_USD_MOST", "SKYWRIGHT_MODEL_PRICE"])
def test_a_variable_that_cannot_be_read(tmp_path: Path, name: str) -> None:
    with pytest.raises(Usage, match=name):
        load(tmp_path, {name: "much"})


@pytest.mark.parametrize(
    ("name", "environment", "error", "says"),
    [
        ("openai:gpt-x", {}, Usage, "needs a key: set OPENAI_API_KEY"),
        ("azure:mine", {"AZURE_OPENAI_API_KEY": "k"}, Usage, "set AZURE_OPENAI_ENDPOINT"),
        ("openai-compatible:small", {}, Usage, "set OPENAI_BASE_URL"),
        ("anthropic:some", {}, Unavailable, r"pip install 'pydantic-ai-slim\[anthropic\]'"),
        ("google:some", {}, Unavailable, r"pip install 'pydantic-ai-slim\[google\]'"),
        ("nobody:some", {}, NotFound, "there is builtin, anthropic:MODEL"),
        ("openai:", {}, NotFound, "there is no brain 'openai:'"),
        ("buildin", {}, NotFound, "there is no brain 'buildin'"),
        (
            "openai:x",
            {"OPENAI_API_KEY": "k", "SKYWRIGHT_MODEL_REQUESTS": "loopback"},
            Unavailable,
            "forbidden",
        ),
        ("ollama:x", {"SKYWRIGHT_MODEL_REQUESTS": "none"}, Unavailable, "forbidden here"),
        ("ollama:x", {"SKYWRIGHT_MODEL_REQUESTS": "maybe"}, Usage, "is any, loopback or none"),
    ],
)
def test_what_a_model_lacks_is_said_in_a_sentence(
    name: str, environment: dict[str, str], error: type[SkywrightError], says: str
) -> None:
    with pytest.raises(error, match=says):
        wanted(name, Settings(), environment)


def test_what_runs_here_costs_nothing_and_needs_no_key() -> None:
    one = wanted("ollama:x", Settings(), {"SKYWRIGHT_MODEL_REQUESTS": "loopback"})
    assert one.url == "http://127.0.0.1:11434/v1" and one.price == (0, 0) and one.key is None


def test_bedrock_takes_its_region_from_the_settings() -> None:
    settings = Settings(providers={"bedrock": {"region": "eu-west-1", "profile": "models"}})
    assert wanted("bedrock:some", settings, {}).options == {"region": "eu-west-1", "profile": "models"}

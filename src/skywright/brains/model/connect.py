"""A model over pydantic-ai: one request, one reply, and every failure as `ModelFailed`.

The only file that imports pydantic-ai, which takes seconds; so it is imported once a model is asked. Requests
run in a thread of their own, since a browser under Playwright keeps the main thread's event loop for itself.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby
from typing import Any

from pydantic_ai.direct import model_request
from pydantic_ai.exceptions import AgentRunError, UserError
from pydantic_ai.messages import (
    ModelMessage,
    ModelRequest,
    ModelResponse,
    SystemPromptPart,
    TextPart,
    UserPromptPart,
)
from pydantic_ai.models import Model, infer_model
from pydantic_ai.models.ollama import OllamaModel
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers import Provider, infer_provider_class
from pydantic_ai.providers.azure import AzureProvider
from pydantic_ai.providers.ollama import OllamaProvider
from pydantic_ai.providers.openai import OpenAIProvider
from pydantic_ai.providers.openai_compatible import OpenAICompatibleProvider
from pydantic_ai.settings import ModelSettings

from skywright.brains.model.providers import Wanted
from skywright.brains.model.talk import LETTERS_A_TOKEN, ModelFailed, Reply, Said
from skywright.errors import Unavailable

_MOST_TOKENS = 4096
_MILLION = 1e6


class Remote:
    """A model behind a network.

    Args:
        price: USD for a million tokens read and written; None: whatever pydantic's price list knows.
    """

    def __init__(self, model: Model, price: tuple[float, float] | None) -> None:
        self._model = model
        self._price = price
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="model")
        self._runner = asyncio.Runner()

    def reply(self, talk: Sequence[Said], seconds: float) -> Reply:
        """See `talk.Model`."""
        asked = self._ask(messages(talk), seconds)
        response = self._thread.submit(self._runner.run, asked).result()
        text = "".join(part.content for part in response.parts if isinstance(part, TextPart))
        # Some servers do not count; then the letters are counted.
        read = response.usage.input_tokens or sum(len(said.text) for said in talk) // LETTERS_A_TOKEN
        written = response.usage.output_tokens or len(text) // LETTERS_A_TOKEN
        return Reply(text, read, written, self._usd(response, read, written))

    async def _ask(self, asked: list[ModelMessage], seconds: float) -> ModelResponse:
        settings = ModelSettings(timeout=seconds, max_tokens=_MOST_TOKENS)
        try:
            async with asyncio.timeout(seconds):
                return await model_request(self._model, asked, model_settings=settings)
        except TimeoutError as error:
            raise ModelFailed(f"the model did not answer within {seconds:.0f} s") from error
        except (AgentRunError, UserError) as error:
            raise ModelFailed(" ".join(str(error).split())[:300]) from error

    def _usd(self, response: ModelResponse, read: int, written: int) -> float | None:
        if self._price is not None:
            return (read * self._price[0] + written * self._price[1]) / _MILLION
        try:
            return float(response.cost().total_price)
        except (LookupError, ValueError, AssertionError):
            return None  # nobody knows its price


def connect(wanted: Wanted) -> Remote:
    """The model, which nothing is sent to yet.

    Raises:
        Unavailable: Its package does not work, or it does not take what is set for it.
    """
    try:
        return Remote(_MAKERS.get(wanted.provider, _usual)(wanted), wanted.price)
    except (UserError, ImportError, ValueError, TypeError) as error:
        raise Unavailable(f"'{wanted.name}' cannot be had: {' '.join(str(error).split())}") from error


def _usual(wanted: Wanted) -> Model:
    """As pydantic-ai makes it of provider and model, with the key and address that are set."""
    given: dict[str, Any] = {"api_key": wanted.key, "base_url": wanted.url}
    kept = {name: value for name, value in given.items() if value}

    def provider(name: str) -> Provider[Any]:
        made: Callable[..., Provider[Any]] = infer_provider_class(name)
        return made(**kept)

    return infer_model(wanted.name, provider)


def _openai(wanted: Wanted) -> Model:
    if not wanted.url:
        return _usual(wanted)
    return OpenAIChatModel(wanted.model, provider=OpenAIProvider(wanted.url, wanted.key))


def _azure(wanted: Wanted) -> Model:
    version = wanted.options.get("api_version")
    provider = AzureProvider(azure_endpoint=wanted.url, api_version=version, api_key=wanted.key)
    return OpenAIChatModel(wanted.model, provider=provider)


def _bedrock(wanted: Wanted) -> Model:
    options = {"region": "region_name", "profile": "profile_name"}
    given = {made: wanted.options[name] for name, made in options.items() if name in wanted.options}

    def provider(name: str) -> Provider[Any]:
        made: Callable[..., Provider[Any]] = infer_provider_class(name)
        return made(**given)

    return infer_model(wanted.name, provider)


def _ollama(wanted: Wanted) -> Model:
    return OllamaModel(wanted.model, provider=OllamaProvider(wanted.url, wanted.key))


def _compatible(wanted: Wanted) -> Model:
    provider = OpenAICompatibleProvider(wanted.provider, base_url=wanted.url, api_key=wanted.key)
    return OpenAIChatModel(wanted.model, provider=provider)


_MAKERS: Mapping[str, Callable[[Wanted], Model]] = {
    "openai": _openai,
    "azure": _azure,
    "bedrock": _bedrock,
    "ollama": _ollama,
    "openai-compatible": _compatible,
}


def messages(talk: Sequence[Said]) -> list[ModelMessage]:
    """The talk in pydantic-ai's types.

    What one side says in a row is one message: many models' templates take turns for granted.
    """
    found: list[ModelMessage] = []
    for role, said in groupby(talk, lambda one: one.role):
        text = "\n\n".join(one.text for one in said)
        match role:
            case "assistant":
                found.append(ModelResponse([TextPart(text)]))
            case "system":
                found.append(ModelRequest([SystemPromptPart(text)]))
            case _:
                found.append(ModelRequest([UserPromptPart(text)]))
    return found

"""The model of a bare agent, over pydantic-ai: one request, one reply, and every failure as `ModelFailed`.

Owns which model a name means. Requests run in a thread of their own, since a browser under Playwright keeps
the main thread's event loop for itself.
"""

import asyncio
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby

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
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.openai_compatible import OpenAICompatibleProvider
from pydantic_ai.settings import ModelSettings

from skywright.errors import Usage
from skywright_bench.bare.loop import ModelFailed, Reply, Said

URL, KEY, PRICE = "OPENAI_BASE_URL", "OPENAI_API_KEY", "SKYWRIGHT_MODEL_PRICE"
_LONGEST_REQUEST_SECONDS = 300.0
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
        """See `loop.Model`."""
        asked = self._ask(_messages(talk), min(seconds, _LONGEST_REQUEST_SECONDS))
        response = self._thread.submit(self._runner.run, asked).result()
        text = "".join(part.content for part in response.parts if isinstance(part, TextPart))
        usage = response.usage
        return Reply(text, usage.input_tokens, usage.output_tokens, self._usd(response))

    async def _ask(self, messages: list[ModelMessage], seconds: float) -> ModelResponse:
        settings = ModelSettings(timeout=seconds, max_tokens=_MOST_TOKENS)
        try:
            async with asyncio.timeout(seconds):
                return await model_request(self._model, messages, model_settings=settings)
        except TimeoutError as error:
            raise ModelFailed(f"the model did not answer within {seconds:.0f} s") from error
        except (AgentRunError, UserError) as error:
            raise ModelFailed(" ".join(str(error).split())[:300]) from error

    def _usd(self, response: ModelResponse) -> float | None:
        usage = response.usage
        if self._price is not None:
            read, written = self._price
            return (usage.input_tokens * read + usage.output_tokens * written) / _MILLION
        try:
            return float(response.cost().total_price)
        except (LookupError, ValueError, AssertionError):
            return None  # nobody knows its price


def named(name: str, environment: Mapping[str, str]) -> Remote:
    """The model of a name: `PROVIDER:MODEL` as pydantic-ai calls it, or a model at `OPENAI_BASE_URL`.

    Raises:
        Usage: There is none, or something that it needs is not set.
    """
    price = _price(environment.get(PRICE, ""))
    if ":" in name:
        try:
            return Remote(infer_model(name), price)
        except (UserError, ImportError, ValueError) as error:
            raise Usage(f"the model '{name}' cannot be had: {' '.join(str(error).split())}") from error
    url = environment.get(URL)
    if not url:
        raise Usage(f"say where the model '{name}' is: set {URL}, or name it PROVIDER:MODEL")
    provider = OpenAICompatibleProvider("openai-compatible", base_url=url, api_key=environment.get(KEY))
    return Remote(OpenAIChatModel(name, provider=provider), price)


def _price(text: str) -> tuple[float, float] | None:
    if not text:
        return None
    try:
        read, written = (float(part) for part in text.split("/"))
    except ValueError as error:
        raise Usage(f"{PRICE} is not USD per million tokens read and written, such as 0.15/0.60") from error
    return read, written


def _messages(talk: Sequence[Said]) -> list[ModelMessage]:
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

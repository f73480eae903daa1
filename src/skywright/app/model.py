"""The model that is asked for a draft, over pydantic-ai. Imported once one is asked: that takes seconds."""

import asyncio
from collections.abc import Mapping, Sequence

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

from skywright.errors import Unavailable, Usage
from skywright.guard.drafting import Ask

_HERE = "openai-compatible"
_SECONDS = 120.0
_MOST_TOKENS = 4096


def asking(name: str, environment: Mapping[str, str]) -> Ask:
    """A model by its name, `PROVIDER:MODEL`; `openai-compatible:MODEL` is the one at `OPENAI_BASE_URL`.

    Raises:
        Usage: There is no such provider, or what it needs is not set.
    """
    model = _model(name, environment)

    def ask(talk: Sequence[str]) -> str:
        try:
            return asyncio.run(_reply(model, talk))
        except TimeoutError as error:
            raise Unavailable(f"the model did not answer within {_SECONDS:.0f} s") from error
        except (AgentRunError, UserError) as error:
            raise Unavailable(f"the model did not answer: {_sentence(error)}") from error

    return ask


def _model(name: str, environment: Mapping[str, str]) -> Model:
    provider, colon, model = name.partition(":")
    if not (provider and colon and model):
        raise Usage(f"'{name}' is no model; write PROVIDER:MODEL")
    if provider == _HERE:
        url = environment.get("OPENAI_BASE_URL")
        if not url:
            raise Usage(f"say where the model '{model}' is: set OPENAI_BASE_URL")
        key = environment.get("OPENAI_API_KEY")
        return OpenAIChatModel(model, provider=OpenAICompatibleProvider(_HERE, base_url=url, api_key=key))
    try:
        return infer_model(name)
    except (UserError, ImportError, ValueError) as error:
        raise Usage(f"the model '{name}' cannot be had: {_sentence(error)}") from error


async def _reply(model: Model, talk: Sequence[str]) -> str:
    instructions, *turns = talk
    asked: list[ModelMessage] = [ModelRequest([SystemPromptPart(instructions)])]
    for number, text in enumerate(turns):
        mine = number % 2 == 0
        asked.append(ModelRequest([UserPromptPart(text)]) if mine else ModelResponse([TextPart(text)]))
    settings = ModelSettings(timeout=_SECONDS, max_tokens=_MOST_TOKENS)
    async with asyncio.timeout(_SECONDS):
        response = await model_request(model, asked, model_settings=settings)
    return "".join(part.content for part in response.parts if isinstance(part, TextPart))


def _sentence(error: Exception) -> str:
    return " ".join(str(error).split())[:300]

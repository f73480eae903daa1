"""Calls to AWS through botocore: a `Caller` at any address, and the user's own account by profile.

Owns the translation between botocore and our words: pages merged, timestamps and blobs as JSON,
every foreign error mapped to one of ours. Must not know what any operation means. Arguments and
results are what the API takes and gives: botocore's own conveniences (encoding `UserData` a
second time, say) are switched off.
"""

import threading
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

from botocore import handlers, xform_name
from botocore.client import BaseClient
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    HTTPClientError,
    NoCredentialsError,
    ParamValidationError,
    PartialCredentialsError,
    ProfileNotFound,
)
from botocore.exceptions import ConnectionError as BotoConnectionError
from botocore.parsers import ResponseParserError
from botocore.session import Session

from skywright.clouds.aws import models
from skywright.clouds.aws.convert import NotBase64, from_arguments, moment, to_value
from skywright.errors import CloudFailed, NotFound, Unavailable
from skywright.model.operation import Operation
from skywright.model.target import Credential, Upstream
from skywright.model.values import Arguments, Value

_CONNECT_SECONDS = 5
_READ_SECONDS = 60
_ATTEMPTS = 3
_CONNECTIONS = 20
_FALLBACK_REGION = "us-east-1"
_NO_HEADERS: Mapping[str, str] = {}


class Client:
    """A Caller for one address and one credential. Safe to use from several threads.

    Args:
        endpoint: one address for every service (the gate's, the gym's); None: AWS's own.
        headers: more than the protocol has, on each of its requests.
    """

    def __init__(
        self, endpoint: str | None, credential: Credential, headers: Mapping[str, str] = _NO_HEADERS
    ) -> None:
        self._endpoint = endpoint
        self._credential = credential
        self._headers = headers

    def call(self, operation: Operation, arguments: Arguments, region: str) -> dict[str, Value]:
        """Perform one operation, all pages merged, and give its result as JSON values.

        Raises:
            CloudFailed: AWS, or the gate, refused or failed it, or an argument is not of its type.
            NotFound: There is no such operation.
            Unavailable: The address cannot be reached.
        """
        model = models.operation_model(operation)
        if model is None:
            raise NotFound(f"AWS has no operation {operation}")
        region = region or _FALLBACK_REGION
        # At one address a client serves every region; AWS's own addresses are a region's.
        client = _connection(self._endpoint, operation.service, "" if self._endpoint else region)
        asked = _asking.set(_Asking(region, self._credential, self._headers))
        try:
            given = from_arguments(arguments, models.input_shape(model))
            answer = _perform(client, operation, given)
            return _without_metadata(answer)
        except NotBase64 as error:
            raise CloudFailed(str(operation), "InvalidArgument", str(error)) from error
        except ClientError as error:
            raise _cloud_failed(operation, error) from error
        except (HTTPClientError, BotoConnectionError, NoCredentialsError) as error:
            raise Unavailable(
                f"{self._endpoint or 'AWS'} cannot be reached for {operation}: {error}"
            ) from error
        except ResponseParserError as error:
            raise Unavailable(
                f"{self._endpoint or 'AWS'} gave no answer of AWS's kind to {operation}"
            ) from error
        except BotoCoreError as error:
            code = "ParamValidation" if isinstance(error, ParamValidationError) else type(error).__name__
            raise CloudFailed(str(operation), code, " ".join(str(error).split())) from error
        finally:
            _asking.reset(asked)


@dataclass(frozen=True, slots=True)
class _Asking:
    """Who asks, and where: what the signature of the call under way has to say."""

    region: str
    credential: Credential
    headers: Mapping[str, str]


_asking: ContextVar[_Asking] = ContextVar("asking")
_making = threading.Lock()


def _connection(endpoint: str | None, service: str, region: str) -> BaseClient:
    """The process's client for a service at an address; whose calls it makes is said call by call.

    Making one for EC2 takes a quarter of a second, and a request may look into twenty regions.
    """
    # One at a time: making clients is not safe in botocore, using them is.
    with _making:
        return _connect(endpoint, service, region)


@lru_cache(maxsize=128)
def _connect(endpoint: str | None, service: str, region: str) -> BaseClient:
    settings: dict[str, Any] = {
        "connect_timeout": _CONNECT_SECONDS,
        "read_timeout": _READ_SECONDS,
        "retries": {"mode": "standard", "total_max_attempts": _ATTEMPTS},
        "max_pool_connections": _CONNECTIONS,
        "ignore_configured_endpoint_urls": True,
    }
    if endpoint is not None:
        # One address for everything: no host name per bucket or account, and no proxy in between.
        settings |= {"s3": {"addressing_style": "path"}, "proxies": {}, "inject_host_prefix": False}
    session = _isolated_session()
    if service != "s3":
        # botocore rewrites the paths in S3's model for its own use; everybody else's copy must stay whole.
        session.register_component("data_loader", models.loader())
    parsers: Any = session.get_component("response_parser_factory")
    parsers.set_parser_defaults(timestamp_parser=moment)
    client = session.create_client(
        service,
        region_name=region or _FALLBACK_REGION,
        endpoint_url=endpoint,
        aws_access_key_id="said-call-by-call",
        aws_secret_access_key="said-call-by-call",
        config=Config(**settings),
    )
    for event in ("ec2.RunInstances", "autoscaling.CreateLaunchConfiguration"):
        client.meta.events.unregister(f"before-parameter-build.{event}", handlers.base64_encode_user_data)
    # AWS's own addresses and global services know by themselves which region signs for them.
    anywhere = endpoint is not None and bool(session.get_available_regions(service))
    client.meta.events.register("before-sign", partial(_sign_as_asked, anywhere))
    return client


def _sign_as_asked(anywhere: bool, request: Any, **_: object) -> None:
    asking = _asking.get()
    credential = asking.credential
    signing = dict(request.context.get("signing") or {})
    if anywhere:
        signing["region"] = asking.region
    signing["request_credentials"] = Credentials(
        credential.access_key_id, credential.secret_access_key, credential.session_token
    )
    request.context["signing"] = signing
    for name, value in asking.headers.items():
        request.headers[name] = value


def upstream_from_profile(profile: str) -> Upstream:
    """Where the user's own account is and what signs for it, by the ordinary credential chain.

    The profile's `region` and `endpoint_url` (or `AWS_ENDPOINT_URL`) are honoured. Temporary
    credentials are as good as they were at this moment: ask again when they have expired.

    Raises:
        NotFound: There is no such profile; the sentence names those there are.
        Unavailable: The profile gives no credential.
    """
    session = Session(profile=profile)
    try:
        scoped: Mapping[str, Any] = session.get_scoped_config()
        found = session.get_credentials()
        frozen = None if found is None else found.get_frozen_credentials()
        region = session.get_config_variable("region")
        endpoint = _configured_endpoint(session, scoped)
    except ProfileNotFound as error:
        there = ", ".join(session.available_profiles) or "none"
        raise NotFound(f"there is no AWS profile '{profile}'; there are: {there}") from error
    except (BotoCoreError, PartialCredentialsError) as error:
        raise Unavailable(f"the AWS profile '{profile}' gives no credential: {error}") from error
    if frozen is None or not frozen.access_key or not frozen.secret_key:
        raise Unavailable(
            f"the AWS profile '{profile}' has no credential; run `aws configure --profile {profile}`"
        )
    credential = Credential(frozen.access_key, frozen.secret_key, frozen.token)
    return Upstream(credential, endpoint, str(region or _FALLBACK_REGION))


def identity(upstream: Upstream) -> tuple[str, str]:
    """(account id, ARN) of whom the upstream's credential belongs to.

    Raises:
        CloudFailed: The credential is refused.
        Unavailable: The upstream cannot be reached.
    """
    client = Client(upstream.endpoint, upstream.credential)
    answer = client.call(Operation("sts", "GetCallerIdentity"), {}, upstream.region)
    return str(answer.get("Account", "")), str(answer.get("Arn", ""))


def _isolated_session() -> Session:
    """A session that reads neither the user's configuration nor the environment's profile."""
    # Set on the session they would not do: botocore asks the environment first.
    unread = {"profile": None, "config_file": "", "credentials_file": ""}
    return Session(session_vars={name: (None, None, value, None) for name, value in unread.items()})


def _perform(client: BaseClient, operation: Operation, given: dict[str, Any]) -> dict[str, Any]:
    method = xform_name(operation.name)
    if client.can_paginate(method):
        paginator: Any = client.get_paginator(method)
        # Whoever pages by himself gets the page that he asked for.
        if not _pages_by_itself(paginator, given):
            return paginator.paginate(**given).build_full_result()
    call: Callable[..., dict[str, Any]] = getattr(client, method)
    return call(**given)


def _pages_by_itself(paginator: Any, given: Mapping[str, Any]) -> bool:
    settings = paginator._pagination_cfg
    tokens = settings.get("input_token", ())
    names = {settings.get("limit_key"), *([tokens] if isinstance(tokens, str) else tokens)}
    return any(name in given for name in names)


def _without_metadata(answer: Mapping[str, Any]) -> dict[str, Value]:
    return {name: to_value(item) for name, item in answer.items() if name != "ResponseMetadata"}


def _cloud_failed(operation: Operation, error: ClientError) -> CloudFailed:
    told: Mapping[str, Any] = error.response.get("Error", {})
    code = str(told.get("Code", "") or "Unknown")
    return CloudFailed(str(operation), code, str(told.get("Message", "") or code))


def _configured_endpoint(session: Session, scoped: Mapping[str, Any]) -> str | None:
    if session.get_config_variable("ignore_configured_endpoint_urls"):
        return None
    found = session.get_config_variable("endpoint_url") or scoped.get("endpoint_url")
    return str(found) if found else None

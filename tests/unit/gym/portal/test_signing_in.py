"""Who gets in, at which addresses, for how long, and what the cookie gives away."""

import base64

import pytest

from skywright_gym.portal.session import LIFETIME_SECONDS
from skywright_gym.portal.signin import OwnAccount, permitted

from .conftest import KEY, SECRET, refusal


def test_whom_the_cloud_knows_gets_a_cookie_that_shows_nothing(served, cloud):
    page = served.page()
    assert page.ask("GET", "/api/session").status == 401
    answer = page.sign_in(KEY, SECRET, endpoint=cloud.endpoint, region="eu-west-1")
    assert answer.status == 200
    assert answer.json["account"] == {"name": "123456789012", "id": "123456789012"}
    assert answer.json["region"] == "eu-west-1" and "ap-southeast-2" in answer.json["regions"]
    assert page.ask("GET", "/api/session").json == answer.json
    header = answer.headers["set-cookie"]
    assert "HttpOnly" in header and "SameSite=Strict" in header and "Path=/;" in header + ";"
    (value,) = page.cookies.values()
    for seen in (header.encode(), base64.urlsafe_b64decode(value)):
        assert SECRET.encode() not in seen and KEY.encode() not in seen
    assert len(cloud.asked) == 1 and "GetCallerIdentity" in cloud.asked[0]


def test_the_gyms_own_accounts_need_no_address_and_have_their_names(served, cloud):
    served.own.append(OwnAccount("default", cloud.endpoint, KEY))
    assert served.page().sign_in(KEY, SECRET).json["account"]["name"] == "default"
    unknown = served.page().sign_in("AKIAUNKNOWN", SECRET)
    assert unknown.status == 401 and unknown.error["code"] == "InvalidClientTokenId"
    assert "endpoint" in unknown.error["message"]


@pytest.mark.parametrize(
    ("status", "code"), [(403, "InvalidClientTokenId"), (403, "AccessDenied"), (400, "ExpiredToken")]
)
def test_whom_the_cloud_refuses_stays_outside(served, cloud, status, code):
    cloud.answer = refusal(status, code, "no, you are not")
    page = served.page()
    answer = page.sign_in(KEY, SECRET, endpoint=cloud.endpoint)
    assert answer.status == 401 and not page.cookies
    assert (answer.error["code"], answer.error["message"]) == (code, "no, you are not")


def test_a_cloud_that_is_not_there_is_said_to_be(served, cloud):
    cloud.server.server_close()
    answer = served.page().sign_in(KEY, SECRET, endpoint=cloud.endpoint)
    assert answer.status == 502 and cloud.endpoint in answer.error["message"]


def test_what_is_no_cloud_is_said_to_be_none(served, cloud):
    cloud.answer = lambda _request: (200, "<html><body>hello")
    assert served.page().sign_in(KEY, SECRET, endpoint=cloud.endpoint).error["code"] == "NotACloud"


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://example.com",
        "http://169.254.169.254/",
        "http://10.0.0.1:80",
        "http://0.0.0.0:80",
        "http://127.0.0.1@example.com",
        "http://user:pass@127.0.0.1",
        "http://127.0.0.1.example.com:80",
        "http://localhost.example.com",
        "http://2130706433",
        "http://127.1",
        "http://0x7f000001",
        "http://[::ffff:8.8.8.8]:80",
        "http://127.0.0.1:port",
        "http://127.0.0.1:99999",
        "http://127.0.0.1/path",
        "http://127.0.0.1?query",
        "http://127.0.0.1#@example.com",
        "http://127.0.0.1\\@example.com",
        "//127.0.0.1",
        "127.0.0.1:80",
        "ftp://127.0.0.1",
        "file:///etc/passwd",
        "http://",
        "http://[::1",
    ],
)
def test_no_address_but_of_this_machine(served, endpoint):
    answer = served.page().sign_in(KEY, SECRET, endpoint=endpoint)
    assert (answer.status, answer.error["code"]) == (400, "EndpointRefused")


def test_the_gyms_own_address_may_be_another(served):
    served.own.append(OwnAccount("default", "http://192.0.2.7:80", "AKIAOTHER"))
    assert permitted("http://192.0.2.7:80/", served.own) == "http://192.0.2.7:80"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"nonsense",
        b"\xff\xfe",
        b"[]",
        b"{}",
        b'{"access_key_id": "A"}',
        b'{"access_key_id": 1, "secret_access_key": "B"}',
        b'{"access_key_id": "A\\nX: y", "secret_access_key": "B"}',
        b'{"access_key_id": "A", "secret_access_key": "B", "session_token": "a b"}',
        b'{"access_key_id": "A", "secret_access_key": "B", "session_token": ["x"]}',
        b'{"access_key_id": "%s", "secret_access_key": "B"}' % (b"A" * 4000),
        b"[" * 1_000_000,
    ],
)
def test_what_is_no_sign_in_is_a_bad_request(served, body):
    answer = served.page().ask("POST", "/api/session", body)
    assert answer.status == 400 and answer.error["code"] == "InvalidBody"


def test_a_region_that_is_none_is_a_bad_request(served, cloud):
    answer = served.page().sign_in(KEY, SECRET, endpoint=cloud.endpoint, region="../etc")
    assert (answer.status, answer.error["code"]) == (400, "InvalidRegion") and not cloud.asked


def test_a_credential_longer_than_a_cookie_is_said_to_be(served, cloud):
    answer = served.page().sign_in(KEY, SECRET, endpoint=cloud.endpoint, session_token="x" * 2999)
    assert answer.status == 400 and "cookie" in answer.error["message"]


def test_a_session_ends_by_its_clock_and_by_signing_out(served, page):
    assert page.ask("GET", "/api/session").status == 200
    served.late_seconds = LIFETIME_SECONDS - 10
    assert page.ask("GET", "/api/session").status == 200
    served.late_seconds = LIFETIME_SECONDS + 10
    before = dict(page.cookies)
    answer = page.call("ec2:DescribeVpcs")
    assert (answer.status, answer.error["code"]) == (401, "NoSession")
    assert before and not page.cookies
    served.late_seconds = 0
    page.cookies = before
    assert page.ask("DELETE", "/api/session").status == 200 and not page.cookies


def test_a_cookie_that_is_not_as_it_was_sealed_is_none(served, page):
    ((name, value),) = page.cookies.items()
    other = "A" if value[40] != "A" else "B"
    for forged in (value[:40] + other + value[41:], value[:-8], "", "x", "é", "A" * 3000):
        answer = page.ask("GET", "/api/session", Cookie=f"{name}={forged}".encode().decode("latin-1"))
        assert answer.status == 401, forged


def test_a_session_is_of_one_portal_alone(page):
    assert all(page.place.rpartition(":")[2] in name for name in page.cookies)

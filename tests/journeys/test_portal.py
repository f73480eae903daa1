"""The gym's web portal is where the gym says that it is."""

import pytest
from tests.page import Page
from tests.user import User


@pytest.mark.slow
def test_the_portal_is_up_with_the_gym(empty_home: User) -> None:
    told = empty_home.run("gym", "up", "--json").json
    assert told["portal"].startswith("http://127.0.0.1:")
    assert empty_home.run("gym", "status", "--json").json == told
    assert told["portal"] in empty_home.run("gym", "status").out
    page = Page(told["portal"])
    first = page.ask("GET", "/")
    # The page itself, or a sentence that says how to build it.
    assert first.headers["content-type"].startswith("text/html")
    assert b'id="root"' in first.body if first.status == 200 else b"make portal" in first.body
    aws = told["accounts"][0]["aws"]
    answer = page.sign_in(aws["access_key_id"], aws["secret_access_key"])
    assert answer.json["account"] == {"name": "default", "id": aws["account_id"]}
    assert page.call("ec2:DescribeInstances").json == {"Reservations": []}

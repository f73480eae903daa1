"""Another page in the same browser, which the browser sends the user's cookie for, gets nowhere."""

import pytest


def call(page, **headers):
    return page.ask("POST", "/api/call/ec2/DescribeVpcs", {}, **headers)


def test_a_call_needs_the_header_that_no_foreign_page_can_set(page, cloud):
    for headers in ({}, {"X_Skywright_Portal": "0"}):
        answer = call(page, **headers)
        assert (answer.status, answer.error["code"]) == (403, "ForeignPage")
    assert not cloud.asked
    assert call(page, X_Skywright_Portal="1").status == 200


@pytest.mark.parametrize(
    "host", ["example.com", "127.0.0.1", "127.0.0.1:1", "localhost.example.com:{port}", ""]
)
@pytest.mark.parametrize("path", ["/", "/api/session"])
def test_a_name_that_somebody_made_point_here_is_not_ours(page, host, path):
    port = page.place.rpartition(":")[2]
    answer = page.ask("GET", path, Host=host.format(port=port))
    assert (answer.status, answer.error["code"]) == (403, "ForeignHost")
    assert page.ask("GET", "/api/session", Host=f"localhost:{port}").status == 200


@pytest.mark.parametrize("origin", ["http://example.com", "null", "http://127.0.0.1:1", "https://{place}"])
def test_another_origin_is_refused_whatever_it_sends(page, cloud, origin):
    foreign = origin.format(place=page.place)
    assert call(page, X_Skywright_Portal="1", Origin=foreign).status == 403
    assert page.ask("DELETE", "/api/session", Origin=foreign).status == 403 and page.cookies
    assert not cloud.asked
    assert call(page, X_Skywright_Portal="1", Origin=f"http://{page.place}").status == 200


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_what_the_browser_says_comes_from_another_site_is_refused(page, site):
    assert page.ask("GET", "/api/session", Sec_Fetch_Site=site).status == 403
    # A link from elsewhere may open the page itself.
    assert page.ask("GET", "/", Sec_Fetch_Site=site).status != 403


def test_no_form_can_sign_somebody_in(served):
    body = b'{"access_key_id": "A", "secret_access_key": "B", "x": "="}'
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
        assert served.page().ask("POST", "/api/session", body, Content_Type=kind).status == 400


def test_no_other_origin_is_given_leave(page):
    answer = page.ask(
        "OPTIONS", "/api/call/ec2/DescribeVpcs", Access_Control_Request_Headers="x-skywright-portal"
    )
    assert not [name for name in answer.headers if name.startswith("access-control")]
